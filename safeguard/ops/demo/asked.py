"""What the made-up hub asked agencies about its newest referrals, and one strategy discussion with its actions."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.agencies.service import actor_for, agencies_by_slug
from safeguard.kernel.clock import london_date, now, told_time
from safeguard.kernel.database import transaction
from safeguard.mash.checks import asking
from safeguard.mash.checks.answering import answer, write_down
from safeguard.mash.checks.rules import ProposedAnswer, ProposedRequest
from safeguard.mash.model import Decision, Episode
from safeguard.meetings.discussions import service
from safeguard.ops.demo.accounts import SCREENER_EMAIL
from safeguard.people.model import SourceRecord
from safeguard.referrals.model import Referral
from safeguard.referrals.submission import subject_ids

_ASKED_ABOUT = 6
# Of those, counted from the newest, the ones on which agencies have answered.
_ANSWERED_FROM = 2
_LATER = timedelta(minutes=30)
_POLICE = ProposedAnswer("known", "Synthetic: two calls to the address this year, noise and an argument. Nobody was hurt.", "strategy", "")
_HEALTH = ProposedAnswer("known", "Synthetic: seen in clinic in the spring, growing well.", "referrer", "", "Duty health visitor")


def newest_undecided(session: Session, most: int) -> Sequence[tuple[uuid.UUID, datetime | None]]:
    """The newest referrals that nobody has decided, at most so many, with when each came in."""
    undecided = (
        select(Referral.id, Referral.submitted_at)
        .outerjoin(Episode, Episode.referral_id == Referral.id)
        .where(Referral.status == "submitted", Episode.decided_at.is_(None))
        .order_by(Referral.submitted_at.desc())
        .limit(most)
    )
    return session.execute(undecided).tuples().all()


def ask_and_discuss(school: str) -> None:
    """Ask the school called `school` and others about the newest undecided referrals, and hold one strategy discussion."""
    with transaction() as session:
        newest = newest_undecided(session, _ASKED_ABOUT)
        enquiry = session.execute(
            select(Decision.referral_id, Decision.at).where(Decision.outcome == "STRATEGY_DISCUSSION").order_by(Decision.at.desc()).limit(1)
        ).first()
    for place, (referral_id, received) in enumerate(newest):
        assert received is not None  # a submitted referral says when it came
        at = min(received + _LATER, now())
        with told_time(at), transaction() as session:
            _ask(session, referral_id, school, at, answered=place >= _ANSWERED_FROM)
    if enquiry is not None:
        _discuss(enquiry.referral_id, min(enquiry.at + timedelta(hours=3), now()))


def _ask(session: Session, referral_id: Any, school: str, at: datetime, *, answered: bool) -> None:
    agencies = agencies_by_slug(session)
    asked = (school, "police", "health-visiting")
    records = session.scalars(select(SourceRecord.id).where(SourceRecord.referral_id == referral_id))
    proposed = ProposedRequest(
        agencies=tuple(str(agencies[slug].id) for slug in asked), people=tuple(map(str, records)), template="any", own_words="",
        details=("address",), purpose="response", basis="duty_to_share", family_told="not_known",
    )  # fmt: skip
    screener, partner = actor_for(session, SCREENER_EMAIL), actor_for(session, "partner@demo.example")
    made = {check.agency_id: check for check in asking.ask(session, screener, referral_id, proposed, at=at)}
    if answered:
        answer(session, partner, made[agencies["police"].id].id, _POLICE, seen=0, at=at)
        write_down(session, screener, made[agencies["health-visiting"].id].id, _HEALTH, seen=0, at=at)


def _discuss(referral_id: Any, at: datetime) -> None:
    """A discussion from its first word to its agreement."""
    with told_time(at), transaction() as session:
        minutes, chair = actor_for(session, "minutes@demo.example"), actor_for(session, "chair@demo.example")
        record = service.start(session, minutes, referral_id, at=at)
        for part, said in _parts(at).items():
            covered = [str(one) for one in subject_ids(session, referral_id)] if part == "reason" else []
            held_at = at if part == "when" else None
            service.save_part(session, minutes, record.id, part, said, version=record.version, at=at, held_at=held_at, children=covered)
        service.agree(session, chair, record.id, override="", version=record.version, at=at)


def _parts(at: datetime) -> dict[str, dict[str, Any]]:
    people = (
        ("Drew Example", "Aldermoor Safeguarding Hub", "Team manager", "social_care"),
        ("Pat Example", "Aldermoor Police", "Detective sergeant", "police"),
        ("Ash Example", "Aldermoor Health Visiting Service", "Health visitor", "health"),
    )
    attendees = [
        {"name": name, "agency": agency, "role": role, "sector": sector, "there": "present", "why_not": ""}
        for name, agency, role, sector in people
    ]
    soon = (london_date(at) + timedelta(days=1)).isoformat()
    return {
        "when": {"mode": "video", "place": "", "chair": "Charlie Example", "attendees": attendees},
        "reason": {"reason": "Synthetic: the referral gives reasonable cause to suspect significant harm."},
        "information": {"information": [{"agency": "Aldermoor Police", "words": "Synthetic: two calls to the address this year."}]},
        "decision": {
            "seen": "yes", "wishes": "Synthetic: wants things to be calm at home.", "analysis": "Synthetic: the risk is likely to go on.",
            "decision": "s47", "rationale": "Synthetic: reasonable cause to suspect significant harm.", "lead": "joint",
            "medical": "not_needed",
        },
        "actions": {
            "parents": "told", "parents_words": "Synthetic: told by the social worker on a visit today.",
            "actions": [{"words": "See the children at home", "owner": "Social worker, Aldermoor Council", "due_on": soon}],
        },
    }  # fmt: skip
