"""Education: S18 to S20, at the edges, and where an obvious wrong rule fails."""

from __future__ import annotations

from typing import Any

import pytest

from safeguard.risk.timeline import Event
from tests.unit.risk.story import closed, event, fact, find, level, note, told


def _attends(days: int, percent: int, **more: Any) -> Event:
    return note(days, facts=(fact("attendance", percent=percent, **more),))


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ((_attends(10, 49),), "AMBER"), ((_attends(10, 50),), None), ((_attends(10, 60, before=90, weeks=6),), "AMBER"),
        ((_attends(10, 61, before=90, weeks=6),), None), ((_attends(10, 60, before=90, weeks=7),), None),
        ((_attends(52, 90), _attends(10, 60)), "AMBER"), ((_attends(53, 90), _attends(10, 60)), None), ((_attends(180, 20),), None),
        ((event(10, "poor_attendance"),), "AMBER"),
    ],
)  # fmt: skip
def test_s18_edges(story: tuple[Event, ...], expected: str | None) -> None:
    other = event(300, "domestic_abuse", agency="police")
    assert level("S18", *story, other) == expected
    assert level("S18", *story) is None
    assert level("S18", *story, event(365, "domestic_abuse", agency="police")) is None


def test_s18_absence_told_twice_is_not_another_concern_where_any_second_event_would_fire() -> None:
    assert level("S18", event(10, "poor_attendance"), event(50, "missing_education", agency="police")) is None
    assert level("S18", _attends(10, 30), note(20, "routine_contact", agency="health")) is None
    assert level("S18", event(10, "poor_attendance", "neglect")) is None, "one report is one concern"


@pytest.mark.parametrize(("prior", "expected"), [(20, "RED"), (10, "RED"), (739, "RED"), (740, None), (5, None)])
def test_s19_edges(prior: int, expected: str | None) -> None:
    """The notice came 10 days ago; the concern must lie in the 24 months before it."""
    assert level("S19", note(10, facts=(fact("education", change="home_education"),)), event(prior, "neglect")) == expected


def test_s19_home_education_alone_is_no_signal_where_the_notice_would_fire() -> None:
    assert level("S19", event(10, "home_education")) is None
    assert level("S19", event(10, "home_education", "missing_education"), note(30, "routine_contact")) is None
    assert level("S19", event(365, "home_education"), event(400, "neglect")) is None
    assert level("S19", event(10, "home_education"), event(200, "home_education")) is None


def test_s19_says_when_it_came_close_and_whether_the_child_was_seen() -> None:
    story = [event(10, "home_education"), event(40, "physical_injury")]
    found = find("S19", told(*story))
    assert found is not None
    assert "It came within 60 days" in found.sentence
    assert found.gaps
    later = find("S19", told(*story, note(2, "routine_contact", agency="health")))
    assert later is not None
    assert "Yes, by Health" in later.sentence
    far = find("S19", told(event(10, "home_education"), event(200, "neglect"), closed(190)))
    assert far is not None
    assert "It came within" not in far.sentence


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ((event(10, "school_exclusion"), event(364, "weapons", agency="police")), "AMBER"),
        ((event(10, "school_exclusion"), event(365, "weapons", agency="police")), None),
        ((event(10, "school_exclusion"), event(50, "neglect")), None), ((event(10, "weapons"),), None),
        ((event(10, "school_exclusion", "exploitation_criminal"),), "AMBER"), ((event(10, "school_exclusion", "disability"),), "AMBER"),
        ((note(10, facts=(fact("education", change="managed_move"),)), event(50, "missing_from_home")), "AMBER"),
    ],
)  # fmt: skip
def test_s20_edges(story: tuple[Event, ...], expected: str | None) -> None:
    assert level("S20", *story) == expected


def test_s20_a_suspension_is_no_exclusion_where_the_category_would_fire() -> None:
    suspended = note(10, "school_exclusion", facts=(fact("education", change="suspension"),))
    assert level("S20", suspended, event(50, "weapons", agency="police")) is None
