"""The day a request must be answered by."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguard.governance.subject_access.clock import due_on
from safeguard.kernel.working_time import is_working_day


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 11, 16), date(2026, 12, 16)),
        (date(2026, 1, 31), date(2026, 3, 2)),  # no 31 February; the 28th is a Saturday
        (date(2026, 11, 25), date(2026, 12, 29)),  # Christmas Day, Boxing Day, its substitute
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 12, 7), date(2027, 1, 7)),
    ],
)
def test_a_month_is_the_same_day_or_the_next_working_day(received: date, due: date) -> None:
    assert due_on(received) == due


def test_an_extension_makes_three_months_from_receipt() -> None:
    assert due_on(date(2026, 11, 16), extended=True) == date(2027, 2, 16)


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_it_is_a_working_day_a_month_or_little_more_away(received: date) -> None:
    due = due_on(received)
    assert is_working_day(due)
    assert timedelta(28) <= due - received <= timedelta(31 + 6)
    assert due < due_on(received, extended=True)
