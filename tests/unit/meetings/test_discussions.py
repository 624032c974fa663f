"""The rules of a strategy discussion's record: when the conference is due, who is missing, what must be there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguard.kernel.working_time import is_working_day
from safeguard.meetings.discussions import words
from safeguard.meetings.discussions.rules import PARTS, conference_due, missing_for_quorum, problems_of_part, problems_of_record

HELD = datetime(2025, 9, 2, 9, 0, tzinfo=UTC)


def person(sector: str, there: str = "present", **more: str) -> dict[str, str]:
    return {"name": "Jo Example", "agency": "An agency", "role": "Officer", "sector": sector, "there": there, "why_not": "", **more}


WHOLE: dict[str, Any] = {
    "mode": "video", "chair": "Charlie Example", "reason": "A bruise.", "seen": "alone", "wishes": "She wants to sleep.",
    "analysis": "Likely inflicted.", "decision": "s47", "rationale": "Reasonable cause.", "lead": "joint", "medical": "needed",
    "parents": "told", "parents_words": "By the social worker.", "information": [{"agency": "School", "words": "Often tired."}],
    "attendees": [person(sector) for sector in words.QUORUM],
    "actions": [{"words": "Examine her.", "owner": "Dr Example", "due_on": "2025-09-03"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("held", "due"),
    [
        (date(2025, 9, 2), date(2025, 9, 23)),  # the day of the discussion is day 0
        (date(2025, 8, 22), date(2025, 9, 15)),  # a bank holiday lies between
        (date(2025, 9, 6), date(2025, 9, 26)),  # held on a Saturday
        (date(2025, 12, 19), date(2026, 1, 14)),  # Christmas, Boxing Day, New Year's Day
    ],
)
def test_when_the_conference_is_due(held: date, due: date) -> None:
    assert conference_due(held) == due


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_fifteen_working_days_lie_between(held: date) -> None:
    due = conference_due(held)
    assert is_working_day(due)
    assert sum(is_working_day(held + timedelta(days=number)) for number in range(1, (due - held).days + 1)) == 15
    assert conference_due(held + timedelta(days=1)) >= due


@given(st.lists(st.tuples(st.sampled_from(words.SECTORS.codes), st.sampled_from(words.THERE.codes))))
def test_a_quorum_is_three_sectors_that_took_part(people: list[tuple[str, str]]) -> None:
    missing = missing_for_quorum(person(sector, there) for sector, there in people)
    took_part = {sector for sector, there in people if there == "present"}
    assert len(missing) == len(set(words.QUORUM) - took_part)


def _missing(
    override: str = "", held_at: datetime | None = HELD, children: tuple[str, ...] = ("c1",), **changes: Any
) -> list[tuple[str, str]]:
    found = problems_of_record({**WHOLE, **changes}, held_at=held_at, children=children, override=override, at=HELD + timedelta(hours=1))
    return [(part, problem.field) for part, problem in found]


def test_a_whole_record_lacks_nothing() -> None:
    assert _missing() == []


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"held_at": None}, [("when", "held_on")]), ({"held_at": HELD + timedelta(hours=2)}, [("when", "held_on")]),
        ({"children": ()}, [("reason", "children")]), ({"information": []}, [("information", "information")]),
        ({"lead": ""}, [("decision", "lead")]), ({"lead": "", "decision": "not_s47"}, []), ({"actions": []}, []),
        ({"wishes": ""}, [("decision", "wishes")]), ({"parents_words": ""}, [("actions", "parents_words")]),
        ({"mode": "letter"}, [("when", "mode")]), ({"analysis": "x" * 20_001}, [("decision", "analysis")]),
        ({"attendees": []}, [("when", "attendees"), ("check", "override")]),
        ({"attendees": WHOLE["attendees"][:2]}, [("check", "override")]),
        ({"attendees": WHOLE["attendees"][:2], "override": "Health cannot be reached tonight."}, []),
        ({"attendees": [*WHOLE["attendees"], person("housing", "apologies")]}, [("when", "attendees-3-why_not")]),
        ({"actions": [{"words": "Ask.", "owner": "", "due_on": ""}]}, [("actions", "actions-0-owner"), ("actions", "actions-0-due_on")]),
    ],
)  # fmt: skip
def test_what_is_missing(changes: dict[str, Any], missing: list[tuple[str, str]]) -> None:
    assert _missing(**changes) == missing


@pytest.mark.parametrize("part", PARTS)
def test_a_draft_may_have_gaps(part: str) -> None:
    assert problems_of_part(part, {}) == []
