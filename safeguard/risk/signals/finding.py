"""What a signal finds: a sentence, and the very facts behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from safeguard.kernel.dates import long_date
from safeguard.risk.incidents import Incident
from safeguard.risk.timeline import Event


class Severity(IntEnum):
    """How soon a finding asks for a second look. Never how likely harm is."""

    INFO = 1
    AMBER = 2
    RED = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """One event or relationship behind a finding. `kind` is "event" or "edge"."""

    kind: str
    id: str
    words: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A signal fired. `clears` says what would make it stop firing; `gaps` what is not recorded and would matter."""

    signal: str
    severity: Severity
    sentence: str
    evidence: tuple[Evidence, ...]
    clears: str
    policy_version: str
    gaps: tuple[str, ...] = ()


class Group(StrEnum):
    """The family a signal belongs to: two AMBER from different groups ask for a review."""

    HISTORY = "History"
    INJURY = "Injury"
    HEALTH = "Health and neglect"
    VISIBILITY = "Is the child seen"
    EDUCATION = "Education"
    ADULTS = "Adults around the child"
    GRAPH = "Family and places"
    EXPLOITATION = "Exploitation and missing"
    VOICE = "The child's voice and safety at home"
    PROCESS = "Steps that are due"


@dataclass(frozen=True, slots=True)
class SignalCard:
    """What a reader is told about a signal: its name, why it matters, where that is known from, and what it reads.

    `approximated` says what stands in where only concern categories are known. `absence`: time alone can raise it.
    """

    name: str
    why: str
    source: str
    group: Group
    reads: str
    approximated: str = "nothing: categories and dates are enough"
    absence: bool = False


def day(on: date) -> str:
    """3 March 2026"""
    return long_date(on)


def span(days: int) -> str:
    """A window in words: 365 is "12 months", 180 "180 days"."""
    if days in {365, 366, 548, 730, 731}:
        return f"{round(days / 30.44)} months"
    return "1 day" if days == 1 else f"{days} days"


def of_event(event: Event, whose: str | None = None) -> Evidence:
    """An event as evidence, with its reference where it has one."""
    what = f"{event.agency_name}: {event.summary}" if event.summary else event.agency_name
    about = f" about {whose}" if whose else ""
    reference = f" ({event.referral_reference})" if event.referral_reference else ""
    return Evidence("event", event.id, f"{day(event.known_on)}{about}, {what}{reference}")


def of_events(events: Iterable[Event], whose: str | None = None) -> tuple[Evidence, ...]:
    """These events as evidence, each once, in the order they became known."""
    ordered = sorted({event.id: event for event in events}.values(), key=lambda e: (e.known_on, e.id))
    return tuple(of_event(event, whose) for event in ordered)


def of_incidents(incidents: Iterable[Incident], whose: str | None = None) -> tuple[Evidence, ...]:
    """Every report of these incidents as evidence, in the order they came."""
    return of_events((event for incident in incidents for event in incident.reports), whose)


def times(count: int, what: str) -> str:
    """1 concern, 2 concerns"""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def listed(words: Iterable[str]) -> str:
    """one, two and three"""
    parts = list(words)
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1] if parts else ""
