"""Working time at the front door: Monday to Friday, nine to five in England, bank holidays left out.

The day something arrives is day 0: "within one working day" ends at the same time on the next working day,
or at the close of that day where it arrived out of hours.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays

from safeguard.kernel.clock import LONDON

OPENS = time(9)
CLOSES = time(17)
_RESPONSE_WORKING_DAYS = 1


@lru_cache(maxsize=64)
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    """Whether `day` is neither a weekend nor a bank holiday in England."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def next_working_day(day: date) -> date:
    """The first working day after `day`."""
    day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def add_working_days(at: datetime, days: int) -> datetime:
    """The aware moment `days` working days after `at`; the day of `at` is day 0.

    Out of hours counts from the close: what comes on a Saturday is due, in one working day, by Monday's close.
    """
    local = at.astimezone(LONDON)
    day = local.date()
    late = local.time() >= CLOSES or not is_working_day(day)
    for _ in range(days):
        day = next_working_day(day)
    clock = CLOSES if late else max(local.time(), OPENS)
    return datetime.combine(day, clock, tzinfo=LONDON).astimezone(at.tzinfo)


def add_working_hours(at: datetime, hours: float) -> datetime:
    """The aware moment when `hours` of working time have passed since `at`."""
    left = timedelta(hours=hours)
    local = at.astimezone(LONDON).replace(tzinfo=None)
    while True:
        opens, closes = datetime.combine(local, OPENS), datetime.combine(local, CLOSES)
        start = max(local, opens)
        if is_working_day(local.date()) and start < closes:
            if start + left <= closes:
                return (start + left).replace(tzinfo=LONDON).astimezone(at.tzinfo)
            left -= closes - start
        local = datetime.combine(local.date() + timedelta(days=1), OPENS)


def working_time_between(start: datetime, end: datetime) -> timedelta:
    """The working time from `start` to `end` (both aware); nothing where `end` comes first."""
    first, last = (moment.astimezone(LONDON).replace(tzinfo=None) for moment in (start, end))
    total, day = timedelta(), first.date()
    while day <= last.date():
        if is_working_day(day):
            begin = max(first, datetime.combine(day, OPENS))
            finish = min(last, datetime.combine(day, CLOSES))
            total += max(timedelta(), finish - begin)
        day += timedelta(days=1)
    return total


def response_due(at: datetime) -> datetime:
    """When the type of response must be decided and the referrer told: one working day after receipt.

    Source: Working Together to Safeguard Children; Keeping Children Safe in Education 2025, paragraph 62.
    """
    return add_working_days(at, _RESPONSE_WORKING_DAYS)
