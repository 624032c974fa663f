"""Restricted records: for whoever is not named they are not there, on any page, in any count; for whoever is, nothing changes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text, update

from safeguard.agencies.model import Account
from safeguard.audit.model import AuditEvent
from safeguard.concerns.model import CaseEvent, Residence
from safeguard.kernel.clock import now
from safeguard.kernel.database import db, transaction
from safeguard.people import sight, visible
from safeguard.people.links import current_links
from safeguard.people.model import Person, SourceRecord
from safeguard.people.restricted.placing import lift
from safeguard.people.sight import acting_for, of_those, ruled, unseen
from safeguard.referrals.model import Referral
from safeguard.referrals.submission import Submission, receive
from tests.documents import about, siblings
from tests.integration.help import agency, somebody
from tests.integration.restricted import restricted


@pytest.fixture
def family(context: Flask) -> dict[str, Any]:
    """A family with a restricted child, and another child of no concern to it."""
    with transaction() as session:
        hidden = receive(session, agency(session), siblings(), at=now())
        open_ = receive(session, agency(session), about("Wren", "Plumtree", "2016-02-03", client_reference="T-2"), at=now())
        restriction = restricted(session, hidden.people[0].person_id)
    return {"hidden": hidden, "open": open_, "restriction": restriction.id}


def _count(entity: Any, who: str) -> int:
    with db.session() as session, acting_for(session, somebody(session, who)):
        return session.scalar(select(func.count()).select_from(entity)) or 0


@pytest.mark.parametrize("entity", [Person, SourceRecord, Referral, CaseEvent, Residence])
def test_a_query_made_for_somebody_leaves_out_what_is_hidden(family: dict[str, Any], entity: Any) -> None:
    assert _count(entity, "screener") < _count(entity, "manager")
    assert _count(entity, "manager") == _count(entity, "decider")


def test_it_follows_the_person_through_a_joining(family: dict[str, Any]) -> None:
    """The records say who is restricted, so whoever takes them over is restricted as well."""
    other = family["open"].people[0]
    with transaction() as session:
        held = current_links(session, [family["hidden"].people[0].person_id]).popitem()[1]
        from safeguard.people.links import move

        move(session, held, other.person_id, band="match", reason="Told by their mother", at=now(),
             account_id=somebody(session, "manager").account_id)
    with db.session() as session, acting_for(session, somebody(session)):
        assert session.scalar(select(Person.id).where(Person.id == other.person_id)) is None
        assert session.scalar(select(Referral.id).where(Referral.id == family["open"].referral.id)) is None


def test_lifting_ends_it_and_keeps_that_it_was(family: dict[str, Any]) -> None:
    with transaction() as session:
        lift(session, somebody(session, "manager"), family["restriction"], reason="They have left", seen=1, at=now())
    assert _count(Person, "screener") == _count(Person, "manager")
    for statement in ("UPDATE restriction_step SET reason_sealed = reason_sealed",
                      "DELETE FROM restriction_step", "DELETE FROM restriction_record"):
        with db.engine.connect() as connection, pytest.raises(Exception, match="never changed"):
            connection.execute(text(statement))


def test_nobody_left_to_open_it_means_the_manager_can(family: dict[str, Any]) -> None:
    with transaction() as session:
        other = restricted(session, family["open"].people[0].person_id, readers=("decider", "chair"))
    assert _count(Person, "manager") < _count(Person, "governance")
    with transaction() as session:
        session.execute(update(Account).where(Account.role.in_(["decision_maker", "chair"])).values(active=False))
    assert _count(Person, "manager") == _count(Person, "governance")
    assert other.kind == "person"


def test_what_others_may_not_see_is_still_matched(family: dict[str, Any]) -> None:
    """Matching sees everything, whoever happens to act: a child's safety does not depend on the reader."""
    with transaction() as session:
        with acting_for(session, somebody(session)):
            for number in range(3):
                receive(session, agency(session, "police"), siblings(client_reference=f"P-{number}"), at=now())
        # Every new record of Maya was linked with the Maya whom the screener cannot see.
        assert len(current_links(session, [family["hidden"].people[0].person_id]).popitem()[1]) == 4


