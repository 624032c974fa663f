"""What this room adds to chronologies: strategy discussions, and when a case summary was made for one, and by whom."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.agencies.model import Account
from safeguard.concerns.history import Entry
from safeguard.kernel.clock import london_date
from safeguard.kernel.dates import long_date
from safeguard.mash.chronology_sources import HUB, KINDS, ByReferral
from safeguard.meetings.discussions.model import DiscussionChild, StrategyDiscussion
from safeguard.meetings.discussions.words import DECISIONS
from safeguard.meetings.model import CaseSummary
from safeguard.people.candidates import people_of


def summaries_told(session: Session, _actor: Actor, referrals: ByReferral) -> Iterable[Entry]:
    """One entry for each version of the summaries of these referrals; nothing of their content."""
    rows = session.execute(
        select(CaseSummary.id, CaseSummary.referral_id, CaseSummary.number, CaseSummary.made_at, Account.name)
        .join(Account, Account.id == CaseSummary.made_by)
        .where(CaseSummary.referral_id.in_(referrals))
        .order_by(CaseSummary.made_at)
    ).tuples()
    for summary_id, referral_id, number, made_at, name in rows:
        reference, people, names = referrals[referral_id]
        yield Entry(
            day=london_date(made_at), happened_on=None, kind=KINDS.label("summary"), code="summary", rows=(summary_id,), people=people,
            names=names, agency=HUB, words=f"Version {number} of the case summary for a strategy discussion was made by {name}",
            reference=reference, referral_id=referral_id, in_focus=True,
        )  # fmt: skip


def discussions_told(session: Session, _actor: Actor, referrals: ByReferral) -> Iterable[Entry]:
    """One entry for each agreed strategy discussion about these referrals, with its decision and why."""
    found = session.scalars(
        select(StrategyDiscussion)
        .where(StrategyDiscussion.referral_id.in_(referrals), StrategyDiscussion.status == "agreed")
        .order_by(StrategyDiscussion.held_at)
    ).all()
    rows = session.scalars(select(DiscussionChild).where(DiscussionChild.discussion_id.in_([one.id for one in found]))).all()
    whose = people_of(session, {row.source_record_id for row in rows})
    for one in found:
        reference, everybody, names = referrals[one.referral_id]
        theirs = {whose[row.source_record_id] for row in rows if row.discussion_id == one.id and row.source_record_id in whose}
        people = tuple(key for key in everybody if key in theirs) or everybody
        named = dict(zip(everybody, names, strict=True)) if len(everybody) == len(names) else {}
        due = f" Conference due by {long_date(one.conference_due)}." if one.conference_due else ""
        assert one.held_at is not None  # an agreed record says when
        yield Entry(
            day=london_date(one.held_at), happened_on=None, kind=KINDS.label("meeting"), code="meeting", rows=(one.id,), people=people,
            names=tuple(named[key] for key in people) if named else names, agency=HUB, reference=reference, referral_id=one.referral_id,
            words=f"Strategy discussion: {DECISIONS.label(one.decision or '').lower()}.{due} {one.content.get('rationale', '')}".strip(),
            in_focus=True,
        )  # fmt: skip
