"""The guidance that the referral form shows now."""

from __future__ import annotations

from safeguard.kernel.clock import now
from safeguard.kernel.database import db
from safeguard.local.in_use import in_use
from safeguard.referrals.guidance import GUIDANCE, Guidance


def guidance_in_use() -> Guidance:
    """Read anew for each page: an approval counts on every process at once."""
    return Guidance.of(in_use(db.session(), GUIDANCE, now()).content)


def front_door_phone() -> str:
    """The phone number of the front door; empty where the partnership set none."""
    return guidance_in_use().front_door_phone
