"""The life of a flag on both databases: raised, owned, answered, looked at twice, renewed, withdrawn, and never asked for nothing."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text

from safeguard.concerns.model import CaseEvent
from safeguard.concerns.service import record_event
from safeguard.kernel.database import db
from safeguard.kernel.errors import Conflict, NotFound, NotPermitted, RuleBroken
from safeguard.mash.stating_death import ProposedDeath, state_death
from safeguard.people.verdicts import say
from safeguard.referrals.submission import receive
from safeguard.risk import flag_review
from safeguard.risk.flag_queries import flag_in_full
from safeguard.risk.flag_review import Answer, answer_flags
from safeguard.risk.model import Flag, FlagStep, ProtectiveFactor, RiskStanding
from safeguard.risk.protective import end_factor, factors_of, record_factor
from safeguard.risk.service import evaluate, evaluate_children
from tests.documents import about, siblings
from tests.integration.flagging import Findings, events_of, finding
from tests.integration.help import MONDAY, agency, somebody, transaction_at

SEPTEMBER = datetime(2026, 9, 16, 10, 0, tzinfo=UTC)
LATER = MONDAY + timedelta(days=10)


@pytest.fixture
def findings(monkeypatch: pytest.MonkeyPatch) -> Findings:
    return Findings(monkeypatch)


@pytest.fixture
def maya(context: Flask, findings: Findings) -> uuid.UUID:
    """A child the police and the school have told of."""
    with transaction_at(SEPTEMBER) as (session, at):
        receive(session, agency(session, "police"), siblings(), at=at)
    with transaction_at(MONDAY) as (session, at):
        return receive(session, agency(session), siblings(client_reference="T-2"), at=at).people[0].person_id


def _raise(findings: Findings, person: uuid.UUID, *found: Any, at: datetime = MONDAY) -> list[Flag]:
    findings.set({person: found})
    with transaction_at(at) as (session, moment):
        return evaluate(session, None, [person], at=moment)


def _standing(person: uuid.UUID) -> RiskStanding | None:
    return db.session.get(RiskStanding, person, populate_existing=True)


def _answer(flag: Flag, outcome: str, *, who: str = "screener", at: datetime = MONDAY, reason: str = "Looked at it.") -> Flag:
    with transaction_at(at) as (session, moment):
        now = session.get(Flag, flag.id, populate_existing=True)
        assert now is not None
        return answer_flags(session, somebody(session, who), [Answer(flag.id, now.version, outcome, reason)], at=moment)[0]


def _events(person: uuid.UUID) -> list[uuid.UUID]:
    return events_of(db.session, person)


def test_a_red_is_due_the_same_day_and_puts_the_child_on_the_list(maya: uuid.UUID, findings: Findings) -> None:
    (flag,) = _raise(findings, maya, finding("S33", "RED", _events(maya)))
    assert flag.due_at == MONDAY.replace(hour=17)
    standing = _standing(maya)
    assert standing is not None
    assert (standing.level, standing.reds, standing.groups, standing.due_at) == ("same_day", 1, 1, flag.due_at)
    assert (standing.outward, standing.newest_red) == ("AM4", MONDAY.date())


def test_information_alone_and_one_amber_alone_ask_for_no_review(maya: uuid.UUID, findings: Findings) -> None:
    events = _events(maya)
    _raise(findings, maya, finding("S01", "INFO", events), finding("S32", "INFO", events))
    assert _standing(maya) is None
    _raise(findings, maya, finding("S02", "AMBER", events), finding("S05", "AMBER", events))
    standing = _standing(maya)
    assert standing is not None
    assert (standing.level, standing.due_at) == ("single", None)  # two of one group are one kind of worry
    _raise(findings, maya, finding("S02", "AMBER", events), finding("S24", "AMBER", events), at=MONDAY + timedelta(hours=2))
    standing = _standing(maya)
    assert standing is not None
    assert (standing.level, standing.due_at) == ("72_hours", MONDAY + timedelta(hours=74))


@pytest.mark.parametrize("outcome", ["already_known", "not_relevant", "wrong_data"])
def test_a_dismissed_red_waits_for_another_person(maya: uuid.UUID, findings: Findings, outcome: str) -> None:
    (flag,) = _raise(findings, maya, finding("S33", "RED", _events(maya)))
    waiting = _answer(flag, outcome)
    assert (waiting.status, waiting.waits) == ("open", True)
    standing = _standing(maya)
    assert standing is not None
    assert (standing.level, standing.waiting) == ("same_day", 1)
    with pytest.raises(NotPermitted), transaction_at(MONDAY) as (session, at):
        flag_review.confirm(session, somebody(session), flag.id, reason="I agree with myself.", version=waiting.version, at=at)
    with pytest.raises(Conflict):
        _answer(flag, "acted_on")
    with pytest.raises(RuleBroken, match="Enter the reason"), transaction_at(MONDAY) as (session, at):
        flag_review.confirm(session, somebody(session, "manager"), flag.id, reason=" ", version=waiting.version, at=at)
    with transaction_at(MONDAY) as (session, at):
        back = flag_review.send_back(
            session, somebody(session, "manager"), flag.id, reason="The school has not been asked.", version=waiting.version, at=at
        )
    assert (back.status, back.waits, back.outcome) == ("open", False, None)
    again = _answer(flag, outcome, reason="The school was asked.")
    with transaction_at(MONDAY) as (session, at):
        closed = flag_review.confirm(session, somebody(session, "manager"), flag.id, reason="I read both.", version=again.version, at=at)
    assert (closed.status, closed.outcome) == ("reviewed", outcome)
    assert _standing(maya) is None
    full = flag_in_full(db.session, somebody(db.session), flag.id)
    assert [step.act for step in full.steps] == ["answered", "sent_back", "answered", "confirmed"]
    assert full.steps[1].reason == "The school has not been asked."
    with db.engine.connect() as connection, pytest.raises(Exception, match="never changed"):
        connection.execute(text("UPDATE flag_step SET reason_sealed = NULL"))


def test_a_red_acted_on_is_closed_at_once(maya: uuid.UUID, findings: Findings) -> None:
    (flag,) = _raise(findings, maya, finding("S33", "RED", _events(maya)))
    assert _answer(flag, "acted_on").status == "reviewed"
    assert _standing(maya) is None


def test_a_second_worry_beside_an_answered_one_is_a_pair(maya: uuid.UUID, findings: Findings) -> None:
    events = _events(maya)
    (first,) = _raise(findings, maya, finding("S02", "AMBER", events))
    _answer(first, "acted_on")
    _raise(findings, maya, finding("S02", "AMBER", events), finding("S24", "AMBER", events), at=LATER)
    standing = _standing(maya)
    assert standing is not None
    assert (standing.level, standing.ambers) == ("72_hours", 1)


def test_a_dismissed_worry_makes_no_pair(maya: uuid.UUID, findings: Findings) -> None:
    events = _events(maya)
    (first,) = _raise(findings, maya, finding("S02", "AMBER", events))
    _answer(first, "wrong_data")
    _raise(findings, maya, finding("S02", "AMBER", events), finding("S24", "AMBER", events), at=LATER)
    standing = _standing(maya)
    assert standing is not None
    assert standing.level == "single"


def test_the_second_of_two_people_is_told(maya: uuid.UUID, findings: Findings) -> None:
    (flag,) = _raise(findings, maya, finding("S02", "AMBER", _events(maya)))
    seen = flag.version
    _answer(flag, "acted_on", who="manager")
    with pytest.raises(Conflict), transaction_at(MONDAY) as (session, at):
        answer_flags(session, somebody(session), [Answer(flag.id, seen, "already_known", "Known.")], at=at)
    assert db.session.scalar(select(func.count()).select_from(FlagStep)) == 1


def test_several_answers_are_all_or_none_and_each_has_its_reason(maya: uuid.UUID, findings: Findings) -> None:
    events = _events(maya)
    flags = _raise(findings, maya, finding("S02", "AMBER", events), finding("S24", "AMBER", events), finding("S33", "RED", events))
    answers = [Answer(one.id, one.version, "acted_on", "" if place == 1 else "Done.") for place, one in enumerate(flags)]
    with pytest.raises(RuleBroken) as refused, transaction_at(MONDAY) as (session, at):
        answer_flags(session, somebody(session), answers, at=at)
    assert [problem.field for problem in refused.value.problems] == ["answers[1].reason"]
    assert db.session.scalar(select(func.count()).select_from(FlagStep)) == 0
    with transaction_at(MONDAY) as (session, at):
        rows = session.scalars(select(Flag).order_by(Flag.signal)).all()
        done = answer_flags(session, somebody(session), [Answer(one.id, one.version, "already_known", "Known.") for one in rows], at=at)
    assert [(one.signal, one.waits) for one in done] == [("S02", False), ("S24", False), ("S33", True)]


def test_owners_and_acknowledgement(maya: uuid.UUID, findings: Findings) -> None:
    (flag,) = _raise(findings, maya, finding("S33", "RED", _events(maya)))
    with transaction_at(MONDAY) as (session, at):
        screener, manager, school = (somebody(session, who) for who in ("screener", "manager", "school"))
        flag_review.acknowledge(session, screener, flag.id, version=1, at=at)
        mine = flag_review.give(session, screener, flag.id, to=screener.account_id, version=session.get_one(Flag, flag.id).version, at=at)
        assert mine.owner_id == screener.account_id
        with pytest.raises(RuleBroken, match="somebody who reviews flags"):
            flag_review.give(session, manager, flag.id, to=school.account_id, version=mine.version, at=at)
        with pytest.raises(NotFound):
            flag_review.acknowledge(session, school, flag.id, version=mine.version, at=at)
        given = flag_review.give(session, manager, flag.id, to=manager.account_id, version=mine.version, at=at)
        with pytest.raises(NotPermitted):
            flag_review.give(session, screener, flag.id, to=screener.account_id, version=given.version, at=at)
        with pytest.raises(Conflict):
            flag_review.give(session, manager, flag.id, to=None, version=mine.version - 1, at=at)
    full = flag_in_full(db.session, somebody(db.session), flag.id)
    assert full.acknowledged is not None
    assert full.names[full.acknowledged.account_id] == screener.name
    assert [step.act for step in full.steps] == ["acknowledged", "owned", "owned"]


def test_only_a_new_event_raises_an_answered_flag_again(maya: uuid.UUID, findings: Findings) -> None:
    first, second = _events(maya)
    (flag,) = _raise(findings, maya, finding("S02", "AMBER", [first, second], edges=["Carla and Maya: mother"]))
    _answer(flag, "already_known")
    assert _raise(findings, maya, finding("S02", "AMBER", [second]), at=LATER) == []  # the old one left its window
    assert _raise(findings, maya, at=LATER) == []
    assert _raise(findings, maya, finding("S02", "AMBER", [first, second]), at=LATER) == []
    with transaction_at(LATER) as (session, at):
        receive(session, agency(session), siblings(client_reference="T-3"), at=at)
    (again,) = _raise(findings, maya, finding("S02", "AMBER", _events(maya)), at=LATER)
    full = flag_in_full(db.session, somebody(db.session), again.id)
    assert [(one.status, one.outcome) for one in full.past] == [("reviewed", "already_known")]


def test_news_keeps_the_owner_and_buys_no_time(maya: uuid.UUID, findings: Findings) -> None:
    first, second = _events(maya)
    (flag,) = _raise(findings, maya, finding("S33", "RED", [first]))
    with transaction_at(MONDAY) as (session, at):
        screener = somebody(session)
        flag_review.give(session, screener, flag.id, to=screener.account_id, version=flag.version, at=at)
    assert _raise(findings, maya, finding("S33", "RED", [first]), at=LATER) == []
    (newer,) = _raise(findings, maya, finding("S33", "RED", [first, second]), at=LATER)
    assert (newer.owner_id, newer.due_at) == (screener.account_id, MONDAY.replace(hour=17))
    assert db.session.get_one(Flag, flag.id, populate_existing=True).status == "renewed"


def test_a_flag_whose_facts_are_gone_says_why(maya: uuid.UUID, findings: Findings) -> None:
    (flag,) = _raise(findings, maya, finding("S33", "RED", _events(maya)))
    _answer(flag, "not_relevant")
    _raise(findings, maya, at=LATER)
    gone = db.session.get_one(Flag, flag.id, populate_existing=True)
    assert (gone.status, gone.waits) == ("withdrawn", False)
    assert "no longer meet the rule" in (gone.closed_words or "") or "policy in force" in (gone.closed_words or "")
    assert _standing(maya) is None


def test_a_flag_built_on_a_wrong_match_is_withdrawn_and_both_sides_are_read(maya: uuid.UUID, findings: Findings) -> None:
    first, second = _events(maya)
    (flag,) = _raise(findings, maya, finding("S02", "AMBER", [first, second]))
    with transaction_at(LATER) as (session, at):
        record = session.scalars(select(CaseEvent.source_record_id).where(CaseEvent.id == second)).one()
        touched = say(
            session, somebody(session), record_id=record, person_id=maya, verdict="different",
            reason="Two girls of one name.", at=at, expected_person_id=maya,
        )
        apart = next(iter(touched - {maya}))
        findings.set({maya: [finding("S02", "AMBER", [first])], apart: [finding("S33", "RED", [second])]})
        raised = evaluate(session, None, touched, at=at)
    assert {(one.person_id, one.signal) for one in raised} == {(maya, "S02"), (apart, "S33")}
    old = db.session.get_one(Flag, flag.id, populate_existing=True)
    assert (old.status, old.closed_reason) == ("withdrawn", "parted")
    assert "about somebody else" in (old.closed_words or "")
    # Joined again, the emptied side carries nothing, and what was answered there is not asked again.
    split_off = next(one for one in raised if one.person_id == apart)
    _answer(split_off, "acted_on", at=LATER)
    with transaction_at(LATER + timedelta(days=1)) as (session, at):
        touched = say(
            session, somebody(session), record_id=record, person_id=maya, verdict="same",
            reason="It was one girl.", at=at, expected_person_id=apart,
        )
        findings.set({maya: [finding("S33", "RED", [second]), finding("S24", "AMBER", [second])]})
        again = evaluate(session, None, touched, at=at)
    assert [one.signal for one in again] == ["S24"]
    assert _standing(apart) is None


def test_an_emptied_person_keeps_no_open_flag(maya: uuid.UUID, findings: Findings) -> None:
    with transaction_at(LATER) as (session, at):
        made = receive(session, agency(session), about("Maja", "Fernsbie", "2014-02-01", client_reference="T-9"), at=at)
        other, record = made.people[0].person_id, made.people[0].record.id
    (flag,) = _raise(findings, other, finding("S33", "RED", _events(other)), at=LATER)
    with transaction_at(LATER + timedelta(hours=1)) as (session, at):
        touched = say(
            session, somebody(session), record_id=record, person_id=maya, verdict="same", reason="A slip of the pen.",
            at=at, expected_person_id=other,
        )
        findings.set({maya: [finding("S33", "RED", events_of(session, maya)[-1:])]})
        evaluate(session, None, touched, at=at)
    gone = db.session.get_one(Flag, flag.id, populate_existing=True)
    assert (gone.status, gone.closed_reason) == ("withdrawn", "joined")
    assert _standing(other) is None
    standing = _standing(maya)
    assert standing is not None
    assert standing.reds == 1


def test_at_night_only_the_children_asked_for_are_read_in_few_statements(context: Flask, findings: Findings) -> None:
    people: list[uuid.UUID] = []
    with transaction_at(SEPTEMBER) as (session, at):
        for number in range(12):
            name, born = f"Kim{'abcdefghijkl'[number]}", f"20{10 + number}-03-0{1 + number % 9}"
            document = about(name, "Vane", born, client_reference=f"N-{number}")
            document["addresses"][0]["lines"] = [f"{number} Mill Lane"]
            people.append(receive(session, agency(session), document, at=at).people[0].person_id)
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]) if a[2].startswith("SELECT") else None)
    counts = []
    for chosen in (people[:2], people[:10]):
        findings.set({})
        asked.clear()
        with transaction_at(LATER) as (session, at):
            assert evaluate_children(session, chosen, at=at) == []
        counts.append(len(asked))
    assert counts[0] == counts[1]
    findings.set({one: [finding("S08", "RED", events_of(db.session, one))] for one in people})
    with transaction_at(LATER) as (session, at):
        raised = evaluate_children(session, people[:3], at=at)
    assert {one.person_id for one in raised} == set(people[:3])


def test_what_speaks_for_safety_stands_beside_and_closes_nothing(maya: uuid.UUID, findings: Findings) -> None:
    (flag,) = _raise(findings, maya, finding("S33", "RED", _events(maya)))
    with transaction_at(MONDAY) as (session, at):
        screener = somebody(session)
        for kind, day, reason, field in (
            ("", at.date(), "Seen.", "kind"), ("safe_adult", None, "Seen.", "observed_on"),
            ("safe_adult", at.date() + timedelta(days=1), "Seen.", "observed_on"), ("safe_adult", at.date(), " ", "reason"),
        ):  # fmt: skip
            with pytest.raises(RuleBroken) as refused:
                record_factor(session, screener, maya, kind=kind, observed_on=day, reason=reason, at=at)
            assert [one.field for one in refused.value.problems] == [field]
        with pytest.raises(NotFound):
            record_factor(session, screener, uuid.uuid4(), kind="safe_adult", observed_on=at.date(), reason="Seen.", at=at)
        factor = record_factor(
            session, screener, maya, kind="seen_alone_well", observed_on=at.date(), reason="The health visitor saw her.", at=at
        )
    assert _raise(findings, maya, finding("S33", "RED", _events(maya))) == []
    assert db.session.get_one(Flag, flag.id, populate_existing=True).status == "open"
    with transaction_at(LATER) as (session, at):
        end_factor(session, somebody(session), factor.id, reason="It was another child.", version=1, at=at)
        with pytest.raises(Conflict):
            end_factor(session, somebody(session), factor.id, reason="Again.", version=1, at=at)
    (kept,) = factors_of(db.session, [maya])[maya]
    assert kept.factor.ended_reason == "It was another child."
    assert factors_of(db.session, [maya], ended=False) == {}
    assert db.session.scalar(select(func.count()).select_from(ProtectiveFactor)) == 1


def test_a_flag_that_rests_on_an_adult_who_has_died_is_withdrawn_and_says_so(context: Flask) -> None:
    """The rules are real here: a partner's marker fires S22 until the school says that he has died."""
    with transaction_at(MONDAY) as (session, at):
        made = receive(session, agency(session), siblings(), at=at)
        adult = next(one for one in made.people if one.record.role == "adult")
        child = next(one.person_id for one in made.people if one.record.role == "subject")
        school = agency(session)
        record_event(
            session, record_id=adult.record.id, kind="professional_observation", known_on=at.date(), agency_id=school.id, source_code="6",
            summary="On record.", at=at, facts={"adult_history": {"fact": "violence_marker", "status": "proven"}},
        )  # fmt: skip
        raised = evaluate(session, None, [adult.person_id], at=at)
        assert "S22" in {one.signal for one in raised if one.person_id == child}
    with transaction_at(LATER) as (session, at):
        said = ProposedDeath("died", None, str(agency(session).id), "Told by the family.")
        state_death(session, somebody(session), adult.person_id, said, at=at)
    (flag,) = db.session.scalars(select(Flag).where(Flag.person_id == child, Flag.signal == "S22"))
    assert (flag.status, flag.closed_reason) == ("withdrawn", "died")
    assert "has died" in (flag.closed_words or "")


