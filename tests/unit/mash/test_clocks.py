"""Time left, in the words of the queue."""

from __future__ import annotations

from datetime import datetime

import pytest

from safeguard.kernel.clock import LONDON
from safeguard.mash.clocks import time_left


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("due", "at", "words", "level"),
    [
        (_at(16, 12), _at(16, 9, 30), "2 hours 30 minutes left", "ok"),
        (_at(16, 12), _at(16, 10), "2 hours left", "soon"),
        (_at(16, 12), _at(16, 11, 59), "1 minute left", "soon"),
        (_at(16, 12), _at(16, 12), "0 minutes left", "soon"),
        # Friday ten to five: a weekend is no working time.
        (_at(23, 17), _at(20, 16, 50), "1 working day left", "ok"),
        (_at(24, 12), _at(20, 17), "1 working day 3 hours left", "ok"),
        (_at(16, 12), _at(16, 12, 1), "1 minute overdue", "overdue"),
        (_at(16, 12), _at(18, 13), "2 working days 1 hour overdue", "overdue"),
        # With days behind it, an hour more says nothing.
        (_at(2, 12), _at(16, 15), "10 working days overdue", "overdue"),
    ],
)
def test_time_left_in_words(due: datetime, at: datetime, words: str, level: str) -> None:
    left = time_left(due, at)
    assert (left.words, left.level) == (words, level)
