"""When flags ask for a review, by when, and in which order children are looked at."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguard.kernel.working_time import CLOSES, is_working_day, working_time_between
from safeguard.risk.review_clock import review_due
from safeguard.risk.review_level import Level, Raised, Standing, groups_of, order_key, review_of

DAY = date(2026, 3, 2)
LONDON = ZoneInfo("Europe/London")


def flag(severity: str, group: str = "history", days: int = 0) -> Raised:
    return Raised(severity, group, DAY + timedelta(days=days))


@pytest.mark.parametrize(
    ("live", "answered", "level"),
    [
        ([], [], None),
        ([flag("INFO"), flag("INFO", "adults"), flag("INFO", "graph")], [], None),
        ([flag("AMBER")], [], None),
        ([flag("AMBER"), flag("INFO", "adults")], [], None),
        ([flag("AMBER"), flag("AMBER", days=1)], [], None),  # one group twice is one worry
        ([flag("AMBER"), flag("AMBER", "adults")], [], Level.WITHIN_72_HOURS),
        ([flag("AMBER"), flag("AMBER", "adults", 180)], [], Level.WITHIN_72_HOURS),
        ([flag("AMBER"), flag("AMBER", "adults", 181)], [], None),
        ([flag("RED")], [], Level.SAME_DAY),
        ([flag("RED"), flag("AMBER", "adults"), flag("AMBER", "graph")], [], Level.SAME_DAY),
        ([flag("AMBER", days=100)], [flag("AMBER", "adults")], Level.WITHIN_72_HOURS),
        ([flag("AMBER", days=100)], [flag("RED", "injury")], Level.WITHIN_72_HOURS),
        ([flag("AMBER", days=100)], [flag("AMBER")], None),
        ([], [flag("AMBER", "adults"), flag("AMBER"), flag("RED")], None),  # answered flags never ask alone
        ([flag("INFO")], [flag("AMBER", "adults")], None),
    ],
)
def test_when_a_review_is_asked_for(live: list[Raised], answered: list[Raised], level: Level | None) -> None:
    found = review_of(live, answered)
    assert (found.level if found else None) == level


def test_a_review_names_its_flags_and_the_day_the_last_came() -> None:
    found = review_of([flag("AMBER"), flag("AMBER", "adults", 5), flag("AMBER", "graph", 400), flag("INFO", "voice")])
    assert found is not None
    assert [one.group for one in found.because] == ["history", "adults"]
    assert found.since == DAY + timedelta(days=5)


_FLAGS = st.builds(
    Raised,
    severity=st.sampled_from(["RED", "AMBER", "INFO"]),
    group=st.sampled_from(["history", "adults", "graph", "injury"]),
    on=st.dates(date(2025, 1, 1), date(2026, 12, 31)),
)


@given(st.lists(_FLAGS, max_size=8), _FLAGS, st.randoms(use_true_random=False))
def test_more_flags_never_lower_the_level_and_their_order_says_nothing(flags: list[Raised], more: Raised, shuffle: Random) -> None:
    weight = {None: 0, Level.WITHIN_72_HOURS: 1, Level.SAME_DAY: 2}

    def level(of: list[Raised]) -> int:
        found = review_of(of)
        return weight[found.level if found else None]

    mixed = list(flags)
    shuffle.shuffle(mixed)
    assert review_of(mixed) == review_of(flags)
    assert level([*flags, more]) >= level(flags)
    assert level([one for one in flags if one.severity != "INFO"]) == level(flags)


@given(st.lists(_FLAGS, max_size=8), st.integers(-400, 400))
def test_moving_every_date_moves_the_review(flags: list[Raised], days: int) -> None:
    moved = [Raised(one.severity, one.group, one.on + timedelta(days=days)) for one in flags]
    before, after = review_of(flags), review_of(moved)
    assert (before is None) == (after is None)
    if before and after:
        assert (after.level, after.since) == (before.level, before.since + timedelta(days=days))


def test_the_list_is_sorted_by_what_it_says() -> None:
    rows = {
        "two reds": Standing(2, DAY, 1, DAY),
        "one red, newer": Standing(1, DAY + timedelta(days=3), 1, DAY),
        "one red, more groups": Standing(1, DAY, 3, DAY),
        "one red, never seen": Standing(1, DAY, 2, None),
        "one red, long unseen": Standing(1, DAY, 2, DAY - timedelta(days=90)),
        "one red, seen lately": Standing(1, DAY, 2, DAY),
        "amber, many groups": Standing(0, None, 5, None),
        "amber": Standing(0, None, 2, DAY),
    }
    names = list(rows)
    Random(7).shuffle(names)
    assert sorted(names, key=lambda name: order_key(rows[name])) == list(rows)


def test_information_is_not_a_group_that_fires() -> None:
    assert groups_of([flag("INFO", "adults"), flag("AMBER"), flag("AMBER"), flag("RED", "injury")]) == 2


@pytest.mark.parametrize(
    ("raised", "level", "due"),
    [
        ("2026-11-24 09:00", Level.SAME_DAY, "2026-11-24 17:00"),
        ("2026-11-27 16:50", Level.SAME_DAY, "2026-11-27 17:00"),  # Friday afternoon is still the same day
        ("2026-11-27 17:00", Level.SAME_DAY, "2026-11-30 17:00"),
        ("2026-11-24 07:30", Level.SAME_DAY, "2026-11-24 17:00"),
        ("2026-11-28 11:00", Level.SAME_DAY, "2026-11-30 17:00"),
        ("2026-04-02 18:00", Level.SAME_DAY, "2026-04-07 17:00"),  # Maundy Thursday evening: Tuesday after Easter
        ("2026-12-25 10:00", Level.SAME_DAY, "2026-12-29 17:00"),  # Boxing Day's substitute is Monday the 28th
        ("2026-06-15 16:30", Level.SAME_DAY, "2026-06-15 17:00"),  # summer time
        ("2026-11-23 10:00", Level.WITHIN_72_HOURS, "2026-11-26 10:00"),
        ("2026-11-26 10:00", Level.WITHIN_72_HOURS, "2026-11-29 10:00"),  # ends on Sunday; Friday was there to look
        ("2026-11-27 16:00", Level.WITHIN_72_HOURS, "2026-11-30 17:00"),
        ("2026-04-02 16:00", Level.WITHIN_72_HOURS, "2026-04-07 17:00"),  # Easter leaves nobody before Tuesday
        ("2026-10-24 12:00", Level.WITHIN_72_HOURS, "2026-10-27 11:00"),  # the clocks go back that night
    ],
)
def test_clocks_over_weekends_and_bank_holidays(raised: str, level: Level, due: str) -> None:
    at = datetime.strptime(raised, "%Y-%m-%d %H:%M").replace(tzinfo=LONDON).astimezone(UTC)
    assert review_due(level, at).astimezone(LONDON).strftime("%Y-%m-%d %H:%M") == due


@given(st.integers(0, 1_260_000), st.sampled_from(list(Level)))
def test_every_clock_leaves_somebody_time_to_look(minutes: int, level: Level) -> None:
    at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    due = review_due(level, at)
    assert due > at
    assert working_time_between(at, due) > timedelta()
    if level is Level.SAME_DAY:
        local = due.astimezone(LONDON)
        assert is_working_day(local.date())
        assert local.time() == CLOSES
        assert working_time_between(at, due) <= timedelta(hours=8)
    else:
        assert due - at >= timedelta(hours=72) or working_time_between(at, due) >= timedelta(hours=8)
