"""From a document to flags, on both databases: matching, the graph, signals, one referral however often it is sent."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from safeguard.audit.service import verify
from safeguard.concerns.model import CaseEvent, Relationship, Residence
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import Problem, RuleBroken
from safeguard.people.model import MatchProposal, Person, SourceRecord
from safeguard.people.verdicts import say
from safeguard.referrals.model import Referral
from safeguard.referrals.submission import receive
from safeguard.risk.model import Flag, FlagEvidence
from tests.documents import about, siblings
from tests.integration.help import agency, somebody, transaction_at

JUNE = datetime(2026, 6, 16, 10, 0, tzinfo=UTC)
SEPTEMBER = datetime(2026, 9, 16, 10, 0, tzinfo=UTC)


def _count(model: Any) -> int:
    found: int = db.session.execute(select(func.count()).select_from(model)).scalar_one()
    return found


def test_forty_children_are_one_referral(context: Flask) -> None:
    children = [
        {"key": f"c{n}", "given_names": f"Child {chr(65 + n % 26)}", "surname": f"Fam{chr(97 + n // 26)}ly",
         "birth": {"kind": "born", "date": f"2015-03-{n % 28 + 1:02d}"}, "concerns": ["neglect"]}
        for n in range(40)
    ]  # fmt: skip
    with transaction_at(JUNE) as (session, at):
        sent = receive(session, agency(session), siblings(children=children, people=[], relationships=[], addresses=[]), at=at)
    assert len(sent.people) == _count(SourceRecord) == 40
    assert _count(Referral) == 1


def test_a_family_told_of_twice_is_one_family(context: Flask) -> None:
    with transaction_at(JUNE) as (session, at):
        first = receive(session, agency(session, "police"), siblings(), at=at)
    with transaction_at(SEPTEMBER) as (session, at):
        second = receive(session, agency(session), siblings(client_reference="T-2"), at=at)
    assert [one.decision.band for one in first.people] == ["none"] * 3
    assert [one.decision.band for one in second.people] == ["match"] * 3
    assert [one.person_id for one in first.people] == [one.person_id for one in second.people]
    assert all("Same" in one.decision.reason for one in second.people)
    assert (_count(Person), _count(SourceRecord), _count(Relationship), _count(Residence), _count(CaseEvent)) == (3, 6, 6, 6, 4)
    raised = {flag.signal for flag in second.flags}
    assert "S01" in raised
    for flag in second.flags:
        evidence = db.session.scalars(select(FlagEvidence).where(FlagEvidence.flag_id == flag.id)).all()
        assert evidence, flag.signal
        assert all(item.words for item in evidence)


def test_the_same_referral_sent_twice_is_one(context: Flask) -> None:
    with transaction_at(JUNE) as (session, at):
        first = receive(session, agency(session), siblings(), at=at)
    with transaction_at(SEPTEMBER) as (session, at):
        again = receive(session, agency(session), siblings(), at=at)
    assert again.repeated
    assert again.referral.id == first.referral.id
    assert _count(Referral) == 1


def test_a_reference_used_for_something_else_is_refused(context: Flask) -> None:
    with transaction_at(JUNE) as (session, at):
        receive(session, agency(session), siblings(), at=at)
    changed = siblings(concern={"narrative": "Something else altogether."})
    with pytest.raises(RuleBroken, match="received before"), transaction_at(SEPTEMBER) as (session, at):
        receive(session, agency(session), changed, at=at)
    assert _count(Referral) == 1


def test_a_possible_match_waits_and_a_person_s_word_stands(context: Flask) -> None:
    """The same name and birthday elsewhere: proposed, not linked; "different" keeps the two apart for good."""
    elsewhere = [{"key": "h1", "lines": ["3 Mill Lane"], "postcode": "AM9 1ZZ"}]
    with transaction_at(JUNE) as (session, at):
        known = receive(session, agency(session), about("Amelia", "Smith", "2015-03-27"), at=at).people[0]
    with transaction_at(SEPTEMBER) as (session, at):
        document = about("Amelia", "Smith", "2015-03-27", client_reference="T-2", addresses=elsewhere)
        waiting = receive(session, agency(session, "police"), document, at=at).people[0]
        record_id = waiting.record.id
    assert waiting.decision.band == "possible"
    assert waiting.person_id != known.person_id
    assert _count(MatchProposal) == 1
    with transaction_at(SEPTEMBER) as (session, at):
        say(
            session, somebody(session), record_id=record_id, person_id=known.person_id, verdict="same",
            reason="The school gave the old address.", at=at, expected_person_id=waiting.person_id,
        )  # fmt: skip
    with transaction_at(SEPTEMBER) as (session, at):
        say(
            session, somebody(session), record_id=record_id, person_id=known.person_id, verdict="different",
            reason="Two girls of that name, seen together.", at=at, expected_person_id=known.person_id,
        )  # fmt: skip
    with transaction_at(SEPTEMBER) as (session, at):
        with pytest.raises(RuleBroken, match="reason"):
            say(
                session, somebody(session), record_id=record_id, person_id=known.person_id, verdict="same",
                reason=" ", at=at, expected_person_id=known.person_id,
            )  # fmt: skip
        assert verify(session)[1] is None


def test_the_audit_notices_a_changed_row(context: Flask) -> None:
    """Somebody with the keys to the database takes the trigger away and rewrites a row: the chain breaks there."""
    with transaction_at(JUNE) as (session, at):
        receive(session, agency(session), siblings(), at=at)
    with transaction() as session:
        read, broken = verify(session)
        assert read > 3
        assert broken is None
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        else:
            triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_event'")
            for name in connection.scalars(triggers).all():
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        connection.execute(text("UPDATE audit_event SET action = 'queue.viewed' WHERE seq = 3"))
    with transaction() as session:
        broken = verify(session)[1]
        assert broken is not None
        assert broken.seq == 3


def test_flags_of_the_shipped_sample(context: Flask) -> None:
    """`flask referrals import` takes the sample that ships, and it ends with flags of five kinds; S05 needs decisions."""
    sample = Path(__file__).parents[2] / "docs" / "samples" / "referrals.jsonl"
    done = context.test_cli_runner().invoke(args=["referrals", "import", str(sample)])
    assert done.exit_code == 0, done.output
    assert "25 taken, 0 refused" in done.output
    signals = set(db.session.scalars(select(Flag.signal)))
    assert {"S01", "S02", "S03", "S24", "S25"} <= signals


def test_import_says_which_line_and_field(context: Flask, tmp_path: Path) -> None:
    lines = [
        json.dumps({**siblings(), "agency": "police"}),
        "{broken",
        json.dumps({**siblings(client_reference="T-3"), "agency": "police", "shoe_size": 4}),
        json.dumps({**siblings(client_reference="T-4", immediate_danger="perhaps"), "agency": "police"}),
        json.dumps(_with_child(nhs_number="9990000019")),
        json.dumps({**siblings(client_reference="T-6"), "agency": "nobody"}),
        "[]",
    ]
    file = tmp_path / "referrals.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    done = context.test_cli_runner().invoke(args=["referrals", "import", str(file)])
    assert done.exit_code == 1
    said = done.output
    for words in (
        "line 1: SR-", "line 2: refused: line", "line 3: refused: shoe_size", "line 4: refused: immediate_danger",
        "line 5: refused: children[0].nhs_number", "line 6: refused: agency", "line 7: refused: line", "1 taken, 6 refused",
    ):  # fmt: skip
        assert words in said, (words, said)
    assert _count(Referral) == 1


def _with_child(**answers: str) -> dict[str, Any]:
    document = siblings(client_reference="T-5")
    document["children"][0] |= answers
    return {**document, "agency": "police"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"birth": {"kind": "born", "date": "2027-01-01"}}, "children[0].birth.date"),
        ({"birth": {"kind": "born", "date": "2015-02-31"}}, "children[0].birth.date"),
        ({"birth": {"kind": "unborn", "expected_date": "2028-01-01"}}, "children[0].birth.expected_date"),
        ({"given_names": "x" * 500}, "children[0].given_names"),
        ({"given_names": 7}, "children[0].given_names"),
        ({"concerns": ["no_such_code"]}, "children[0].concerns"),
    ],
)
def test_impossible_answers_name_their_field(context: Flask, change: dict[str, Any], field: str) -> None:
    document = siblings()
    document["children"][0] |= change
    with pytest.raises(RuleBroken) as refused, transaction_at() as (session, at):
        receive(session, agency(session), document, at=at)
    assert field in [problem.field for problem in refused.value.problems]
    assert all(isinstance(problem, Problem) and problem.message for problem in refused.value.problems)
    assert _count(Referral) == 0


@pytest.mark.parametrize("name", ["😀 Maya", "مَايَا", "Ma\u200bya", "\u202emaya", "Zoë-Anne O’Brien", "a\u0301"])
def test_names_of_any_script_are_taken(context: Flask, name: str) -> None:
    document = siblings()
    document["children"][0]["given_names"] = name
    with transaction_at() as (session, at):
        made = receive(session, agency(session), document, at=at)
        kept = made.referral.document["children"][0]["given_names"]
    assert "\u200b" not in kept
    assert "\u202e" not in kept


def test_a_crowd_and_a_book_are_refused_in_words(context: Flask) -> None:
    many = siblings(relationships=[])
    many["children"] = [{**many["children"][0], "key": f"c{n}"} for n in range(101)]
    long = siblings(concern={"narrative": "word " * 40_000})
    for document, field in ((many, "children"), (long, "concern.narrative")):
        with pytest.raises(RuleBroken) as refused, transaction_at() as (session, at):
            receive(session, agency(session), document, at=at)
        assert field in [problem.field for problem in refused.value.problems]


def test_history_that_comes_late_withdraws_no_flag_of_today(context: Flask) -> None:
    """An agency sends what it knew two years ago: seen from then, nothing of this year has happened."""
    for number, at_time in enumerate((JUNE, SEPTEMBER, datetime(2024, 9, 16, 10, 0, tzinfo=UTC))):
        with transaction_at(at_time) as (session, at):
            receive(session, agency(session, "police"), siblings(client_reference=f"L-{number}"), at=at)
    flags = db.session.scalars(select(Flag).where(Flag.signal == "S01")).all()
    assert [flag.status for flag in flags] == ["open", "open"], "one for each child"
    assert all(flag.status_at >= flag.raised_at for flag in db.session.scalars(select(Flag)))
