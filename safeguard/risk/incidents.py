"""Separate incidents: when three agencies report one night, it is one incident with three sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from safeguard.risk.timeline import Event

_EXPLAINED = frozenset({"accident", "medical"})
_OPINIONS = _EXPLAINED | {"inflicted", "undetermined"}


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that happened, with every report of it: in the order they came, and medical opinions on it after them."""

    reports: tuple[Event, ...]

    @property
    def on(self) -> date:
        """The day it first became known."""
        return self.reports[0].known_on

    @property
    def told(self) -> tuple[Event, ...]:
        """The reports without the medical opinions; empty where there is nothing else."""
        return tuple(one for one in self.reports if not is_opinion(one))


def is_opinion(event: Event) -> bool:
    """Whether the event gives a medical opinion on an injury, whatever it is.

    An opinion stands beside what was told. It joins no two incidents, and takes none away.
    """
    fact = event.fact("injury")
    return fact is not None and fact.get("opinion") in _OPINIONS


def explains(event: Event) -> bool:
    """Whether the event gives the opinion that an accident or an illness explains an injury."""
    fact = event.fact("injury")
    return fact is not None and fact.get("opinion") in _EXPLAINED


def concerns_within(events: Iterable[Event], at: date, days: int) -> list[Event]:
    """The inbound concerns known in the `days` up to and including `at`, in the order they came."""
    found = [event for event in events if event.is_concern and 0 <= (at - event.known_on).days < days]
    return sorted(found, key=lambda event: (event.known_on, event.id))


def incidents_of(concerns: Sequence[Event], same_days: int) -> list[Incident]:
    """Put reports of one incident together; `concerns` come in the order they became known.

    Reports belong together where both say it happened on the same day; otherwise where they share a category, or one
    of the two names none, and became known within `same_days` of each other. A medical opinion is put to the
    first incident that it fits once those stand, or else counts for its own day: one opinion more leaves no incident fewer.
    """
    groups: list[list[Event]] = []
    for event in concerns:
        if not is_opinion(event):
            place = _fitting(groups, event, same_days)
            if place is None:
                groups.append([event])
            else:
                groups[place].append(event)
    opinions: list[list[Event]] = [[] for _group in groups]
    alone: dict[date, list[Event]] = {}
    for event in concerns:
        if is_opinion(event):
            place = _fitting(groups, event, same_days)
            (alone.setdefault(event.on, []) if place is None else opinions[place]).append(event)
    found = [*(told + more for told, more in zip(groups, opinions, strict=True)), *alone.values()]
    return sorted((Incident(tuple(group)) for group in found), key=lambda one: (one.on, one.reports[0].id))


def _fitting(groups: Sequence[list[Event]], event: Event, same_days: int) -> int | None:
    """The place of the first group with a report of the same incident."""
    return next((place for place, group in enumerate(groups) if any(_same(event, other, same_days) for other in group)), None)


def _same(one: Event, other: Event, same_days: int) -> bool:
    if one.referral_id is not None and one.referral_id == other.referral_id:
        return True
    if one.happened_on and other.happened_on:
        # One night told by police as violence and by the hospital as an injury is one night.
        return one.happened_on == other.happened_on
    if one.categories and other.categories and not set(one.categories) & set(other.categories):
        return False
    # Without a day it happened, two reports by one agency on different days are two incidents.
    if one.agency_id == other.agency_id and one.known_on != other.known_on:
        return False
    return abs((one.known_on - other.known_on).days) <= same_days
