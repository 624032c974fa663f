"""The clocks that the partnership runs on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from safeguard.local.in_use import in_use
from safeguard.mash.clocks import ClockPolicy
from safeguard.mash.service_levels import SERVICE_LEVELS, clocks_of


def clocks(session: Session, at: datetime) -> ClockPolicy:
    """The clocks in use at `at`. What they set is stored with each rating and each request, and later versions change none of it."""
    used = in_use(session, SERVICE_LEVELS, at)
    return clocks_of(used.content, used.number)
