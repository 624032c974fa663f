"""Retention: found by rule, held, kept or destroyed by two people; what is gone is gone, and the audit holds."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select, text

from safeguard.access.actor import Actor
from safeguard.audit.service import verify
from safeguard.concerns.neighbourhood import neighbourhood
from safeguard.governance.retention import destroying, holds, reviewing
from safeguard.governance.retention.due import look
from safeguard.governance.retention.model import Destruction, RetentionReview, RetentionReviewPerson
from safeguard.governance.retention.schedule import adopt, in_force
from safeguard.kernel.clock import told_time
from safeguard.kernel.database import db, new_id, transaction
from safeguard.kernel.errors import NotFound, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.meetings.discussions.model import DiscussionChild, StrategyDiscussion
from safeguard.people.model import Person, SourceRecord
from safeguard.referrals.addenda import add
from safeguard.referrals.model import Referral
from safeguard.referrals.submission import receive
from tests.documents import about, siblings
from tests.integration.help import agency, somebody, transaction_at

SENT = datetime(2019, 3, 4, 10, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
WHY = "Nothing came of it and nobody has asked since"
RARE = "Zabaglione"


def _sent(at: datetime, document: dict[str, Any]) -> Any:
    with transaction_at(at) as (session, moment):
        return receive(session, agency(session), document, at=moment)


def _closed(sent: Any, at: datetime, outcome: str = "NFA") -> None:
    """Every child of a referral is decided, and nothing of it is open."""
    from safeguard.risk.model import Flag

    with transaction_at(at) as (session, moment):
        _decide(session, sent, outcome, moment)
        for flag in session.scalars(select(Flag)):
            flag.status = "withdrawn"


def _decide(session: Any, sent: Any, outcome: str, at: datetime) -> None:
    from safeguard.mash.model import ChildDecision, Decision, Episode

    rationale = f"{sent.referral.document['concern']['narrative']} Again."
    made = Decision(
        id=uuid.uuid4(), referral_id=sent.referral.id, key=session.get(RecordKey, sent.referral.id), outcome=outcome, rationale=rationale,
        account_id=somebody(session).account_id, at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add_all(
        ChildDecision(decision_id=made.id, source_record_id=one.record.id, superseded=False)
        for one in sent.people if one.record.role == "subject"
    )
    session.add(Episode(referral_id=sent.referral.id, stage="DECIDED", due_at=at, decided_at=at))


def family_of_long_ago() -> Any:
    said = siblings()
    said["concern"]["narrative"] = f"The {RARE} was cold."
    sent = _sent(SENT, said)
    with transaction_at(SENT) as (session, at):
        add(session, somebody(session), session.get_one(Referral, sent.referral.id), kind="information", words=f"More {RARE}", at=at)
        record = StrategyDiscussion(
            id=new_id(), referral_id=sent.referral.id, key=session.get(RecordKey, sent.referral.id), status="draft", held_at=at,
            content={"analysis": f"The {RARE}."},
            created_by=somebody(session).account_id, created_at=at, agreed_by=somebody(session).account_id, agreed_at=at,
        )  # fmt: skip
        session.add(record)
        session.flush()
        session.add(DiscussionChild(discussion_id=record.id, source_record_id=sent.people[0].record.id))
        session.flush()
        record.status = "agreed"
    _closed(sent, SENT + timedelta(days=1))
    return sent


def look_again(at: datetime = NOW) -> int:
    with transaction_at(at) as (session, moment):
        return look(session, in_force(session), after=None, at=moment).found


def _review() -> RetentionReview:
    return db.session.scalars(select(RetentionReview)).one()


def _second(session: Any) -> Actor:
    return replace(somebody(session, "manager"))


def _destroyed() -> Destruction:
    with transaction_at(NOW) as (session, at):
        review = session.scalars(select(RetentionReview)).one()
        reviewing.ask(session, somebody(session, "governance"), review.id, reason=WHY, version=review.version, at=at)
    with transaction_at(NOW) as (session, at):
        review = session.scalars(select(RetentionReview)).one()
        return reviewing.confirm(session, _second(session), review.id, reason="I read all of it", version=review.version, at=at)


def _dump() -> str:
    with db.engine.connect() as connection:
        tables = [name for name in inspect(connection).get_table_names() if name not in {"account", "agency"}]
        values = [one for name in tables for row in connection.execute(text(f'SELECT * FROM "{name}"')) for one in row]
    return "\n".join(str(one) for one in values)


def test_a_file_is_found_asked_about_confirmed_and_gone(context: Flask) -> None:
    sent, other = family_of_long_ago(), _sent(NOW - timedelta(days=3), about("Robin", "Teasel", "2015-04-01", client_reference="other"))
    _closed(other, NOW - timedelta(days=2))
    assert look_again(SENT + timedelta(days=6 * 365)) == 0, "six years from the decision have not passed"
    assert look_again() == 1
    assert look_again() == 0, "it waits already"
    in_file = set(db.session.scalars(select(RetentionReviewPerson.person_id)))
    assert in_file == {one.person_id for one in sent.people if one.record.role == "subject"}
    db.session.remove()
    made = _destroyed()
    assert made.finished_at is not None
    assert made.counts["referral"] == 1
    left = set(db.session.scalars(select(RecordKey.id)))
    assert left <= {other.referral.id} | {key for one in other.people for key in (one.person_id, one.record.id)}, "a key without a record"
    assert made.counts["record_key"] >= 1
    assert made.counts["strategy_discussion"] == made.counts["strategy_discussion_child"] == 1
    assert made.counts["source_record"] == len(sent.people)
    dump = _dump()
    assert not [word for word in ("Maya", "Leo", "Carla", "Fernsby", RARE, WHY, "T-1") if word in dump]
    assert "Teasel" in dump, "what is not in the file stays"
    assert db.session.get(RecordKey, sent.referral.id) is None
    assert {one.id for one in db.session.scalars(select(Person))} == {one.person_id for one in other.people}
    assert not neighbourhood(db.session(), [one.person_id for one in sent.people], hops=2).people
    assert verify(db.session())[1] is None
    with pytest.raises(Exception, match="never"), db.engine.begin() as connection:
        connection.execute(text("DELETE FROM destruction"))
    with pytest.raises(Exception, match="never"), db.engine.begin() as connection:
        connection.execute(text("DELETE FROM referral"))


def test_every_table_that_hangs_on_a_file_goes_with_it(context: Flask) -> None:
    """A new table about people must be destroyed with the rest."""
    there = {mapper.local_table.name: mapper.local_table for mapper in db.Model.registry.mappers}  # type: ignore[attr-defined]
    hangs = {"person", "source_record", "referral"}
    while more := {
        name for name, table in there.items() if name not in hangs and any(key.column.table.name in hangs for key in table.foreign_keys)
    }:
        hangs |= more
    destroyed = {one.__tablename__ for one in vars(destroying).values() if hasattr(one, "__tablename__")}
    assert not hangs - destroyed, f"destroy {sorted(hangs - destroyed)} in retention/destroying.py"


def test_nothing_is_destroyed_by_one_person_or_against_a_hold(context: Flask) -> None:
    sent = family_of_long_ago()
    look_again()
    with transaction_at(NOW) as (session, at):
        officer = somebody(session, "governance")
        hold = holds.place(session, officer, sent.people[1].person_id, reason="Inquiry 12", until=None, at=at)
    with transaction_at(NOW) as (session, at):
        review = session.scalars(select(RetentionReview)).one()
        with pytest.raises(RuleBroken, match="legal hold"):
            reviewing.ask(session, officer, review.id, reason=WHY, version=review.version, at=at)
    with transaction_at(NOW) as (session, at):
        holds.lift(session, officer, hold.id, reason="It ended", at=at)
        review = session.scalars(select(RetentionReview)).one()
        reviewing.ask(session, officer, review.id, reason=WHY, version=review.version, at=at)
    with transaction_at(NOW) as (session, at):
        review = session.scalars(select(RetentionReview)).one()
        with pytest.raises(RuleBroken, match="other than"):
            reviewing.confirm(session, officer, review.id, reason=WHY, version=review.version, at=at)
        holds.place(session, officer, None, reason="A national inquiry", until=NOW.date(), at=at)
    with transaction_at(NOW) as (session, at):
        review = session.scalars(select(RetentionReview)).one()
        with pytest.raises(RuleBroken, match="legal hold"):
            reviewing.confirm(session, _second(session), review.id, reason=WHY, version=review.version, at=at)
    assert db.session.scalar(select(func.count()).select_from(SourceRecord)) == len(sent.people)


def test_a_hold_that_is_placed_while_a_file_is_destroyed_saves_it_or_is_refused(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once everything is checked again, and before anything goes, somebody places a hold: it never stands on nothing."""
    sent = family_of_long_ago()
    look_again()
    held: list[str] = []

    def hold() -> None:
        with context.app_context():
            try:
                with transaction_at(NOW) as (session, at):
                    holds.place(session, somebody(session, "governance"), sent.people[0].person_id, reason="An inquiry", until=None, at=at)
                held.append("placed")
            except NotFound:
                held.append("refused")
            finally:
                db.session.remove()

    placing = threading.Thread(target=hold)

    def destroyed_meanwhile(*given: Any) -> Any:
        placing.start()
        placing.join(timeout=1)
        return destroying.destroy(*given)

    monkeypatch.setattr(reviewing, "destroy", destroyed_meanwhile)
    _destroyed()
    placing.join()
    assert held == ["refused"]


