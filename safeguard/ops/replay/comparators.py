"""What simpler ways of looking would have said: counting contacts, and reading the latest rating only. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from safeguard.ops.replay.dates import Placed
from safeguard.ops.replay.record import Chronology
from safeguard.ops.replay.vocabulary import OTHER_OUTCOME, OUTCOMES

# How long before an incident an alert still counts as a warning of it.
LOOK_BACK = 365
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Warned:
    """The first day in the year before the incident on which something would have called for a second look."""

    on: date | None
    lead_days: int | None
    because: str

    @property
    def detected(self) -> bool:
        return self.on is not None


def first_of(days: Iterable[tuple[date, str]], incident: date | None) -> Warned:
    """The first of `days` (with their reasons) in the 365 days before `incident`; the very first where there was none."""
    for day, because in sorted(days):
        if incident is None:
            return Warned(day, None, because)
        if timedelta(0) < incident - day <= timedelta(days=LOOK_BACK):
            return Warned(day, (incident - day).days, because)
    return Warned(None, None, "")


def contact_days(events: Sequence[Placed], subjects: frozenset[str]) -> list[date]:
    """The days on which a concern about the child came in, each concern once, oldest first."""
    return sorted(one.on for one in events if one.event.is_concern and one.event.subject in subjects)


def counted(contacts: Sequence[date], at_least: int, days: int = _YEAR) -> list[date]:
    """The days on which a contact came in and was at least the `at_least`-th within `days` days."""
    ordered = sorted(contacts)
    return [
        day
        for place, day in enumerate(ordered)
        if sum((day - other).days < days for other in ordered[: place + 1]) >= at_least
    ]


def third_contact(case: Chronology, events: Sequence[Placed], subjects: frozenset[str]) -> Warned:
    """Plain counting: the third contact in twelve months."""
    days = counted(contact_days(events, subjects), 3)
    return first_of(((day, "third contact in 12 months") for day in days), case.incident)


def latest_rating(case: Chronology, events: Sequence[Placed], subjects: frozenset[str]) -> Warned:
    """Only the latest rating: Red where the last outcome was a section 47 enquiry, a plan or protection."""
    rated = [
        (one.on, OUTCOMES.get(one.event.outcome, OTHER_OUTCOME)[2])
        for one in events
        if one.event.subject in subjects
    ]  # fmt: skip
    return first_of(((day, "latest rating Red") for day, rating in rated if rating == "RED"), case.incident)
