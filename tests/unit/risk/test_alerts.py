"""Which days ask for a review because of something new, and which of them reach a reviewer."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguard.risk.alerts import Call, Stood, alerts, calls
from safeguard.risk.review_level import Level

START = date(2026, 1, 1)


def flag(day: int, severity: str, signal: str, group: str, until: int | None = None) -> Stood:
    return Stood(signal, group, severity, START + timedelta(days=day), None if until is None else START + timedelta(days=until))


def days_of(found: list[Call]) -> list[int]:
    return [(call.on - START).days for call in found]


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ([flag(3, "RED", "S09", "injury")], [3]),
        ([flag(3, "AMBER", "S02", "history")], []),
        ([flag(3, "INFO", "S01", "history"), flag(4, "AMBER", "S24", "graph")], []),
        ([flag(3, "AMBER", "S02", "history"), flag(9, "AMBER", "S24", "graph")], [9]),
        ([flag(3, "AMBER", "S02", "history"), flag(9, "AMBER", "S03", "history")], []),
        ([flag(0, "AMBER", "S02", "history"), flag(180, "AMBER", "S24", "graph")], [180]),
        ([flag(0, "AMBER", "S02", "history"), flag(181, "AMBER", "S24", "graph")], []),
        ([flag(0, "AMBER", "S02", "history", until=9), flag(9, "AMBER", "S24", "graph")], []),
        ([flag(3, "RED", "S09", "injury"), flag(9, "AMBER", "S24", "graph")], [3]),
        ([flag(3, "RED", "S09", "injury", until=40), flag(40, "RED", "S09", "injury")], [3, 40]),
    ],
)
def test_a_day_calls_only_where_something_new_puts_the_child_there(flags: list[Stood], expected: list[int]) -> None:
    assert days_of(calls(flags)) == expected


def call(day: int, *reds: str, groups: int = 2) -> Call:
    level = Level.SAME_DAY if reds else Level.WITHIN_72_HOURS
    return Call(START + timedelta(days=day), level, reds or ("S02", "S24"), frozenset(reds), groups)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([call(0), call(27)], [0]),
        ([call(0), call(28)], [0, 28]),
        ([call(0), call(20), call(29)], [0, 29]),
        ([call(0), call(5, "S09")], [0, 5]),
        ([call(0, "S09"), call(5, "S09")], [0]),
        ([call(0, "S09"), call(5, "S09", "S11"), call(9, "S11")], [0, 5]),
        ([call(0, "S09"), call(30, "S09")], [0, 30]),
    ],
)
def test_one_alert_a_child_in_28_days_unless_a_new_red_signal_appears(found: list[Call], expected: list[int]) -> None:
    assert days_of(alerts(found)) == expected


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["S09", "S11", "S33", ""])), max_size=25))
def test_alerts_lie_28_days_apart_or_bring_a_new_red(story: list[tuple[int, str]]) -> None:
    found = alerts([call(day, *([red] if red else [])) for day, red in sorted(story)])
    for before, after in pairwise(found):
        assert (after.on - before.on).days >= 28 or after.reds - before.reds


def test_the_strength_of_a_call_is_what_the_list_is_ordered_by() -> None:
    strongest = max((call(0), call(1, "S09"), call(2, "S09", groups=3), call(3, "S09", "S11")), key=lambda one: one.strength)
    assert strongest.reds == {"S09", "S11"}