def test_a_file_is_kept_until_a_day_and_comes_back(context: Flask) -> None:
    family_of_long_ago()
    look_again()
    with transaction_at(NOW) as (session, at):
        review = session.scalars(select(RetentionReview)).one()
        with pytest.raises(RuleBroken, match="within 10 years"):
            reviewing.keep(session, somebody(session, "governance"), review.id, reason=WHY, until=at.date(), version=review.version, at=at)
        reviewing.keep(session, somebody(session, "governance"), review.id, reason=WHY, until=at.date() + timedelta(days=90),
                       version=review.version, at=at)  # fmt: skip
    assert look_again(NOW + timedelta(days=89)) == 0
    assert look_again(NOW + timedelta(days=91)) == 1


def test_a_brother_who_is_still_known_keeps_the_file(context: Flask) -> None:
    family_of_long_ago()
    again = _sent(NOW - timedelta(days=300), {**siblings(), "client_reference": "again"})
    _closed(again, NOW - timedelta(days=299))
    assert look_again() == 0


def test_the_authoritys_own_years_count_at_once(context: Flask) -> None:
    family_of_long_ago()
    with transaction_at(NOW) as (session, at):
        with pytest.raises(RuleBroken, match="whole years"):
            adopt(session, somebody(session, "governance"), code="no_service", trigger="closed", years=0, reason="x", at=at)
        adopt(session, somebody(session, "governance"), code="no_service", trigger="birth", years=40, reason="Cabinet", at=at)
    assert look_again() == 0


