"""The chronology page: what every part of the service knows once and in order, narrowed, paged, and what somebody makes of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy import event as sql_event
from sqlalchemy.exc import DBAPIError

from safeguard.audit.model import AuditEvent
from safeguard.concerns.history import Entry, History, Remark
from safeguard.concerns.model import CaseEvent, ChronologyRemark
from safeguard.concerns.neighbourhood import neighbourhood
from safeguard.concerns.service import record_event
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import NotFound, RuleBroken
from safeguard.mash.case import open_case
from safeguard.mash.chronology_read import Wanted, chronology_of, narrowed
from safeguard.mash.chronology_remarks import remark
from safeguard.mash.service import rate
from safeguard.meetings.service import make_summary
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.integration.help import MONDAY, agency, somebody, transaction_at
from tests.integration.restricted import restricted

_MOVED = [{"key": "h1", "lines": ["7 Harbour Street"], "postcode": "AM1 1AB"}]


def _family() -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    """Maya and Leo told of twice, having moved between; rated and summed up: the second referral and both children."""
    with transaction_at(MONDAY - timedelta(days=200)) as (session, at):
        receive(session, agency(session, "police"), siblings(client_reference="C-1"), at=at)
    with transaction_at() as (session, at):
        made = receive(session, agency(session), siblings(client_reference="C-2", addresses=_MOVED), at=at)
        referral, people = made.referral.id, [one.person_id for one in made.people]
    with transaction_at(MONDAY + timedelta(hours=1)) as (session, at):
        rate(session, somebody(session), referral, rating="AMBER", rationale="Hungry three days running.", version=0, at=at)
    return referral, people[0], people[1]


def _told(maya: uuid.UUID, people: list[uuid.UUID] | None = None, who: str = "screener") -> History:
    with transaction_at(MONDAY + timedelta(days=1)) as (session, at):
        around = neighbourhood(session, [maya], hops=2)
        return chronology_of(session, somebody(session, who), around, at=at.date(), person_ids=people)


def _summary(referral: uuid.UUID) -> bool:
    with transaction_at(MONDAY + timedelta(hours=3)) as (session, at):
        actor = somebody(session)
        return make_summary(session, actor, open_case(session, actor, referral, at=at), authority="Aldermoor", at=at).again


def test_everything_is_there_and_a_shared_event_once(context: Flask) -> None:
    referral, maya, leo = _family()
    assert not _summary(referral)
    told = _told(maya)
    found: dict[str, list[Entry]] = {}
    for entry in told.entries:
        found.setdefault(entry.code, []).append(entry)
    assert {"inbound_concern", "move", "rating", "summary"} <= found.keys()
    assert [set(entry.people) >= {maya, leo} for entry in found["inbound_concern"]] == [True, True]
    assert [entry.words for entry in found["move"]] == ["Moved to 7 Harbour Street, AM1 1AB"]
    assert set(found["move"][0].names) == {"Maya Fernsby", "Leo Fernsby", "Carla Fernsby"}
    assert "Hungry three days running." in found["rating"][0].words
    days = [entry.day for entry in told.entries]
    assert days == sorted(days, reverse=True)
    assert {entry.names for entry in _told(maya, [leo]).entries if entry.code == "inbound_concern"} == {("Leo Fernsby",)}


def test_that_a_summary_was_made_is_no_reason_for_another(context: Flask) -> None:
    referral, _maya, _leo = _family()
    assert [_summary(referral), _summary(referral)] == [False, True]


def test_who_may_not_see_flags_reads_none(context: Flask) -> None:
    _referral, maya, _leo = _family()
    assert all(entry.code != "flag" for entry in _told(maya, who="minutes").entries)


def _event(maya: uuid.UUID) -> uuid.UUID:
    entry = next(entry for entry in _told(maya).entries if entry.code == "inbound_concern")
    return dict(zip(entry.people, entry.events, strict=True))[maya]


def _say(maya: uuid.UUID, event: uuid.UUID, significance: str, analysis: str, hours: int = 4) -> None:
    with transaction_at(MONDAY + timedelta(hours=hours)) as (session, at):
        remark(session, somebody(session), maya, event, significance=significance, analysis=analysis, at=at)


def test_what_somebody_makes_of_it_stands_beside_it(context: Flask) -> None:
    _referral, maya, leo = _family()
    event = _event(maya)
    before = db.session.get(CaseEvent, event).summary  # type: ignore[union-attr]
    _say(maya, event, "significant", "The third time this term.")
    _say(maya, event, "not_said", "Her mother was ill.", hours=5)
    entry = next(entry for entry in _told(leo).entries if event in entry.events)
    assert [(said.significance, said.analysis, said.by) for said in entry.remarks] == [
        ("Significant", "The third time this term.", "Robin Example"), ("", "Her mother was ill.", "Robin Example"),
    ]  # fmt: skip
    assert db.session.get(CaseEvent, event).summary == before  # type: ignore[union-attr]
    audited = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "chronology.remarked")).all()
    assert len(audited) == 2
    assert "third" not in str(audited[0].details)


def test_a_move_a_rating_and_a_summary_are_remarked_on_like_an_event(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        referral, maya, _leo = _family()
        _summary(referral)
        entries = {entry.code: entry for entry in _told(maya).entries}
        db.session.remove()
    screener = sign_in("screener")
    for code in ("move", "rating", "summary"):
        one = entries[code]
        path = f"/people/{one.people[0]}/chronology/{code}/{one.rows[0]}/remark"
        assert path in screener.get(f"/people/{maya}/chronology").get_data(as_text=True)
        assert screener.submit(path, {"significance": "significant", "analysis": f"What the {code} means."}).status_code == 302
        assert screener.submit(path, {"significance": "not_said", "analysis": ""}).status_code == 400
        assert screener.get(f"/people/{maya}/chronology/{code}/{uuid.uuid4()}/remark").status_code == 404
    with app.app_context():
        made = {entry.code: [said.analysis for said in entry.remarks] for entry in _told(maya).entries if entry.remarks}
    assert made == {code: [f"What the {code} means."] for code in ("move", "rating", "summary")}


@pytest.mark.parametrize("change", [update(ChronologyRemark).values(analysis_sealed=b"Nothing."), delete(ChronologyRemark)])
def test_the_database_refuses_to_change_a_remark(context: Flask, change: Any) -> None:
    _referral, maya, _leo = _family()
    _say(maya, _event(maya), "significant", "The third time this term.")
    with pytest.raises(DBAPIError, match="never changed"), transaction() as session:
        session.execute(change)


@pytest.mark.parametrize(
    ("significance", "analysis", "field"), [("", "x", "significance"), ("maybe", "x", "significance"), ("not_said", "", "analysis"),
                                            ("significant", "x" * 4001, "analysis")],
)  # fmt: skip
def test_a_remark_that_says_nothing_is_refused(context: Flask, significance: str, analysis: str, field: str) -> None:
    _referral, maya, _leo = _family()
    with pytest.raises(RuleBroken) as refused:
        _say(maya, _event(maya), significance, analysis)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_an_entry_of_somebody_else_cannot_be_remarked_on(context: Flask) -> None:
    _referral, maya, leo = _family()
    with pytest.raises(NotFound):
        _say(leo, _event(maya), "significant", "")


def _entry(**more: Any) -> Entry:
    base = Entry(date(2026, 3, 1), None, "Move", ("Maya",), "Police", "Moved", None, None, True, code="move")
    return replace(base, **more)


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        (Wanted(), True), (Wanted(kinds=frozenset({"move"})), True), (Wanted(kinds=frozenset({"flag"})), False),
        (Wanted(agencies=frozenset({"School"})), False), (Wanted(since=date(2026, 3, 1), until=date(2026, 3, 1)), True),
        (Wanted(since=date(2026, 3, 2)), False), (Wanted(until=date(2026, 2, 28)), False), (Wanted(significant=True), False),
    ],
)  # fmt: skip
def test_narrowing(wanted: Wanted, kept: bool) -> None:
    assert bool(narrowed(History((_entry(),)), wanted)) is kept


def test_the_last_word_on_significance_stands() -> None:
    said = [Remark("Significant", "", "Ann", date(2026, 3, 2)), Remark("", "More", "Ann", date(2026, 3, 3))]
    assert narrowed(History((_entry(remarks=tuple(said)),)), Wanted(significant=True))
    said.append(Remark("Not significant", "", "Bo", date(2026, 3, 4)))
    assert not narrowed(History((_entry(remarks=tuple(said)),)), Wanted(significant=True))


def test_the_page_is_narrowed_paged_and_noted_in_a_constant_number_of_statements(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        _referral, maya, leo = _family()
        db.session.remove()
    screener = sign_in("screener")
    statements: list[str] = []
    with app.app_context():
        engine = db.engine
    count: Callable[..., None] = lambda _conn, _cursor, statement, *_rest: statements.append(statement)  # noqa: E731
    sql_event.listen(engine, "before_cursor_execute", count)
    few = screener.get(f"/people/{maya}/chronology").get_data(as_text=True)
    with_few = len(statements)
    assert "Amber by" in few
    with app.app_context():
        with transaction_at() as (session, at):
            event = session.scalars(select(CaseEvent)).first()
            assert event is not None
            for number in range(120):
                record_event(
                    session, record_id=event.source_record_id, kind="professional_observation",
                    known_on=MONDAY.date() - timedelta(days=number), agency_id=event.agency_id, source_code="1A",
                    summary=f"Seen, number {number}.", at=at,
                )  # fmt: skip
        db.session.remove()
    statements.clear()
    many = screener.get(f"/people/{maya}/chronology").get_data(as_text=True)
    assert len(statements) == with_few
    assert many.count("<tr class=\"govuk-table__row\"><td") <= 50
    assert "Page 1 of 3" in many
    assert "Seen, number 119." in screener.get(f"/people/{maya}/chronology?page=3").get_data(as_text=True)
    only = screener.get(f"/people/{maya}/chronology?kind=rating&who={leo}").get_data(as_text=True)
    assert "Amber by" in only
    assert "Seen, number" not in only
    wrong = screener.get(f"/people/{maya}/chronology?since=2026-02-30")
    assert wrong.status_code == 400
    assert "Enter a day that exists" in wrong.get_data(as_text=True)
    assert screener.get(f"/people/{maya}/chronology?page=99").status_code == 404
    with app.app_context(), transaction() as session:
        noted = session.scalars(select(AuditEvent).where(AuditEvent.action == "chronology.viewed")).first()
        assert noted is not None
        assert str(leo) in noted.details["shown"]


def test_saying_it_on_the_page(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        _referral, maya, _leo = _family()
        event = _event(maya)
        db.session.remove()
    screener = sign_in("screener")
    path = f"/people/{maya}/chronology/{event}/remark"
    empty = screener.submit(path, {"significance": "", "analysis": "Kept"})
    assert empty.status_code == 400
    assert "Kept" in empty.get_data(as_text=True)
    screener.submit(path, {"significance": "significant", "analysis": "The third time."})
    assert "The third time." in screener.get(f"/people/{maya}/chronology?significant=yes").get_data(as_text=True)
    assert sign_in("partner").get(path).status_code == 403


@pytest.mark.parametrize("instead", ["", "An entry is kept for named people."])
def test_what_was_made_of_a_sealed_event_is_sealed_with_it(app: Flask, sign_in: Callable[[str], Any], instead: str) -> None:
    with app.app_context():
        _referral, maya, _leo = _family()
        event = _event(maya)
        _say(maya, event, "significant", "The third time this term.")
        with transaction_at(MONDAY + timedelta(hours=5)) as (session, _at):
            restricted(session, event_id=event, instead=instead)
        db.session.remove()
    pages = {who: sign_in(who).get(f"/people/{maya}/chronology").get_data(as_text=True) for who in ("screener", "manager")}
    assert "The third time" in pages["manager"]
    assert "The third time" not in pages["screener"]
