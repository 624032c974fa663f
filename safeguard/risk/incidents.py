"""Separate incidents: when three agencies report one night, it is one incident with three sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from safeguard.risk.timeline import Event


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that happened, with every report of it, in the order they came."""

    reports: tuple[Event, ...]

    @property
    def on(self) -> date:
        """The day it first became known."""
        return self.reports[0].known_on


def concerns_within(events: Iterable[Event], at: date, days: int) -> list[Event]:
    """The inbound concerns known in the `days` up to and including `at`, in the order they came."""
    found = [event for event in events if event.is_concern and 0 <= (at - event.known_on).days < days]
    return sorted(found, key=lambda event: (event.known_on, event.id))


def incidents_of(concerns: Sequence[Event], same_days: int) -> list[Incident]:
    """Put reports of one incident together; `concerns` come in the order they became known.

    Reports belong together where both say it happened on the same day; otherwise where they share a category, or one
    of the two names none, and became known within `same_days` of each other.
    """
    groups: list[list[Event]] = []
    for event in concerns:
        for group in groups:
            if any(_same(event, other, same_days) for other in group):
                group.append(event)
                break
        else:
            groups.append([event])
    return [Incident(tuple(group)) for group in groups]


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