def test_the_database_lets_nothing_go_without_a_certificate(context: Flask) -> None:
    family_of_long_ago()
    for table in ("addendum", "referral"):
        with db.engine.connect() as connection, pytest.raises(Exception, match="never"):
            connection.execute(text(f"DELETE FROM {table}"))


def test_the_pages_from_the_list_to_the_certificate(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        sent = family_of_long_ago()
        look_again()
        review = str(_review().id)
        db.session.remove()
    officer, manager, screener = sign_in("governance"), sign_in("manager"), sign_in("screener")
    assert screener.get("/retention").status_code == 403
    assert "Early help, advice or no further action" in officer.get("/retention").get_data(as_text=True)
    page = f"/retention/files/{review}"
    shown = officer.get(page).get_data(as_text=True)
    assert "Maya Fernsby" in shown
    assert "1 referral" in shown
    empty = officer.submit(page, {"ask-reason": ""}, to=f"{page}/ask")
    assert empty.status_code == 400
    assert "Enter why it may be destroyed" in empty.get_data(as_text=True)
    version = {"ask-version": "1"}
    assert officer.submit(page, {"ask-reason": WHY, **version}, to=f"{page}/ask").status_code == 302
    assert "Somebody else must agree" in officer.get(page).get_data(as_text=True)
    assert "Agree, and destroy the file" in manager.get(page).get_data(as_text=True)
    person = sent.people[0].person_id
    officer.say_purpose(f"/people/{person}", "rights")
    assert "Place a legal hold" in officer.get(f"/people/{person}").get_data(as_text=True)
    held = officer.submit(f"/retention/holds/people/{person}", {"reason": "Inquiry 12"}, follow=True).get_data(as_text=True)
    assert "Inquiry 12" in held
    assert "legal hold stands" in manager.get(page).get_data(as_text=True)
    with app.app_context():
        with transaction() as session, told_time(NOW):
            hold = holds.standing(session, NOW.date())[0].hold.id
        db.session.remove()
    assert officer.submit(f"/retention/holds/{hold}/lift", {"reason": "It ended"}).status_code == 302
    done = manager.submit(page, {"confirm-reason": "All of it", "confirm-version": "2"}, to=f"{page}/confirm", follow=True)
    said = done.get_data(as_text=True)
    assert done.status_code == 200, said
    assert "Certificate of destruction" in said
    assert "Fernsby" not in said
    assert officer.get(page).status_code == 404
    assert officer.get(f"/people/{person}").status_code == 404
    assert "6 years from the last decision" in officer.get("/retention/schedule").get_data(as_text=True)


def test_the_command_says_what_it_found(app: Flask) -> None:
    with app.app_context():
        family_of_long_ago()
        db.session.remove()
    said = app.test_cli_runner().invoke(args=["retention", "due"]).output
    assert "1 file to review" in said
