"""Families that look worse on paper than they are: what agencies keep recording of them. None of them ends badly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CONCERN, OBSERVATION = "inbound_concern", "professional_observation"
ROUTINE = ("routine_contact",)
_BY_DOCTORS: dict[str, dict[str, Any]] = {"seen": {"by": "paediatrician"}}


@dataclass(frozen=True, slots=True)
class Habit:
    """Something recorded again and again over two years: `at_least` times and on average `more`; `whose` child it is about.

    `by` are the agencies that record it, each with its DfE referral source.
    """

    at_least: int
    more: float
    whose: str
    kind: str
    by: tuple[tuple[str, str], ...]
    categories: tuple[str, ...]
    words: str
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    outcome: str | None = None


_CALL = ("allegation_by_family_or_public",)
_MOVED = ("frequent_moves", "housing_homelessness")
_BLOOD: dict[str, dict[str, Any]] = {"injury": {"sites": ["torso", "leg"], "opinion": "medical", "paediatric": "done"}, **_BY_DOCTORS}
_CANCELLED = {"appointment": {"result": "cancelled", "service": "hospital", "known_condition": "yes", "reason": "In hospital elsewhere"}}

HABITS: Mapping[str, tuple[Habit, ...]] = {
    "disabled_child": (
        Habit(4, 8, "first", OBSERVATION, (("emergency-department", "3E"),), ("disability",), "Attended, known condition", _BY_DOCTORS),
        Habit(0, 3, "first", OBSERVATION, (("general-practice", "3A"),), ROUTINE, "Clinic moved by the family", _CANCELLED),
    ),
    "large_family": (
        Habit(1, 4, "any", CONCERN, (("early-help", "5D"), ("school", "2A")), ("home_conditions",),
              "Crowded home, parents working with early help", outcome="EARLY_HELP"),
    ),
    "moving_refugees": (
        Habit(1, 2, "all", OBSERVATION, (("housing", "4"),), _MOVED, "Placed in other temporary accommodation",
              {"move": {"reach": "same_area", "told": "yes"}}),
    ),
    "home_educators": (
        Habit(1, 0, "all", OBSERVATION, (("education-welfare", "2B"),), ("home_education",), "Home education notified, visit welcomed",
              {"education": {"change": "home_education"}, "seen": {"by": "other"}}),
    ),
    "malicious_neighbour": (
        Habit(1, 2, "all", CONCERN, (("front-door", "1B"),), _CALL, "The neighbour in dispute with the family rang again",
              {"report": {"reporter": "neighbour", "spoken_to": "yes"}}, "NFA"),
        Habit(0, 1, "all", CONCERN, (("front-door", "9"),), _CALL, "An anonymous caller, much as the neighbour",
              {"report": {"reporter": "anonymous", "spoken_to": "not_known"}}, "NFA"),
    ),
    "private_law": (
        Habit(2, 3, "all", CONCERN, (("front-door", "1A"),), (*_CALL, "emotional"), "One parent about the other, court case running",
              {"report": {"reporter": "parent", "spoken_to": "yes"}}, "ADVICE"),
    ),
    "medical_bruising": (
        Habit(2, 2, "last", CONCERN, (("emergency-department", "3E"), ("health-visiting", "3B")), ("unexplained_bruising",),
              "Bruising, explained by a known condition of the blood", _BLOOD, "ADVICE"),
    ),
    "one_missing_episode": (
        Habit(1, 0, "first", CONCERN, (("police", "6"),), ("missing_from_home",), "Missing for an evening, found with a friend",
              {"missing": {"hours": 6, "interview": "done"}}, "ADVICE"),
    ),
    "grieving_family": (
        Habit(1, 2, "any", CONCERN, (("school", "2A"), ("general-practice", "3A")), ("child_mental_health",),
              "Grieving, family engaged with support", outcome="EARLY_HELP"),
    ),
    "care_leaver_parent": (
        Habit(2, 4, "last", OBSERVATION, (("health-visiting", "3B"),), ROUTINE, "Visit, doing well, all appointments kept",
              {"visit": {"result": "child_seen", "by": "health_visitor"}}),
    ),
}  # fmt: skip
