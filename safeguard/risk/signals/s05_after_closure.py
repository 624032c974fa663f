"""S05: a new concern soon after the work was closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from safeguard.risk.course import is_active, is_closure, known, standing_closures
from safeguard.risk.incidents import Incident, concerns_within, incidents_of
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Evidence, Finding, Group, Severity, SignalCard, day, of_event, of_incidents, span
from safeguard.risk.timeline import ChildTimeline, Event

CODE = "S05"
CARD = SignalCard(
    name="New concern after closing",
    why="Starting again each time, as if nothing had gone before, is a recurring finding in case reviews.",
    source="Biennial analyses of serious case reviews in England",
    group=Group.HISTORY,
    reads="concerns, closures",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    after_closure: int = setting("A new concern comes within", unit="days")
    year: int = setting("Looks back", unit="days")
    red_cycles: int = setting("RED from this many times on", unit="times")
    of_work: bool = setting("Only the closing of work that had begun, not of a contact that was answered")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """A concern within 90 days of a closure, in the last year; Red where that happened after two closures or more."""
    settings = policy.of(CODE, Settings)
    concerns = concerns_within(timeline.events, at, settings.year)
    incidents = incidents_of(concerns, policy.same_incident_days)
    closures = sorted(
        (
            one
            for one in standing_closures(timeline.events, at)
            if (at - one.known_on).days < settings.year and (not settings.of_work or _ended_work(one, timeline.events))
        ),
        key=lambda one: (one.known_on, one.id),
    )
    cycles = _cycles(closures, incidents, settings.after_closure)
    if not cycles:
        return None
    closed, again = cycles[-1]
    days = (again.on - closed.known_on).days
    count = "" if len(cycles) == 1 else f" This has happened {len(cycles)} times in {span(settings.year)}."
    return Finding(
        signal=CODE,
        severity=Severity.RED if len(cycles) >= settings.red_cycles else Severity[settings.severity],
        sentence=(
            f"Closed on {day(closed.known_on)}; new concern {days} {'day' if days == 1 else 'days'} later.{count}"
        ),
        evidence=_evidence(cycles),
        clears=(
            f"Clears when no closure of the last {span(settings.year)} was followed by a new concern "
            f"within {span(settings.after_closure)}."
        ),
        policy_version=policy.version,
    )


def _ended_work(closure: Event, events: Iterable[Event]) -> bool:
    """Whether an assessment, enquiry or plan was going on: decided before, and after any earlier closure."""
    before = [one for one in known(events, closure.known_on) if one is not closure and (is_active(one) or is_closure(one))]
    return bool(before) and is_active(before[-1])


def _cycles(closures: list[Event], incidents: list[Incident], within: int) -> list[tuple[Event, Incident]]:
    """Each closure with the first incident that came after it, where that was soon. One incident answers one closure.

    A concern on the day of the closure is not counted: it may be what the closure answered.
    """
    cycles: list[tuple[Event, Incident]] = []
    for closure in closures:
        for incident in incidents:
            if any(one.referral_id is not None and one.referral_id == closure.referral_id for one in incident.told or incident.reports):
                continue
            days = (incident.on - closure.known_on).days
            if 0 < days <= within and all(incident is not used for _closure, used in cycles):
                cycles.append((closure, incident))
                break
    return cycles


def _evidence(cycles: list[tuple[Event, Incident]]) -> tuple[Evidence, ...]:
    evidence: dict[str, Evidence] = {}
    for closure, incident in cycles:
        for item in (of_event(closure), *of_incidents([incident])):
            evidence.setdefault(item.id, item)
    return tuple(evidence.values())
