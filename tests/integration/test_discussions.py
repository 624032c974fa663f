"""A strategy discussion from its draft to what follows: written by several, frozen once agreed, and in the chronology and summary."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from safeguard.audit.model import AuditEvent
from safeguard.concerns.model import CaseEvent
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import Conflict, NotFound, RuleBroken
from safeguard.mash.case import open_case
from safeguard.mash.checks import asking
from safeguard.mash.checks.answering import answer
from safeguard.mash.checks.rules import ProposedAnswer
from safeguard.meetings.discussions import service
from safeguard.meetings.discussions.model import DiscussionAction, DiscussionAddendum, DiscussionChild, StrategyDiscussion
from safeguard.meetings.service import make_summary
from safeguard.people.sight import acting_for
from tests.integration.help import MONDAY, somebody, transaction_at
from tests.integration.restricted import restricted
from tests.integration.test_checks import _case, _proposed
from tests.unit.meetings.test_discussions import WHOLE

WHEN = {
    "held_on-day": "16", "held_on-month": "11", "held_on-year": "2026", "held_time": "9:30", "mode": "video", "chair": "Charlie Example",
    "attendees-0-name": "Jo Example", "attendees-0-agency": "Police", "attendees-0-role": "Sergeant", "attendees-0-sector": "police",
    "attendees-0-there": "present", "attendees-1-name": "", "attendees-2-name": "Ash Example", "attendees-2-agency": "Health",
    "attendees-2-role": "Nurse", "attendees-2-sector": "health", "attendees-2-there": "apologies",
}  # fmt: skip
_PARTS = {
    "reason": {"reason": "A bruise that nobody explains.", "children": []},
    "information": {"information-0-agency": "School", "information-0-words": "Often tired."},
    "decision": {name: WHOLE[name] for name in ("seen", "wishes", "analysis", "decision", "rationale", "lead", "medical")},
    "actions": {
        "parents": "told", "parents_words": "By the social worker.", "actions-0-words": "Examine her.", "actions-0-owner": "Dr Example",
        "actions-0-due_on-day": "17", "actions-0-due_on-month": "11", "actions-0-due_on-year": "2026",
    },
}  # fmt: skip


def _begun() -> tuple[uuid.UUID, uuid.UUID, dict[str, uuid.UUID], dict[str, uuid.UUID]]:
    """A case, and a draft record that is whole but for nobody from health: ids of both, and records and people by name."""
    referral, records, people = _case()
    with transaction_at() as (session, at):
        minutes = somebody(session, "minutes")
        made = service.start(session, minutes, referral, at=at)
        keep = {name: value for name, value in WHOLE.items() if name != "attendees"}
        when = {"mode": "video", "chair": "Charlie Example", "attendees": WHOLE["attendees"][:2]}
        service.save_part(session, minutes, made.id, "when", when, version=1, at=at, held_at=at)
        for part in ("information", "decision", "actions", "reason"):
            version = session.get_one(StrategyDiscussion, made.id).version
            chosen = [str(records["maya"])] if part == "reason" else []
            service.save_part(session, minutes, made.id, part, keep, version=version, at=at, children=chosen)
        return referral, made.id, records, people


def _agreed(discussion: uuid.UUID, override: str = "Health cannot be reached tonight.") -> None:
    with transaction_at(MONDAY + timedelta(hours=1)) as (session, at):
        version = session.get_one(StrategyDiscussion, discussion).version
        service.agree(session, somebody(session, "chair"), discussion, override=override, version=version, at=at)


def test_written_agreed_and_followed(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        referral, records, people = _case()
        db.session.remove()
    minutes, chair = sign_in("minutes"), sign_in("chair")
    for one in (minutes, chair):
        one.say_purpose(f"/referrals/{referral}/discussions", "strategy")
    first = minutes.submit(f"/referrals/{referral}/discussions", {}, to=f"/referrals/{referral}/discussions/start").headers["Location"]
    record = first.rpartition("/parts")[0]
    refused = minutes.submit(first, WHEN)
    assert refused.status_code == 400
    assert refused.get_data(as_text=True).count("Enter the reason that they gave") == 2  # in the summary and beside the field
    assert "Ash Example" in refused.get_data(as_text=True)
    bad_time = minutes.submit(first, {**WHEN, "held_time": "half nine"})
    assert "like 14:30" in bad_time.get_data(as_text=True)
    assert minutes.submit(first, {**WHEN, "attendees-2-why_not": "On leave."}).status_code == 302
    for part, answers in _PARTS.items():
        told = {**answers, "children": [str(records["maya"]), str(records["leo"])]} if part == "reason" else answers
        assert minutes.submit(f"{record}/parts/{part}", told).status_code == 302, part
    draft = minutes.get(record).get_data(as_text=True)
    assert "No quorum. Missing: Children’s social care, Health" in draft
    assert "7 December 2026" in draft
    assert minutes.submit(record, {}, to=f"{record}/agree").status_code == 403
    without = chair.submit(record, {"override": ""}, to=f"{record}/agree")
    assert without.status_code == 400
    assert "Enter why it goes ahead without" in without.get_data(as_text=True)
    agreed = chair.submit(record, {"override": "A child was hurt; they are told tonight."}, to=f"{record}/agree", follow=True)
    said = agreed.get_data(as_text=True)
    assert "is not changed any more" in said
    assert "A child was hurt; they are told tonight." in said
    assert minutes.get(f"{record}/parts/when").status_code == 302
    added = minutes.submit(record, {"words": "Health agrees."}, to=f"{record}/add", follow=True).get_data(as_text=True)
    assert "Health agrees." in added
    with app.app_context():
        action = db.session.scalars(select(DiscussionAction.id)).one()
        db.session.remove()
    done = minutes.submit(record, {}, to=f"/discussions/actions/{action}/done", follow=True).get_data(as_text=True)
    assert "noted by Minnie Example" in done
    chronology = sign_in("screener").get(f"/people/{people['leo']}/chronology").get_data(as_text=True)
    assert "Strategy discussion: a section 47 enquiry. Conference due by 7 December 2026" in chronology
    assert "Section 47 enquiry started" in chronology
    with app.app_context(), transaction() as session:
        noted = set(session.scalars(select(AuditEvent.action)))
        assert {f"discussion.{act}" for act in ("viewed", "started", "changed", "agreed", "added_to", "action_done")} <= noted
        standing = [event for event in session.scalars(select(CaseEvent)) if event.facts == {"standing": {"standing": "s47"}}]
        assert len(standing) == 2  # Maya's and Leo's


def test_what_is_agreed_is_frozen(context: Flask) -> None:
    _referral, discussion, records, _people = _begun()
    with pytest.raises(RuleBroken):
        _agreed(discussion, override="")
    _agreed(discussion)
    with transaction_at() as (session, at):
        service.add_words(session, somebody(session, "minutes"), discussion, "Later.", at=at)
        row = session.get_one(StrategyDiscussion, discussion)
        assert (row.decision, row.conference_due) == ("s47", datetime(2026, 12, 7, tzinfo=UTC).date())
        action = session.scalars(select(DiscussionAction)).one()
        service.mark_done(session, somebody(session), action.id, at=at)
    for change in (
        update(StrategyDiscussion).values(override_sealed=b"x"), delete(StrategyDiscussion),
        update(DiscussionAction).values(owner_sealed=b"x"),
        update(DiscussionAction).values(done_on=None, done_by=None), delete(DiscussionAction), delete(DiscussionAddendum),
        update(DiscussionAddendum).values(words_sealed=b"x"), delete(DiscussionChild),
        insert(DiscussionChild).values(discussion_id=discussion, source_record_id=records["leo"]),
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match="never changed"), transaction() as session:
            session.execute(change)
    with pytest.raises(Conflict):
        _agreed(discussion)


def test_two_who_write_at_once(context: Flask) -> None:
    _referral, discussion, _records, _people = _begun()
    with pytest.raises(Conflict), transaction_at() as (session, at):
        service.save_part(session, somebody(session, "chair"), discussion, "decision", {"analysis": "Older."}, version=1, at=at)
    with transaction() as session:
        version = session.get_one(StrategyDiscussion, discussion).version
    stranger = [str(uuid.uuid4())]
    with pytest.raises(RuleBroken), transaction_at() as (session, at):
        service.save_part(session, somebody(session), discussion, "reason", {}, version=version, at=at, children=stranger)


def test_what_agencies_answered_stands_there_unless_it_stays_within_the_mash(context: Flask) -> None:
    referral, records, _people = _case()
    with transaction_at() as (session, at):
        screener, both = somebody(session), ("oakfield-primary-school", "police")
        proposed = _proposed(session, records["maya"], agencies=both)
        asked = {one.agency_id: one.id for one in asking.ask(session, screener, referral, proposed, at=at)}
        responder, partner = somebody(session, "responder"), somebody(session, "partner")
        answer(session, responder, asked[responder.agency_id], ProposedAnswer("known", "Often late.", "strategy", ""), seen=0, at=at)
        answer(session, partner, asked[partner.agency_id], ProposedAnswer("known", "An informant.", "mash", ""), seen=0, at=at)
        made = service.start(session, somebody(session, "minutes"), referral, at=at)
        assert [row["words"] for row in made.content["information"]] == ["Often late."]
        summary = make_summary(session, screener, open_case(session, screener, referral, at=at), authority="A", at=at).summary
        assert "Often late." in str(summary.content)
        assert "An informant." not in str(summary.content)


def test_the_summary_holds_what_was_agreed_and_nobody_hidden_is_told(context: Flask) -> None:
    referral, discussion, _records, people = _begun()
    _agreed(discussion)
    with transaction_at(MONDAY + timedelta(hours=2)) as (session, at):
        screener = somebody(session)
        made = make_summary(session, screener, open_case(session, screener, referral, at=at), authority="A", at=at).summary
        assert made.content["discussions"][0]["decision"] == "A section 47 enquiry. Conference due by 7 December 2026"
        assert made.content["discussions"][0]["actions"] == [["Examine her.", "Dr Example", "3 Sep 2025", "Open"]]
    with transaction() as session:
        restricted(session, people["maya"])
    with transaction() as session, acting_for(session, somebody(session)), pytest.raises(NotFound):
        service.discussion_called(session, discussion)
