"""The schedule: which class a file falls in, and the day its time ends."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguard.governance.retention.rules import CLASSES, DEFAULTS, TRIGGERS, Kept, class_of, ends_on, last_to_end, years_after

BORN = date(2008, 2, 29)


@pytest.mark.parametrize(
    ("outcomes", "death", "code", "ends"),
    [
        ({"NFA"}, None, "no_service", date(2026, 5, 1)),
        ({"ADVICE", "EARLY_HELP"}, None, "no_service", date(2026, 5, 1)),
        ({"NFA", "SINGLE_ASSESSMENT"}, None, "child_in_need", date(2033, 3, 1)),
        ({"SINGLE_ASSESSMENT", "STRATEGY_DISCUSSION"}, None, "child_protection", date(2056, 6, 1)),
        ({"IMMEDIATE_PROTECTION"}, None, "child_protection", date(2056, 6, 1)),
        ({"looked_after", "STRATEGY_DISCUSSION"}, None, "looked_after", date(2083, 3, 1)),
        ({"care_order"}, date(2026, 2, 28), "looked_after_died", date(2041, 2, 28)),
        ({"care_order"}, date(2026, 3, 1), "looked_after", date(2083, 3, 1)),
        ({"NFA"}, date(2020, 3, 1), "no_service", date(2026, 5, 1)),
    ],
)
def test_the_class_that_keeps_longest_and_the_day_it_ends(outcomes: set[str], death: date | None, code: str, ends: date) -> None:
    kept = Kept(BORN, death, closed=date(2020, 5, 1), last_contact=date(2021, 6, 1), outcomes=frozenset(outcomes))
    assert class_of(kept) == code
    assert ends_on(kept, DEFAULTS[code]) == ends


def test_what_is_not_known_never_ends() -> None:
    nobody = Kept(None, None, None, None)
    assert ends_on(nobody, DEFAULTS[class_of(nobody)]) is None
    assert last_to_end([(date(2020, 1, 1), "no_service"), (None, "child_in_need")]) is None
    assert last_to_end([]) is None


def test_a_file_ends_with_the_last_of_its_people() -> None:
    assert last_to_end([(date(2020, 1, 1), "no_service"), (date(2030, 1, 1), "child_in_need")]) == (date(2030, 1, 1), "child_in_need")


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)), st.integers(1, 120))
def test_nothing_ends_early(day: date, years: int) -> None:
    end = years_after(day, years)
    assert end.year - day.year == years
    assert (end.month, end.day) >= (day.month, day.day)


def test_every_class_has_a_rule_with_a_source() -> None:
    assert DEFAULTS.keys() == CLASSES.keys()
    assert all(rule.trigger in TRIGGERS and rule.source for rule in DEFAULTS.values())
