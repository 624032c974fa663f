"""When a request for one's own data must be answered. Pure.

Source: UK GDPR article 12(3): one month from receipt, and two more where requests are complex or many, told within the first.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from safeguard.kernel.working_time import is_working_day

MONTHS = 1
MONTHS_EXTENDED = 3


def due_on(received_on: date, *, extended: bool = False) -> date:
    """The last day to answer a request received on `received_on`.

    It is the same day of the month, or the month's last day where there is none, or else the next working day.
    """
    months = received_on.month - 1 + (MONTHS_EXTENDED if extended else MONTHS)
    year, month = received_on.year + months // 12, months % 12 + 1
    day = date(year, month, min(received_on.day, calendar.monthrange(year, month)[1]))
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
