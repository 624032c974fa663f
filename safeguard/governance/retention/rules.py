"""The retention schedule: what class a person's file falls in, what its time runs from, and when it ends. Pure.

A class says how much came of what was referred. The years are the sector's usual ones where no law sets them, and each
authority adopts its own: the Care Planning regulations 2010, regulation 50, set the 75th birthday for a child who was looked
after, or 15 years from death where they died before 18. The rest is local.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

TRIGGERS: Mapping[str, str] = {
    "birth": "the day of birth",
    "closed": "the last decision",
    "last_contact": "the last contact",
    "death": "the day of death",
}
LONGEST = 120
_CHILDHOOD = 18


@dataclass(frozen=True, slots=True)
class Rule:
    """Records of a class are kept for `years` from a trigger. `source` says where that comes from."""

    code: str
    trigger: str
    years: int
    source: str

    @property
    def words(self) -> str:
        """The rule as a person reads it."""
        return f"{CLASSES[self.code]}: {self.years} years from {TRIGGERS[self.trigger]}"


CLASSES: Mapping[str, str] = {
    "looked_after": "Looked after, or under a care order",
    "looked_after_died": "Looked after, and died before 18",
    "child_protection": "Urgent protection or a strategy discussion",
    "child_in_need": "Assessed as a child in need",
    "no_service": "Early help, advice or no further action",
}
DEFAULTS: Mapping[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule("looked_after", "birth", 75, "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 50"),
        Rule("looked_after_died", "death", 15, "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 50"),
        Rule("child_protection", "last_contact", 35, "Local practice; no law sets it"),
        Rule("child_in_need", "birth", 25, "Local practice; no law sets it"),
        Rule("no_service", "closed", 6, "Local practice; no law sets it"),
    )
}
_BY_OUTCOME = {
    "IMMEDIATE_PROTECTION": "child_protection",
    "STRATEGY_DISCUSSION": "child_protection",
    "SINGLE_ASSESSMENT": "child_in_need",
    "SPECIALIST_ASSESSMENT": "child_in_need",
}
_IN_CARE = frozenset({"looked_after", "care_order", "interim_care_order"})


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of one person that the schedule asks for. `outcomes` are of decisions and of events, in their codes."""

    birth: date | None
    death: date | None
    closed: date | None
    last_contact: date | None
    outcomes: frozenset[str] = frozenset()


def class_of(kept: Kept) -> str:
    """The class that keeps a person's records longest."""
    if kept.outcomes & _IN_CARE:
        young = kept.birth and kept.death and kept.death < years_after(kept.birth, _CHILDHOOD)
        return "looked_after_died" if young else "looked_after"
    classes = {_BY_OUTCOME.get(outcome) for outcome in kept.outcomes}
    return next((one for one in ("child_protection", "child_in_need") if one in classes), "no_service")


def ends_on(kept: Kept, rule: Rule) -> date | None:
    """The first day on which the records need be kept no longer; None where what the time runs from is not known."""
    start: date | None = {"birth": kept.birth, "death": kept.death, "closed": kept.closed, "last_contact": kept.last_contact}[rule.trigger]
    return years_after(start, rule.years) if start else None


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 1 March, so that nothing ends early."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def last_to_end(ends: Collection[tuple[date | None, str]]) -> tuple[date, str] | None:
    """Of the ends of everybody in a file, with their classes, the last; None where one is not known, or there is nobody."""
    known = [(day, code) for day, code in ends if day is not None]
    return max(known) if known and len(known) == len(ends) else None
