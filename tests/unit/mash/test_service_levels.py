"""The times that a partnership sets itself."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguard.kernel.errors import RuleBroken
from safeguard.mash.clocks import ClockPolicy
from safeguard.mash.service_levels import MOST_HOURS, SERVICE_LEVELS, clocks_of

SHIPPED = dict(SERVICE_LEVELS.shipped)


def test_what_the_service_comes_with_is_in_order_and_says_the_same() -> None:
    assert SERVICE_LEVELS.read(SHIPPED) == SHIPPED
    assert clocks_of(SHIPPED, 0) == ClockPolicy.load()
    named = clocks_of(SHIPPED, 3)
    assert named.version == "local-3"
    assert (named.rating_hours, named.agency_hours) == (ClockPolicy.load().rating_hours, ClockPolicy.load().agency_hours)


@pytest.mark.parametrize(
    ("kind", "rating", "hours", "field"),
    [
        ("rating_hours", "RED", 0, "rating_hours.RED"), ("rating_hours", "RED", MOST_HOURS + 1, "rating_hours.RED"),
        ("rating_hours", "GREEN", "soon", "rating_hours.GREEN"), ("agency_hours", "UNRATED", None, "agency_hours.UNRATED"),
        ("agency_hours", "AMBER", 2.5, "agency_hours.AMBER"), ("agency_hours", "AMBER", True, "agency_hours.AMBER"),
        ("rating_hours", "AMBER", 3, "rating_hours.AMBER"), ("rating_hours", "AMBER", 73, "rating_hours.GREEN"),
    ],
)  # fmt: skip
def test_a_time_that_is_not_in_order_is_named(kind: str, rating: str, hours: Any, field: str) -> None:
    said = copy.deepcopy(SHIPPED)
    said[kind][rating] = hours
    with pytest.raises(RuleBroken) as refused:
        SERVICE_LEVELS.read(said)
    assert [problem.field for problem in refused.value.problems] == [field]


_ANY = st.none() | st.text() | st.dictionaries(st.text(), st.integers())


@given(said=st.dictionaries(st.sampled_from(["rating_hours", "agency_hours", "response"]), _ANY))
def test_anything_else_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken):
        SERVICE_LEVELS.read(said)
