"""By when a flag must have been reviewed. Pure: no clock runs here but the moments handed in.

A RED is reviewed the same working day; two AMBER from different groups within 72 hours. England's weekends and bank
holidays have nobody at the desk, so neither clock ends before somebody could have looked.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from safeguard.kernel.clock import LONDON
from safeguard.kernel.working_time import CLOSES, is_working_day, next_working_day
from safeguard.risk.review_level import Level

_SEVENTY_TWO_HOURS = timedelta(hours=72)


def review_due(level: Level, at: datetime) -> datetime:
    """When a review asked for at the aware moment `at` must be done.

    The same working day ends at its close; what comes after the close, or on a day off, is due by the next close.
    72 hours are counted by the clock, weekends included, but end no earlier than the close of the next working day.
    """
    local = at.astimezone(LONDON)
    working = is_working_day(local.date())
    if level is Level.SAME_DAY:
        today = working and local.time() < CLOSES
        day = local.date() if today else next_working_day(local.date())
        return datetime.combine(day, CLOSES, tzinfo=LONDON).astimezone(at.tzinfo)
    first_chance = datetime.combine(next_working_day(local.date()), CLOSES, tzinfo=LONDON)
    return max(at + _SEVENTY_TWO_HOURS, first_chance.astimezone(at.tzinfo))
