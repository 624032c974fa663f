"""The index of keys on both databases: what is found through it, how much is read, and making it again."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import event, insert, text, update

from safeguard import create_app
from safeguard.kernel.database import db, transaction
from safeguard.people.candidates import MOST_SCORED, candidates_for
from safeguard.people.key_build import begin, index_state, step
from safeguard.people.key_index import HOT, holders_of, store_keys
from safeguard.people.links import current_links, move
from safeguard.people.matching.keys import blocking_keys
from safeguard.people.model import Person, PersonLink, SourceRecord
from safeguard.people.statements import statement_of
from safeguard.people.verdicts import keep_verdict
from tests.conftest import prepared, settings_for
from tests.integration.help import MONDAY, agency, somebody

BABY = {"given_names": "Baby", "surname": "Smith", "birth_date": date(2026, 11, 1), "postcode": "QQ1 1AA"}
FREYA = {"given_names": "Freya", "surname": "Ashby", "birth_date": date(2014, 3, 7), "postcode": "QQ1 1AA"}


def _row(agency_id: uuid.UUID, number: int, said: dict[str, Any]) -> dict[str, Any]:
    nothing = dict.fromkeys(
        ("referral_id", "document_key", "given_names", "surname", "known_as", "birth_date", "expected_date", "estimated_age",
         "sex", "nhs_number", "upn", "ethnicity", "phone", "postcode", "uprn")
    )  # fmt: skip
    whole = {"origin": "register", "role": "child", "address_lines": [], "family": [], "other": {}, "stated_at": MONDAY}
    return {**nothing, **whole, **said, "agency_id": agency_id, "id": uuid.UUID(int=number)}


def _store(session: Any, said: list[dict[str, Any]], *, first: int = 1, indexed: bool = True) -> list[uuid.UUID]:
    """One person for each of these statements; returns their source records."""
    rows = [_row(agency(session).id, number, one) for number, one in enumerate(said, first)]
    session.execute(insert(SourceRecord), rows)
    session.execute(insert(Person), [{"id": row["id"], "created_at": MONDAY} for row in rows])
    session.execute(
        insert(PersonLink),
        [{"source_record_id": row["id"], "person_id": row["id"], "made_by": "matcher", "made_at": MONDAY, "band": "none",
          "reason": "first known", "lines": []} for row in rows],
    )  # fmt: skip
    if indexed:
        store_keys(session, {row["id"]: blocking_keys(statement_of(SourceRecord(**row))) for row in rows})
    return [row["id"] for row in rows]


def _found(session: Any, said: dict[str, Any]) -> list[str]:
    record = SourceRecord(**_row(uuid.UUID(int=0), 999_999, said))
    return [one.person_id for one in candidates_for(session, {record.id: blocking_keys(statement_of(record))})[record.id]]


def test_a_key_that_too_many_hold_is_said_to_be_hot(context: Any) -> None:
    with transaction() as session:
        store_keys(session, {uuid.UUID(int=number): [7, -(2**63)] if number == 1 else [7] for number in range(1, HOT + 50)})
        holders = holders_of(session, [7, -(2**63), 8])
        assert {key: len(held) for key, held in holders.items()} == {7: HOT + 1, -(2**63): 1}
        assert holders[-(2**63)] == [uuid.UUID(int=1).hex]
        assert len(holders_of(session, [7], most=3)[7]) == 4
        assert holders_of(session, []) == {}


def test_five_hundred_babies_alike_neither_hide_a_child_nor_vanish(context: Any) -> None:
    with transaction() as session:
        _store(session, [BABY] * 500)
        noah, *_ = _store(session, [{**BABY, "given_names": "Noah", "nhs_number": "9990000018"}], first=501)
        assert _found(session, {**BABY, "given_names": "Noah", "postcode": None})[0] == str(noah)
        assert _found(session, {**BABY, "nhs_number": "9990000018", "surname": "Holt"})[0] == str(noah)
        alike = _found(session, BABY)
        assert len(alike) == MOST_SCORED


def test_the_rarest_shared_keys_come_first(context: Any) -> None:
    with transaction() as session:
        _store(session, [{**FREYA, "given_names": name} for name in ("Oscar", "Harriet", "Zuzanna") * 20])
        freya, *_ = _store(session, [{**FREYA, "postcode": "QQ9 9ZZ"}], first=61)
        found = _found(session, FREYA)
        assert found[0] == str(freya)
        assert len(found) == MOST_SCORED


def test_statements_of_a_person_come_whole_and_a_record_never_meets_itself(context: Any) -> None:
    with transaction() as session:
        one, other = _store(session, [FREYA, {**FREYA, "surname": "Holt", "postcode": "QQ9 9ZZ"}])
        session.execute(update(PersonLink).where(PersonLink.source_record_id == other).values(superseded_at=MONDAY))
        session.execute(insert(PersonLink), [{
            "source_record_id": other, "person_id": one, "made_by": "person", "made_at": MONDAY, "band": "match",
            "reason": "the same", "lines": []}])  # fmt: skip
        keys = blocking_keys(statement_of(SourceRecord(**_row(uuid.UUID(int=0), 1, FREYA))))
        candidates = candidates_for(session, {uuid.UUID(int=5): keys, one: keys})
        assert [[said.surname for said in each.statements] for each in candidates[uuid.UUID(int=5)]] == [["Ashby", "Holt"]]
        assert [[said.surname for said in each.statements] for each in candidates[one]] == [["Holt"]]


def test_what_was_said_of_another_record_of_the_person_is_heard(context: Any) -> None:
    """A register says anew what it said of somebody; a person has kept another record of theirs apart from a namesake."""
    with transaction() as session:
        one, beside, namesake = _store(session, [FREYA, {**FREYA, "surname": "Holt"}, {**FREYA, "postcode": "QQ9 9ZZ"}])
        screener = somebody(session)
        move(
            session, current_links(session, [beside])[beside], one, band="match", reason="The same", at=MONDAY,
            account_id=screener.account_id,
        )  # fmt: skip
        keep_verdict(
            session, screener, one=[beside], other=[namesake], verdict="different", reason="Seen both", at=MONDAY,
            person_id=namesake, record_id=beside,
        )  # fmt: skip
        keys = blocking_keys(statement_of(SourceRecord(**_row(uuid.UUID(int=0), 1, FREYA))))
        new = uuid.UUID(int=7)
        for follows, verdict in ((None, None), ({new: one}, "different")):
            found = {one.person_id: one.verdict for one in candidates_for(session, {new: keys}, follows=follows)[new]}
            assert found == {str(one): None, str(namesake): verdict}


def test_two_statements_whatever_the_population(context: Any) -> None:
    run: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: run.append(a[2]))
    counts = []
    with transaction() as session:
        for first in (1, 101):
            _store(session, [{**FREYA, "given_names": f"{chr(97 + n % 26)}{chr(97 + n // 26)}rin"} for n in range(100)], first=first)
            run.clear()
            assert _found(session, FREYA)
            counts.append(len(run))
    assert counts == [2, 2]


def test_making_the_index_stops_goes_on_and_finds_all(context: Any) -> None:
    with transaction() as session:
        said = [{**FREYA, "nhs_number": number} for number in ("9990000018", "9990000026", "9990000034")]
        _store(session, said, indexed=False)
        assert index_state(session).finished  # as the migration left it, of an empty table
        begin(session, again=True)
        assert step(session, records=2, at=MONDAY) == 2
    with transaction() as session:
        assert (index_state(session).done, index_state(session).total, index_state(session).finished) == (2, 3, False)
        begin(session)
        assert [step(session, records=2, at=MONDAY) for _ in range(2)] == [1, 0]
        assert index_state(session).finished
        assert len(_found(session, FREYA)) == 3


def test_the_command_makes_the_index_that_other_rules_left(context: Any) -> None:
    with transaction() as session:
        _store(session, [FREYA], indexed=False)
        session.execute(text("UPDATE match_index SET rules = 'earlier'"))
    runner = context.test_cli_runner()
    checked = runner.invoke(args=["matching", "index", "--check"])
    assert (checked.exit_code, "0 of 1" in checked.output) == (1, True)
    assert runner.invoke(args=["matching", "index", "--quiet"]).output == "The index is whole.\n"
    assert runner.invoke(args=["matching", "index", "--check"]).exit_code == 0
    with transaction() as session:
        assert len(_found(session, {**FREYA, "surname": "Holt"})) == 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_migration_derives_the_keys_of_what_is_there(kind: str, copies: Callable[[str], Any], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'full.sqlite3'}" if kind == "sqlite" else copies(kind).empty()
    prepared(url)
    app = create_app(settings_for(url))
    with app.app_context():
        family = [{"relation": "mother", "given_names": "Sarah", "surname": "Ashby", "birth_date": "1990-05-04", "nhs_number": None}]
        with transaction() as session:
            _store(session, [{**FREYA, "family": family}, BABY], indexed=False)
        before = _whole(text(f"SELECT count(*) FROM {'match_key' if kind == 'sqlite' else 'match_key_list'}"))
        downgrade(revision="0002")
        texts = _whole(text("SELECT key FROM match_key ORDER BY key"))
        upgrade()
        assert before == [(0,)]
        assert {("gd:fre:2014-03-07",), ("ps:QQ11AA:SM0",), ("sd:SM0:2026-01-11",)} <= set(texts)
        with transaction() as session:
            assert _found(session, {**FREYA, "postcode": None}) == [str(uuid.UUID(int=1))]
            by_mother = {"family": family, "surname": "Holt"}
            assert _found(session, by_mother) == [str(uuid.UUID(int=1))]
            assert index_state(session).finished
        db.session.remove()
        db.engine.dispose()


def _whole(query: Any) -> list[tuple[Any, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


