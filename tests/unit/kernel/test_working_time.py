"""Working time over weekends, bank holidays and the change of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguard.kernel.clock import LONDON
from safeguard.kernel.references import new_reference, read_reference
from safeguard.kernel.working_time import add_working_hours, is_working_day, response_due, working_time_between

moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 11, 24), True), (date(2026, 11, 28), False), (date(2026, 12, 25), False), (date(2026, 12, 28), False),
        (date(2026, 4, 3), False), (date(2026, 4, 6), False), (date(2026, 8, 31), False), (date(2026, 8, 3), True),
    ],
)  # fmt: skip
def test_working_days_in_england(day: date, working: bool) -> None:
    assert is_working_day(day) is working


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-24T10:30", "2026-11-25T10:30"),
        ("2026-11-27T16:50", "2026-11-30T16:50"),  # Friday afternoon to Monday afternoon
        ("2026-11-28T11:00", "2026-11-30T17:00"),  # Saturday to Monday's close
        ("2026-12-24T15:00", "2026-12-29T15:00"),  # over Christmas, with the 28th in lieu
        ("2026-11-24T20:00", "2026-11-25T17:00"),
        ("2026-11-24T07:00", "2026-11-25T09:00"),
        ("2026-03-27T12:00", "2026-03-30T12:00"),  # over the change to summer time
    ],
)
def test_one_working_day_to_respond(received: str, due: str) -> None:
    assert response_due(london(received)) == london(due)


@pytest.mark.parametrize(
    ("received", "hours", "due"),
    [
        ("2026-11-24T10:00", 4, "2026-11-24T14:00"),
        ("2026-11-24T15:00", 4, "2026-11-25T11:00"),
        ("2026-11-27T16:50", 4, "2026-11-30T12:50"),
        ("2026-11-24T10:00", 24, "2026-11-27T10:00"),
        ("2026-12-24T16:00", 4, "2026-12-29T12:00"),
    ],
)
def test_working_hours(received: str, hours: int, due: str) -> None:
    assert add_working_hours(london(received), hours) == london(due)


@given(moments, st.integers(1, 100))
def test_adding_and_measuring_agree(at: datetime, hours: int) -> None:
    assert working_time_between(at, add_working_hours(at, hours)) == timedelta(hours=hours)


@given(moments)
def test_the_response_is_never_due_out_of_hours(at: datetime) -> None:
    due = response_due(at).astimezone(LONDON)
    assert is_working_day(due.date())
    assert 9 <= due.hour <= 17
    assert due > at


@given(st.integers(0, 6), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_character_of_a_reference_is_noticed(place: int, wrong: str) -> None:
    plain = new_reference().replace("-", "")[2:]
    typed = plain[:place] + wrong + plain[place + 1 :]
    assert (read_reference(f"SR {typed.lower()}") is not None) is (typed == plain)
