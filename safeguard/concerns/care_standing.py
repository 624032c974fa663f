"""How a child stands with children's social care, as agencies have told: plans, and care away from home. Pure.

The statuses are those of the child lists that inspectors ask for (Ofsted ILACS, Annex A): looked after, on a child protection
plan, on a child in need plan.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter

from safeguard.concerns.occurrences import standing
from safeguard.concerns.stated import KnownEvent

_OVER = frozenset({"closed", "case_closed"})


@dataclass(frozen=True, slots=True)
class _Status:
    """A status, and what agencies say when it starts or goes on, and when it ends. Histories from elsewhere have words of their own."""

    words: str
    starts: frozenset[str]
    ends: frozenset[str]


STATUSES = (
    _Status(
        "Looked after",
        frozenset({
            "looked_after", "removed", "care_order", "interim_care_order", "emergency_protection", "police_protection",
        }),
        frozenset({"returned"}),
    ),
    _Status("Child protection plan", frozenset({"cp_plan", "cp_plan_started"}), frozenset({"cp_plan_ended"})),
    _Status("Child in need plan", frozenset({"cin_plan", "cin_plan_started"}), frozenset({"cin_plan_ended"})),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CareStanding:
    """A status that holds: `since` the first day it was told of without an end between, and who told of it last, on which day.

    `disputed`: somebody else told on that same day that it has ended.
    """

    words: str
    since: date
    told_on: date
    agency_id: uuid.UUID
    disputed: bool


def care_standings(events: Iterable[KnownEvent], *, on: date) -> tuple[CareStanding, ...]:
    """What holds of one child on the day `on`, the most serious first; what was told later than that day is not known yet."""
    told = [(event.happened_on or event.known_on, event) for event in standing(one for one in events if one.known_on <= on)]
    told.sort(key=lambda one: (one[0], _when(one[1])))
    found = (_held(status, told) for status in STATUSES)
    return tuple(one for one in found if one is not None)


def standings_of(
    events: Iterable[KnownEvent], people: Iterable[uuid.UUID], *, on: date
) -> dict[uuid.UUID, tuple[CareStanding, ...]]:
    """What holds of each of these people on the day `on`, in their order; who has no such status is left out."""
    theirs: dict[uuid.UUID, list[KnownEvent]] = defaultdict(list)
    for event in events:
        theirs[event.person_id].append(event)
    found = {key: care_standings(theirs[key], on=on) for key in people if key in theirs}
    return {key: held for key, held in found.items() if held}


def _held(status: _Status, told: list[tuple[date, KnownEvent]]) -> CareStanding | None:
    held: CareStanding | None = None
    for day, of_day in groupby(told, key=itemgetter(0)):
        # Of one agency its last word of a day counts; between two of one day nobody is picked.
        last = {event.agency_id: event for _day, event in of_day if _said(event) in status.starts | status.ends | _OVER}
        starts = [event for event in last.values() if _said(event) in status.starts]
        if starts:
            newest = max(starts, key=_when)
            held = CareStanding(status.words, held.since if held else day, day, newest.agency_id, len(starts) < len(last))
        elif last:
            held = None
    return held


def _when(event: KnownEvent) -> tuple[datetime, str]:
    return event.recorded_at, str(event.id)


def _said(event: KnownEvent) -> str:
    fact = event.facts.get("standing")
    return str(fact["standing"] if fact else event.outcome or "").lower()
