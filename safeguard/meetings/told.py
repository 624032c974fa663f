"""What this room adds to chronologies: when a case summary was made for a discussion, and by whom."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.agencies.model import Account
from safeguard.concerns.history import Entry
from safeguard.kernel.clock import london_date
from safeguard.mash.chronology_sources import HUB, KINDS, ByReferral
from safeguard.meetings.model import CaseSummary


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
