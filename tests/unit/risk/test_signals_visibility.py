"""Is the child seen: S08, S17, S34, at the edges, and where an obvious wrong rule fails."""

from __future__ import annotations

from typing import Any

import pytest

from safeguard.risk.timeline import Event
from tests.unit.risk.story import (
    BABY,
    MAYA,
    TODDLER,
    UNBORN,
    Child,
    closed,
    decision,
    event,
    fact,
    find,
    level,
    note,
    told,
    with_setting,
)


@pytest.mark.parametrize(("child", "limit"), [(BABY, 14), (UNBORN, 14), (TODDLER, 28), (MAYA, 42)])
def test_s08_edges(child: Child, limit: int) -> None:
    def after(days: int) -> str | None:
        return level("S08", event(days, "neglect", agency="police"), note(days - 1, "child_not_seen"), child=child)

    assert after(limit) == "RED"
    assert after(limit - 1) is None


def test_s08_a_sighting_starts_the_clock_again_where_days_since_the_concern_would_fire() -> None:
    story = [event(60, "neglect", agency="police"), note(58, "child_not_seen")]
    assert level("S08", *story) == "RED"
    assert level("S08", *story, note(20, "routine_contact", agency="health")) is None
    assert level("S08", *story, closed(20, id="z")) is None
    assert level("S08", *story, decision(20, None, id="talk")) == "RED", "a meeting saw nobody"


def test_s08_two_failed_attempts_are_enough_and_two_reports_of_one_are_not() -> None:
    story = [event(10, "neglect", agency="police"), note(6, facts=(fact("visit", result="no_answer"),))]
    assert level("S08", *story) is None
    assert level("S08", *story, note(6, "child_not_seen", agency="health")) is None
    assert level("S08", *story, note(3, "child_not_seen", agency="health")) == "RED"
    assert level("S08", *story, note(5, "routine_contact"), note(3, "child_not_seen", agency="health")) is None


def test_s08_silence_is_not_absence_unless_the_policy_says_so() -> None:
    silent = told(event(60, "neglect", agency="police"))
    assert find("S08", silent) is None
    found = find("S08", silent, policy=with_setting("S08", needs_attempt=False))
    assert found is not None
    assert found.gaps[0].startswith("No record that any professional has seen Maya Fernsby since")


def _lost(service: str, standing: str = "no_contact_when_due", days: int = 20) -> Event:
    return note(days, agency="health", facts=(fact("registration", service=service, standing=standing),))


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ((_lost("gp", "deregistered"), _lost("health_visitor", days=179)), "RED"), ((_lost("gp"), _lost("dentist", days=180)), None),
        ((_lost("gp"),), None), ((_lost("gp"), note(20, facts=(fact("attendance", percent=49),))), "RED"),
        ((_lost("gp"), note(20, facts=(fact("attendance", percent=50),))), None),
        ((event(20, "missing_education"), event(30, "non_engagement", agency="health visitor")), "RED"),
        ((_lost("gp"), note(9, facts=(fact("education", change="home_education"),))), None),
    ],
)  # fmt: skip
def test_s17_edges(story: tuple[Event, ...], expected: str | None) -> None:
    assert level("S17", *story) == expected


def test_s17_school_and_attendance_are_one_service_where_counting_codes_would_fire() -> None:
    assert level("S17", event(20, "missing_education", "poor_attendance"), event(50, "poor_attendance")) is None


def test_s17_contact_since_clears_it() -> None:
    story = [_lost("gp"), _lost("health_visitor", days=30)]
    assert level("S17", *story, _lost("gp", "registered", days=2)) is None
    assert level("S17", *story, note(2, "routine_contact", agency="health visitor")) is None
    assert level("S17", *story, note(2, "routine_contact", agency="police")) == "RED"


@pytest.mark.parametrize(
    ("contacts", "expected"),
    [
        (((5, "refused_access"), (59, "child_not_seen")), "RED"), (((5, "refused_access"), (60, "child_not_seen")), None),
        (((5, "refused_access"),), None), (((5, "refused_access"), (20, "parental_hostility")), "RED"),
        (((5, "parental_hostility"), (20, "parental_hostility")), None),
    ],
)  # fmt: skip
def test_s34_edges(contacts: tuple[tuple[int, str], ...], expected: str | None) -> None:
    assert level("S34", event(90, "neglect", agency="police"), *(note(days, code) for days, code in contacts)) == expected


def test_s34_needs_an_open_concern_where_counting_refusals_would_fire() -> None:
    refused = [note(5, "refused_access"), note(20, "child_not_seen")]
    assert level("S34", *refused) is None
    assert level("S34", event(90, "neglect"), closed(80), *refused) is None
    assert level("S34", event(90, "neglect"), note(5, "refused_access", id="a"), note(5, "refused_access", id="b")) is None, "one visit"


@pytest.mark.parametrize(("restricted", "expected"), [("yes", "RED"), ("no", None), ("not_known", None)])
def test_s34_staff_kept_away(restricted: str, expected: Any) -> None:
    assert level("S34", note(5, facts=(fact("visit", result="not_seen", restricted=restricted),))) == expected