def test_a_child_who_has_died_is_asked_for_no_more_and_what_was_missing_before_waits_for_a_person(context: Flask) -> None:
    """The rules are real here. Two attempts fail; the child dies; then a third attempt, and the desk hears two agencies."""
    with transaction_at(MONDAY) as (session, at):
        maya, leo = receive(session, agency(session), siblings(voice={"seen": "no"}), at=at).people[:2]
        records, school = {one.person_id: one.record.id for one in (maya, leo)}, agency(session)

        def fail(person: uuid.UUID, days: int) -> dict[str, Flag]:
            day = MONDAY + timedelta(days=days)
            record_event(
                session, record_id=records[person], kind="professional_observation", known_on=day.date(), agency_id=school.id,
                source_code="5A", summary="Nobody opened.", at=day, facts={"visit": {"result": "no_answer"}},
            )  # fmt: skip
            return {one.signal: one for one in evaluate(session, None, [person], at=day) if one.person_id == person}

        def state(person: uuid.UUID, kind: str, slug: str, days: int) -> None:
            said = ProposedDeath(kind, None, str(agency(session, slug).id), "Told by the family.")
            state_death(session, somebody(session), person, said, at=MONDAY + timedelta(days=days))

        fail(maya.person_id, 1)
        before = fail(maya.person_id, 2)["S08"]
        due, raised = before.due_at, before.raised_at
        state(maya.person_id, "died", "police", 3)
        assert not fail(maya.person_id, 9).keys() & {"S08", "S34"}
        evaluate_children(session, [maya.person_id, leo.person_id], at=MONDAY + timedelta(days=400))
        session.refresh(before)
        assert (before.status, before.due_at, before.raised_at) == ("open", due, raised), "no pass closes what a person has to answer"
        state(leo.person_id, "died", "police", 3)
        fail(leo.person_id, 4)
        assert "S08" not in fail(leo.person_id, 5)
        state(leo.person_id, "alive", school.slug, 6)
        disputed = fail(leo.person_id, 7)["S08"]
        assert any("others say not" in gap for gap in disputed.gaps or ())
