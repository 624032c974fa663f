"""Adding to a chronology and correcting it: stored with who and when, superseded and never overwritten, signals read again."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event as sql_event
from sqlalchemy import func, select

from safeguard.audit.model import AuditEvent
from safeguard.concerns.fact_kinds import FACT_KINDS
from safeguard.concerns.model import CaseEvent, EventMark, Relationship
from safeguard.concerns.neighbourhood import neighbourhood
from safeguard.kernel.clock import today
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import Conflict, NotFound, RuleBroken
from safeguard.mash.chronology import Correction, ProposedEntry, add_entry, entry_of
from safeguard.people.model import PersonLink, SourceRecord
from safeguard.referrals.submission import receive
from safeguard.risk.model import Flag
from tests.documents import siblings
from tests.integration.help import MONDAY, agency, somebody, transaction_at


def _maya() -> uuid.UUID:
    """The first child of the sample family, referred on Monday."""
    with transaction_at() as (session, at):
        receive(session, agency(session), siblings(), at=at)
        return session.execute(
            select(PersonLink.person_id)
            .join(SourceRecord, SourceRecord.id == PersonLink.source_record_id)
            .where(SourceRecord.role == "subject", PersonLink.superseded_at.is_(None))
            .order_by(SourceRecord.document_key)
        ).scalars().first()  # type: ignore[return-value]


def _entry(**more: Any) -> ProposedEntry:
    with transaction() as session:
        school = str(agency(session).id)
    said = {"agency_id": school, "known_on": MONDAY.date(), "happened_on": None, "answers": {}, "details": ""}
    return ProposedEntry(**{**said, **more})


def _flags(person_id: uuid.UUID) -> dict[str, str]:
    rows = db.session.scalars(select(Flag).where(Flag.person_id == person_id).order_by(Flag.raised_at))
    return {flag.signal: flag.status for flag in rows}


def _add(person_id: uuid.UUID, kind: str, entry: ProposedEntry, correction: Correction | None = None) -> CaseEvent:
    with transaction_at() as (session, at):
        return add_entry(session, somebody(session), person_id, FACT_KINDS[kind], entry, at=at, correction=correction)


def test_an_entry_raises_a_flag_and_its_withdrawal_clears_it(context: Flask) -> None:
    maya = _maya()
    assert "S33" not in _flags(maya)
    stored = _add(maya, "disclosure", _entry(answers={"quote": "He hits me"}, details="Told at break"))
    assert _flags(maya)["S33"] == "open"
    assert stored.summary == "What the child said. In the child's own words: He hits me. Told at break."
    assert (stored.categories, stored.facts) == (["disclosure_by_child"], {"disclosure": {"quote": "He hits me"}})
    assert stored.recorded_by is not None
    with transaction() as session:
        wrong = Correction(entry_of(session, maya, stored.id), "Typed on the wrong child", withdrawn=True)
    _add(maya, "disclosure", _entry(), wrong)
    assert _flags(maya)["S33"] == "withdrawn"
    assert db.session.get(CaseEvent, stored.id).summary.startswith("What the child said")  # type: ignore[union-attr]
    actions = set(db.session.scalars(select(AuditEvent.action)))
    assert {"chronology.added", "chronology.corrected"} <= actions
    details = [row.details for row in db.session.scalars(select(AuditEvent).where(AuditEvent.action.like("chronology.%")))]
    assert all("hits" not in str(one) and "wrong child" not in str(one) for one in details)


def test_an_entry_is_corrected_once(context: Flask) -> None:
    maya = _maya()
    stored = _add(maya, "attendance", _entry(answers={"percent": 20}))
    with transaction() as session:
        first = Correction(entry_of(session, maya, stored.id), "A slip", withdrawn=False)
    _add(maya, "attendance", _entry(answers={"percent": 92}), first)
    with pytest.raises(Conflict):
        _add(maya, "attendance", _entry(answers={"percent": 50}), first)
    with transaction() as session, pytest.raises(Conflict):
        entry_of(session, maya, stored.id)
    assert db.session.scalar(select(func.count()).select_from(CaseEvent).where(CaseEvent.supersedes_id == stored.id)) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"agency_id": ""}, "agency_id"), ({"agency_id": "nonsense"}, "agency_id"), ({"known_on": None}, "known_on"),
        ({"known_on": MONDAY.date() + timedelta(days=1)}, "known_on"), ({"known_on": date(1980, 1, 1)}, "known_on"),
        ({"happened_on": MONDAY.date() + timedelta(days=1)}, "happened_on"), ({"answers": {"percent": "many"}}, "percent"),
        ({"answers": {}}, "percent"), ({"details": "x" * 2001}, "details"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_nothing_stored(context: Flask, change: dict[str, Any], field: str) -> None:
    maya = _maya()
    before = db.session.scalar(select(func.count()).select_from(CaseEvent))
    with pytest.raises(RuleBroken) as refusal:
        _add(maya, "attendance", _entry(**{"answers": {"percent": 40}, **change}))
    assert field in {problem.field for problem in refusal.value.problems}
    assert db.session.scalar(select(func.count()).select_from(CaseEvent)) == before


def test_another_s_entry_cannot_be_reached_through_this_person(context: Flask) -> None:
    maya = _maya()
    stored = _add(maya, "attendance", _entry(answers={"percent": 20}))
    referred = db.session.scalars(select(CaseEvent.id).where(CaseEvent.referral_id.is_not(None))).first()
    with transaction() as session:
        for person, event in ((uuid.uuid4(), stored.id), (maya, uuid.uuid4()), (maya, referred)):
            with pytest.raises(NotFound):
                entry_of(session, person, event)  # type: ignore[arg-type]


def test_facts_and_statuses_come_with_a_referral(context: Flask) -> None:
    document = siblings()
    document["children"][0]["facts"] = {"injury": {"sites": ["ear"]}, "link": {"vehicle": "AB12 CDE"}}
    document["relationships"][0]["status"] = "overturned"
    with transaction_at() as (session, at):
        receive(session, agency(session), document, at=at)
    facts = [row.facts for row in db.session.scalars(select(CaseEvent)) if "injury" in row.facts]
    assert facts == [{"seen": {"by": "school", "alone": "yes"}, **document["children"][0]["facts"]}]
    assert db.session.scalars(select(EventMark.mark)).all() == ["ab12cde"]
    assert "overturned" in db.session.scalars(select(Relationship.status)).all()
    document["client_reference"], document["children"][0]["facts"] = "another", {"injury": {"sites": ["nose"]}}
    with pytest.raises(RuleBroken, match=r"children\[0\]\.facts\.injury\.sites"), transaction_at() as (session, at):
        receive(session, agency(session), document, at=at)


def test_statements_do_not_grow_with_what_is_known(context: Flask) -> None:
    def statements() -> int:
        asked: list[str] = []
        with transaction() as session:
            sql_event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
            neighbourhood(session, [maya], hops=2)
            return len(asked)

    maya = _maya()
    _add(maya, "link", _entry(answers={"venue": "The arcade"}))
    before = statements()
    for number in range(6):
        document = {**siblings(), "client_reference": f"more-{number}"}
        with transaction_at(MONDAY + timedelta(days=number)) as (session, at):
            receive(session, agency(session), document, at=at)
        _add(maya, "missing", _entry(answers={"hours": number}))
    assert statements() == before


def test_the_pages(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        maya = _maya()
        school = str(_entry().agency_id)
    screener = sign_in("screener")
    page = screener.get(f"/people/{maya}/chronology/add").get_data(as_text=True)
    for kind in FACT_KINDS.values():
        assert f'/chronology/add/{kind.code}"' in page
        form = screener.get(f"/people/{maya}/chronology/add/{kind.code}")
        assert form.status_code == 200
        assert all(question.label in form.get_data(as_text=True).replace("&#39;", "'") for question in kind.questions)
        assert screener.submit(f"/people/{maya}/chronology/add/{kind.code}", {}).status_code == 400
    here = f"/people/{maya}/chronology/add/visit"
    day = today()
    on = {"known_on-day": day.day, "known_on-month": day.month, "known_on-year": day.year}
    said = {"agency_id": school, **on, "details": "Kept <b>words"}
    refused = screener.submit(here, {**said, "result": "nonsense"})
    assert refused.status_code == 400
    assert "is not one of the codes" in refused.get_data(as_text=True)
    assert "Kept &lt;b&gt;words" in refused.get_data(as_text=True), "nothing typed is lost"
    assert screener.submit(here, {**said, "result": "no_answer"}).status_code == 302
    told = screener.get(f"/people/{maya}").get_data(as_text=True)
    assert "What came of it: Nobody answered" in told
    correct = told.split("/correct")[0].rsplit('"', 1)[1] + "/correct"
    assert screener.submit(correct, {**said, "result": "refused"}).status_code == 400, "no reason given"
    assert screener.submit(correct, {**said, "result": "refused", "why_corrected": "A slip"}).status_code == 302
    told = screener.get(f"/people/{maya}").get_data(as_text=True)
    assert "corrected since: no longer relied on" in told
    assert "Correction. Visit. What came of it: Entry was refused" in told
    assert screener.get(correct).status_code == 302
    nobody = f"/people/{uuid.uuid4()}/chronology/add"
    for path in (f"/people/{maya}/chronology/add/nonsense", nobody, f"{nobody}/visit"):
        assert screener.get(path).status_code == 404
    assert sign_in("school").get(here).status_code == 403
