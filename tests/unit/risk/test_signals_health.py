"""Health and neglect: S14 to S16, at the edges, and where an obvious wrong rule fails."""

from __future__ import annotations

from typing import Any

import pytest

from safeguard.risk.timeline import Event
from tests.unit.risk.story import BABY, MAYA, Child, decision, event, fact, level, note


def _missed(days: int, by: str = "hospital", **answers: Any) -> Event:
    if answers:
        return note(days, agency=by, facts=(fact("appointment", result="not_brought", **answers),))
    return event(days, "medical_neglect_not_brought", agency=by)


@pytest.mark.parametrize(
    ("missed", "expected"),
    [
        (((5, "gp"), (50, "gp")), None), (((5, "gp"), (50, "gp"), (364, "gp")), "AMBER"), (((5, "gp"), (50, "gp"), (365, "gp")), None),
        (((5, "gp"), (50, "dentist")), "AMBER"), (((5, "gp"),), None),
    ],
)  # fmt: skip
def test_s14_edges(missed: tuple[tuple[int, str], ...], expected: str | None) -> None:
    assert level("S14", *(_missed(days, by) for days, by in missed)) == expected
    assert level("S14", *(_missed(days, "health", service=by) for days, by in missed)) == expected


@pytest.mark.parametrize(
    ("child", "more", "expected"),
    [
        (BABY, (), "RED"), (MAYA, (), "AMBER"), (MAYA, (event(90, "disability"),), "RED"),
        (MAYA, (event(90, "weight_loss_hunger"),), "RED"),
        (MAYA, (_missed(90, service="gp", known_condition="yes"),), "RED"),
        (MAYA, (_missed(90, service="gp", known_condition="no"),), "AMBER"),
    ],
)  # fmt: skip
def test_s14_red(child: Child, more: tuple[Event, ...], expected: str) -> None:
    assert level("S14", _missed(5, "gp"), _missed(50, "dentist"), *more, child=child) == expected


def test_s14_attended_and_cancelled_are_not_missed_where_counting_appointments_would_fire() -> None:
    kept = [note(days, agency="gp", facts=(fact("appointment", result=result, service="gp"),)) for days, result in
            ((5, "attended"), (25, "cancelled"), (45, "attended"), (65, "not_brought"))]  # fmt: skip
    assert level("S14", *kept) is None
    told_twice = [_missed(5, "gp"), event(6, "medical_neglect_not_brought", agency="school", happened=5)]
    assert level("S14", *told_twice) is None, "one appointment told by two agencies is one"


@pytest.mark.parametrize(("days", "expected"), [((5, 179), "RED"), ((5, 180), None), ((5,), None)])
def test_s15_edges(days: tuple[int, ...], expected: str | None) -> None:
    assert level("S15", *(event(one, "weight_loss_hunger") for one in days)) == expected


def test_s15_once_with_an_injury() -> None:
    assert level("S15", event(5, "weight_loss_hunger"), event(179, "physical_injury")) == "RED"
    assert level("S15", event(5, "weight_loss_hunger"), event(180, "physical_injury")) is None


def test_s15_one_day_told_by_two_is_one_where_counting_agencies_would_fire() -> None:
    assert level("S15", event(5, "weight_loss_hunger"), event(6, "weight_loss_hunger", agency="health")) is None
    assert level("S15", event(5, "weight_loss_hunger"), decision(4, "assessment")) is None


@pytest.mark.parametrize(
    ("days", "expected"),
    [((10, 200, 400, 558), "AMBER"), ((10, 200, 400, 557), None), ((10, 200, 558), None), ((365, 500, 700, 1000), None),
     ((364, 500, 700, 1000), "AMBER")],
)  # fmt: skip
def test_s16_edges(days: tuple[int, ...], expected: str | None) -> None:
    assert level("S16", *(event(one, "home_conditions") for one in days)) == expected


@pytest.mark.parametrize("outcome", ["cp_plan", "STRATEGY_DISCUSSION", "s47"])
def test_s16_a_plan_long_ago_silences_it_where_looking_at_the_window_would_fire(outcome: str) -> None:
    story = [event(one, "neglect") for one in (10, 200, 400, 600)]
    assert level("S16", *story, decision(2000, outcome)) is None
    assert level("S16", *story, decision(2000, "SINGLE_ASSESSMENT")) == "AMBER"
    assert level("S16", *(event(one, "emotional") for one in (10, 200, 400, 600))) is None
