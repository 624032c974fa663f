"""S17: the child drops out of the services every child has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.concerns.fact_codes import SERVICES
from safeguard.risk.categories import is_note
from safeguard.risk.course import known
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.seen import last_sighting, not_seen_since
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, listed, of_events, span
from safeguard.risk.timeline import ChildTimeline, Event

CODE = "S17"
CARD = SignalCard(
    name="Dropping out of universal services",
    why="A child with no GP, no health visitor and no school place is seen by nobody.",
    source="Local review in England, 2013",
    group=Group.VISIBILITY,
    reads="standing with GP, health visitor, nursery and school; attendance; sightings by them",
    approximated="missing from education or poor attendance for school; not brought or not engaging, told by a health service, "
    "for that service",
    absence=True,
)
_HEALTH = {"3A": "gp", "3B": "health_visitor", "3C": "school_nurse", "3D": "primary health", "3E": "hospital", "3F": "hospital"}
_AT_SCHOOL = frozenset({"school", "early_years"})
# Home education is lawful: a child educated at home has no place that is due.
_NO_PLACE = frozenset({"off_roll", "permanent_exclusion"})


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back", unit="days")
    services: int = setting("Services the child is not visible to", unit="services")
    attendance_below: int = setting("Attendance below this counts as one", unit="per cent", highest=100)


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Two or more universal services have lost the child. School and attendance are one service, and contact since clears it."""
    settings = policy.of(CODE, Settings)
    lost: dict[str, Event] = {}
    for event in known(timeline.events, at, settings.window):
        service, gone = _standing(event, settings.attendance_below)
        if gone:
            lost.setdefault(service, event)
        else:
            lost.pop(service, None)
    if len(lost) < settings.services:
        return None
    last = last_sighting(timeline.events, at)
    since = min(one.known_on for one in lost.values())
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"Not currently visible to: {listed(_words(service) for service in lost)}. "
            f"Last seen by a professional: {day(last.on) if last else 'not on record'}."
        ),
        evidence=of_events(lost.values()),
        clears=f"Clears when one of them is in contact again, or after {span(settings.window)}.",
        policy_version=policy.version,
        gaps=not_seen_since(timeline.child.name, timeline.events, since, at),
    )


def _standing(event: Event, below: int) -> tuple[str, bool]:
    """The universal service an event tells of, and whether it has lost the child; no service where it tells of none."""
    registration, attendance, education = event.fact("registration"), event.fact("attendance"), event.fact("education")
    if registration is not None:
        service = str(registration.get("service"))
        return "school" if service in _AT_SCHOOL else service, registration.get("standing") != "registered"
    if attendance is not None:
        return "school", (attendance.number("percent") or 0) < below
    if education is not None:
        change = str(education.get("change"))
        return ("school" if change in _NO_PLACE or change == "started" else ""), change in _NO_PLACE
    appointment = event.fact("appointment")
    if appointment is not None:
        return str(appointment.get("service")), appointment.get("result") != "attended"
    if event.coded("missing_education", "poor_attendance"):
        return "school", is_note(event)
    service = _HEALTH.get(event.source_code, "")
    if service and event.coded("medical_neglect_not_brought", "non_engagement"):
        return service, is_note(event)
    return service if event.coded("routine_contact") else "", False


def _words(service: str) -> str:
    return SERVICES.label(service) if service in SERVICES else service.replace("_", " ")
