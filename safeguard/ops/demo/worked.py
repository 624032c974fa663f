"""Who had the newest referrals of the made-up hub, also somebody who left, and to whom two files were handed over by link."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor, Role
from safeguard.accounts.administration import close
from safeguard.agencies.model import Account
from safeguard.agencies.service import actor_for, agencies_by_slug, open_account
from safeguard.kernel.clock import now, told_time
from safeguard.kernel.database import new_id, transaction
from safeguard.mash.allocation.queries import worker_of
from safeguard.mash.allocation.service import allocate, bring_back
from safeguard.mash.case import open_case
from safeguard.meetings.handing.rules import Proposed
from safeguard.meetings.handing.service import Document, hand_over, letter, looked_up, take_back, use_up
from safeguard.meetings.service import make_summary, summary_and_people
from safeguard.ops.demo.accounts import SCREENER_EMAIL
from safeguard.ops.demo.asked import newest_undecided

_LEAVER_EMAIL = "leaver@demo.example"
_SOON = timedelta(minutes=10)
# Of the newest referrals nobody has decided: which was taken, given, handed on, and was a leaver's. The newest is left alone.
_TAKEN, _GIVEN, _HANDED_ON, _LEAVERS = 1, 2, 3, 4
_INSIDE = Proposed(True, "", "chair@demo.example", "Synthetic: for the strategy discussion tomorrow.", 7)
_OUTSIDE = Proposed(
    False, "Morgan Example, solicitor for the child", "solicitor@demo.example", "Synthetic: the court asked for it by Friday.", 3
)


def share_out() -> None:
    """Have the newest referrals taken, given, handed on and brought back, and hand a summary over by link, once opened, once taken back."""
    with transaction() as session:
        newest = [(key, min(received + _SOON, now())) for key, received in newest_undecided(session, _LEAVERS + 1) if received]
    if len(newest) <= _LEAVERS:
        return
    _one_takes_it(*newest[_TAKEN])
    _the_manager_gives_it(*newest[_GIVEN])
    _it_is_handed_on(*newest[_HANDED_ON])
    _its_worker_leaves(*newest[_LEAVERS])
    _two_links(*newest[_HANDED_ON])


def _one_takes_it(referral_id: uuid.UUID, at: datetime) -> None:
    with told_time(at), transaction() as session:
        screener = actor_for(session, SCREENER_EMAIL)
        _change_hands(session, screener, referral_id, screener, "", at)


def _the_manager_gives_it(referral_id: uuid.UUID, at: datetime) -> None:
    with told_time(at), transaction() as session:
        manager, decider = (actor_for(session, f"{who}@demo.example") for who in ("manager", "decider"))
        _change_hands(session, manager, referral_id, decider, "Synthetic: knows the school, and has room today.", at)


def _it_is_handed_on(referral_id: uuid.UUID, at: datetime) -> None:
    with told_time(at), transaction() as session:
        screener, decider = actor_for(session, SCREENER_EMAIL), actor_for(session, "decider@demo.example")
        _change_hands(session, screener, referral_id, screener, "", at)
        later = min(at + _SOON, now())
        _change_hands(session, screener, referral_id, decider, "Synthetic: needs a decision before I am back from a visit.", later)


def _its_worker_leaves(referral_id: uuid.UUID, at: datetime) -> None:
    """Somebody takes a referral and leaves; their account is closed, and the manager brings it back to the queue."""
    with told_time(at), transaction() as session:
        hub, manager = agencies_by_slug(session)["front-door"], actor_for(session, "manager@demo.example")
        account: Account = open_account(
            session, hub, name="Blake Example", email=_LEAVER_EMAIL, role=Role.SCREENER, job_title="Social worker",
            phone="01632 960200",
        )  # fmt: skip
        leaver = actor_for(session, _LEAVER_EMAIL)
        _change_hands(session, leaver, referral_id, leaver, "", at)
        close(session, manager, account)
        bring_back(session, manager, account.id, reason="Synthetic: left the hub; back to the queue.", at=min(at + _SOON, now()))


def _change_hands(session: Session, by: Actor, referral_id: uuid.UUID, to: Actor, reason: str, at: datetime) -> None:
    has = worker_of(session, referral_id)
    allocate(session, by, referral_id, to=to.account_id, reason=reason, seen=has.allocation_id if has else None, at=at)


def _two_links(referral_id: uuid.UUID, at: datetime) -> None:
    """A summary that the chair opens by its link, and a link to a solicitor that is taken back before anybody opens it."""
    later, authority = min(at + 2 * _SOON, now()), current_app.config["SETTINGS"].authority_name
    with told_time(later), transaction() as session:
        decider, chair = (actor_for(session, f"{who}@demo.example") for who in ("decider", "chair"))
        made = make_summary(session, decider, open_case(session, decider, referral_id, at=later), authority=authority, at=later)
        _summary, people = summary_and_people(session, decider, made.summary.id)
        document = Document("summary", made.summary.id, referral_id, people)
        opened, taken = (hand_over(session, decider, document, one, handing_id=new_id(), at=later) for one in (_INSIDE, _OUTSIDE))
        sent = letter(session, opened.handing.id, "https://demo.example")
        code = re.search(r"#(\S+)", sent.body if sent else "")
        if code is not None:
            found = looked_up(session, code[1], opened.password, chair, at=later)
            use_up(session, found, chair, people, at=later)
        take_back(session, decider, taken.handing, at=later)
