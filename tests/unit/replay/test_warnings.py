"""Where events are placed in time, what simple counting would have said, and which days count as a warning."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from safeguard.ops.replay.comparators import counted, first_of, latest_rating, third_contact
from safeguard.ops.replay.dates import left_out, placed
from safeguard.ops.replay.reading import read
from safeguard.ops.replay.record import CHILD, UNBORN, Chronology
from safeguard.ops.replay.vocabulary import reporter_of, standing_of
from tests.unit.replay.chronology import case, event

SUBJECTS = frozenset({CHILD, UNBORN})
INCIDENT = date(2026, 3, 1)


def told(*events: dict[str, Any], **changes: Any) -> Chronology:
    return read(json.dumps(case(*events, **changes)))[0]


@pytest.mark.parametrize(("choice", "on"), [("latest", "2026-01-31"), ("earliest", "2026-01-01"), ("mid", "2026-01-16")])
def test_a_loose_date_is_placed_where_it_is_asked_for(choice: str, on: str) -> None:
    loose = told(event(1, "2026-01-10", date_earliest="2026-01-01", date_latest="2026-01-31"))
    assert [one.on.isoformat() for one in placed(loose, choice=choice, feed="all")] == [on]


def test_what_may_have_come_after_the_incident_is_never_fed() -> None:
    loose = told(event(1, "2026-02-20", date_latest="2026-03-01"), event(2, "2026-01-05"))
    fed = placed(loose, choice="latest", feed="all")
    assert [one.event.id for one in fed] == ["T-2"]
    assert left_out(loose, fed, feed="all") == ("T-1",)
    assert len(placed(loose, choice="earliest", feed="all")) == 2


def test_an_agency_s_own_record_is_fed_only_where_all_is_asked_for() -> None:
    both = told(event(1, "2026-01-05", visibility="agency_record"), event(2, "2026-01-06"))
    assert [one.event.id for one in placed(both, choice="latest", feed="referrals")] == ["T-2"]
    assert [one.event.id for one in placed(both, choice="latest", feed="all")] == ["T-1", "T-2"]


def test_events_are_told_in_order_of_time_and_those_of_a_day_in_the_order_of_the_file() -> None:
    mixed = told(event(1, "2026-02-01"), event(2, "2026-01-01"), event(3, "2026-02-01"))
    assert [one.event.id for one in placed(mixed, choice="latest", feed="all")] == ["T-2", "T-1", "T-3"]


@pytest.mark.parametrize(
    ("days_before", "lead"),
    [([300, 200, 100], 100), ([300, 200], None), ([700, 300, 200], None), ([800, 790, 780], None), ([364, 10, 0], None),
     ([366, 365, 1], None), ([365, 364, 1], 1)],
)
def test_the_third_contact_in_twelve_months(days_before: list[int], lead: int | None) -> None:
    events = [event(n, (INCIDENT - timedelta(days=days)).isoformat()) for n, days in enumerate(days_before)]
    story = told(*events)
    assert third_contact(story, placed(story, choice="latest", feed="all"), SUBJECTS).lead_days == lead


def test_a_contact_is_a_concern_about_the_child() -> None:
    story = told(
        event(1, "2026-01-05"), event(2, "2026-01-06", subject_role="sibling1"), event(3, "2026-01-07", event_type="decision_or_activity"),
        event(4, "2026-01-08"),
    )  # fmt: skip
    assert not third_contact(story, placed(story, choice="latest", feed="all"), SUBJECTS).detected


@pytest.mark.parametrize(
    ("outcome", "detected"), [("s47", True), ("cp_plan", True), ("assessment", False), ("nfa", False), ("none", False), ("odd", False)]
)
def test_the_latest_rating_is_red_after_an_enquiry_or_a_plan(outcome: str, detected: bool) -> None:
    story = told(event(1, "2026-01-05", outcome=outcome))
    assert latest_rating(story, placed(story, choice="latest", feed="all"), SUBJECTS).detected is detected


@pytest.mark.parametrize(("days_before", "lead"), [(0, None), (1, 1), (365, 365), (366, None)])
def test_a_warning_lies_in_the_year_before_the_incident(days_before: int, lead: int | None) -> None:
    assert first_of([(INCIDENT - timedelta(days=days_before), "why")], INCIDENT).lead_days == lead


def test_counting_needs_the_contacts_within_its_window() -> None:
    start = date(2026, 1, 1)
    days = [start, start + timedelta(days=89), start + timedelta(days=90)]
    assert counted(days, 2, 90) == days[1:]
    assert counted(days, 3, 90) == []
    assert counted(days, 3, 91) == days[2:]


@pytest.mark.parametrize(
    ("role", "kind", "age"),
    [("mother", "mother", "adult"), ("mother_partner", "parents_partner", "adult"), ("great_grandparent1", "grandparent", "adult"),
     ("sibling12", "sibling", "child"), ("half_sibling1", "half_sibling", "child"), ("family_friend2", "family_friend", "adult"),
     ("older_youth1", "not_known", "child"), ("exploiting_adult1", "alleged_perpetrator", "adult"), ("tenant", "not_known", "adult"),
     ("step_father", "step_parent", "adult"), ("foster_mother", "foster_carer", "adult"), ("maternal_aunt", "aunt_or_uncle", "adult")],
)  # fmt: skip
def test_a_role_says_how_somebody_stands_to_the_child(role: str, kind: str, age: str) -> None:
    assert standing_of(role)[:2] == (kind, age)


@pytest.mark.parametrize(
    ("agency", "others", "found"),
    [("public", ("grandmother", "mother"), ("grandmother", "1A")), ("public", ("family_friend1",), ("family_friend1", "1B")),
     ("public", ("mother",), (None, "9")), ("anonymous", ("father",), (None, "9")), ("neighbour", (), (None, "1B"))],
)  # fmt: skip
def test_who_called_is_named_first(agency: str, others: tuple[str, ...], found: tuple[str | None, str]) -> None:
    assert reporter_of(agency, others) == found
