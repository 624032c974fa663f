"""Steps that are due: S38, at the edges, and where an obvious wrong rule fails."""

from __future__ import annotations

import pytest

from safeguard.risk.timeline import Event
from tests.unit.risk.story import MAYA, TODDLER, closed, decision, event, fact, find, level, note, on, told


def _step(due: int, *, done: int | None = None, days: int = 30, step: str = "visit") -> Event:
    answers = {"step": step, "due_on": on(due).isoformat()}
    if done is not None:
        answers["done_on"] = on(done).isoformat()
    return decision(days, None, facts=(fact("step", **answers),), id=f"step-{step}-{due}-{done}-{days}")


@pytest.mark.parametrize(("due", "expected"), [(1, "AMBER"), (0, None), (-5, None)])
def test_s38_edges(due: int, expected: str | None) -> None:
    assert level("S38", event(40, "neglect"), _step(due)) == expected
    assert level("S38", _step(due)) is None, "no concern is active"
    assert level("S38", event(40, "neglect"), closed(35), _step(due)) is None


def test_s38_red_for_a_young_child_or_an_injury() -> None:
    young = MAYA.__class__("y", "Y", on(729), None)
    assert level("S38", event(40, "neglect"), _step(1), child=young) == "RED"
    assert level("S38", event(40, "neglect"), _step(1), child=TODDLER) == "AMBER"
    assert level("S38", event(40, "physical_injury"), _step(1)) == "RED"


def test_s38_done_late_is_done_where_comparing_dates_would_fire() -> None:
    story = [event(40, "neglect"), _step(10)]
    assert level("S38", *story, _step(10, done=2, days=2)) is None
    assert level("S38", *story, _step(10, done=2, days=2, step="conference")) == "AMBER", "another step was done"
    found = find("S38", told(*story))
    assert found is not None
    assert "Visit to the child was due 10 November 2026; no outcome recorded (10 days late)." in found.sentence


@pytest.mark.parametrize(("days", "expected"), [(36, "AMBER"), (35, None)])
def test_s38_an_enquiry_without_a_later_decision(days: int, expected: str | None) -> None:
    story = [decision(days, "STRATEGY_DISCUSSION"), event(5, "neglect")]
    assert level("S38", *story) == expected
    assert level("S38", story[0]) is None, "nothing new since"
    assert level("S38", *story, decision(20, "SINGLE_ASSESSMENT")) is None
    assert level("S38", *story, note(20, "routine_contact")) == expected
    assert level("S38", *story, decision(20, None, facts=(fact("standing", standing="cp_plan"),))) is None