def test_the_conditions_for_other_queries_are_the_same(family: dict[str, Any]) -> None:
    """Whoever writes a query that is no ORM query asks `visible`; it says what the session itself would have left out."""
    with db.session() as session:
        screener = somebody(session)
        with acting_for(session, screener):
            hidden = unseen(session)
        assert hidden is not None
        for what, condition in (
            ("people", visible.hidden_people), ("records", visible.hidden_records), ("referrals", visible.hidden_referrals),
            ("addresses", visible.hidden_addresses), ("events", visible.hidden_events),
        ):  # fmt: skip
            assert set(session.scalars(condition(screener))) == hidden.ids(session, what), what
        assert hidden.ids(session, "people") == {family["hidden"].people[0].person_id}
        with acting_for(session, screener):
            everybody = {one.person_id for made in ("hidden", "open") for one in family[made].people}
            assert of_those(session, "people", everybody) == everybody - hidden.ids(session, "people")


def test_who_is_named_and_no_manager_lifts_nothing(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        with transaction() as session:
            made = receive(session, agency(session), siblings(), at=now())
            key = restricted(session, made.people[0].person_id).id
        db.session.remove()
    decider, there = sign_in("decider"), f"/restrictions/{key}"
    assert "Lift the restriction" not in decider.get(there).get_data(as_text=True)
    assert decider.submit(there, {"lift-reason": "x"}, to=f"{there}/lift").status_code == 403
    assert "Lift the restriction" in sign_in("manager").get(there).get_data(as_text=True)


def test_every_table_that_tells_of_people_says_what_is_hidden() -> None:
    """A new table with a person, a record, a referral, an address or an event in it must say so, or why not."""
    told = {"person", "source_record", "referral", "case_event", "address"}
    exempt = {
        "restriction", "restriction_record", "conflict_of_interest_record",  # read only behind their own permission
    }
    names = {entity.__tablename__ for entity in ruled()}
    without = {
        mapper.local_table.name
        for mapper in db.Model.registry.mappers  # type: ignore[attr-defined]
        if any(key.column.table.name in told for key in mapper.local_table.foreign_keys)
    } - names - exempt
    assert not without, f"say with keep_from_view which rows of {sorted(without)} are hidden"


PLACES = ("/people/{person}", "/people/{person}/identity", "/people/{person}/answers", "/people/{person}/protective",
          "/people/{person}/chronology/add", "/people/{person}/split", "/referrals/{referral}/case", "/referrals/{referral}/family",
          "/referrals/{referral}/rate", "/referrals/{referral}/decide", "/referrals/{referral}/summaries",
          "/referrals/{referral}/match/{record}", "/records/{record}", "/people/{person}/merge/{other}", "/people/{other}/merge/{person}",
          "/people/{person}/apart/{other}", "/people/{other}/apart/{person}")


def test_restricted_and_not_there_are_one_answer(app: Flask, sign_in: Callable[[str], Any]) -> None:
    hidden, other = _two(app)
    screener, named = sign_in("screener"), sign_in("decider")
    ids = {"person": hidden.people[0].person_id, "referral": hidden.referral.id, "record": hidden.people[0].record.id}
    nothing = {key: uuid.UUID(int=7) for key in ids}
    for place in PLACES:
        path, never = (place.format(other=other, **one) for one in (ids, nothing))
        refused, missing = screener.get(path), screener.get(never)
        assert refused.status_code == missing.status_code == 404, path
        assert _plain(refused) == _plain(missing), path
        assert named.get(path).status_code in {200, 302}, path


def test_no_page_of_the_desk_tells_of_it(app: Flask, sign_in: Callable[[str], Any]) -> None:
    hidden, _other = _two(app)
    screener, named = sign_in("screener"), sign_in("decider")
    reference = hidden.referral.reference
    for path in ("/queue", "/risk", "/matches", "/duplicates"):
        page = screener.get(path).get_data(as_text=True)
        assert "Fernsby" not in page, path
        assert reference not in page, path
    assert reference in named.get("/queue").get_data(as_text=True)
    assert screener.get(f"/queue/find?reference={reference}").status_code == 404
    for typed in ("Maya Fernsby", reference):
        found = screener.submit("/search", {"typed": typed}, follow=True).get_data(as_text=True)
        assert "Maya Fernsby</a>" not in found
        assert "Nobody" in found or "No " in found, found


def test_placing_reviewing_and_lifting_by_page(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context(), transaction() as session:
        made = receive(session, agency(session), siblings(), at=now())
    maya = made.people[0].person_id
    manager, screener = sign_in("manager"), sign_in("screener")
    page = f"/people/{maya}/restrict"
    wrong = manager.submit(page, {"people": str(maya)})
    assert wrong.status_code == 400
    assert "Enter the reason" in wrong.get_data(as_text=True)
    with app.app_context():
        readers = [str(somebody(db.session(), who).account_id) for who in ("manager", "decider")]
    day = {"review_on-day": "1", "review_on-month": "2", "review_on-year": str(now().year + 1)}
    answers = {"people": str(maya), "reason": "Her aunt works at the hub", **day}
    few = manager.submit(page, {**answers, "readers": readers[:1]})
    assert "Choose at least two people" in few.get_data(as_text=True)
    placed = manager.submit(page, {**answers, "readers": readers})
    assert placed.status_code == 302
    assert screener.get(f"/people/{maya}").status_code == 404
    there = placed.headers["Location"]
    assert "Maya Fernsby" in sign_in("decider").get(there).get_data(as_text=True)
    assert screener.get(there).status_code == 404
    assert "names you" in sign_in("decider").get("/notices").get_data(as_text=True)
    kept = manager.submit(there, {"review-reason": "Still there", "review-review_on-day": "1", "review-review_on-month": "3",
                                  "review-review_on-year": str(now().year + 1)}, to=f"{there}/review")
    assert kept.status_code == 302
    lifted = manager.submit(there, {"lift-reason": "She has left"}, to=f"{there}/lift")
    assert lifted.status_code == 302
    assert screener.get(f"/people/{maya}").status_code == 200
    with app.app_context():
        done = db.session.scalars(select(AuditEvent.action).where(AuditEvent.subject_kind == "restriction")).all()
    assert {"restriction.placed", "restriction.viewed", "restriction.reviewed", "restriction.lifted"} <= set(done)


def _two(app: Flask) -> tuple[Submission, uuid.UUID]:
    """A family of which one child is restricted, and somebody else."""
    with app.app_context():
        with transaction() as session:
            hidden = receive(session, agency(session), siblings(), at=now())
            other = receive(session, agency(session), about("Wren", "Plumtree", "2016-02-03", client_reference="T-2"), at=now())
            restricted(session, hidden.people[0].person_id)
            found = hidden, other.people[0].person_id
        db.session.remove()
    return found


def _plain(answer: Any) -> str:
    """A page without what differs from request to request."""
    import re

    return re.sub(r'nonce="[^"]*"|value="[^"]{40,}"|[0-9a-f]{16,}|[0-9A-Z]{4}-[0-9A-Z]{4}', "", answer.get_data(as_text=True))


@pytest.mark.parametrize(("few", "inside"), [(500, 0), (0, 1)])
def test_what_is_little_is_left_out_by_its_ids_and_what_is_much_by_a_query(
    context: Flask, family: dict[str, Any], monkeypatch: pytest.MonkeyPatch, few: int, inside: int
) -> None:
    """A query inside another is worked out for a row that is there and for none that is not, and its time would say which."""
    monkeypatch.setattr(sight, "FEW", few)
    asked: list[str] = []
    with db.session() as session, acting_for(session, somebody(session)):
        event.listen(db.engine, "before_cursor_execute", lambda _c, _k, statement, *_more: asked.append(statement))
        for entity, key in ((Person, family["hidden"].people[0].person_id), (Referral, family["hidden"].referral.id)):
            assert session.scalar(select(entity.id).where(entity.id == key)) is None
    assert [statement.count("SELECT") - 1 >= inside for statement in asked] == [True, True]
    assert inside or [statement.count("SELECT") for statement in asked] == [1, 1]
