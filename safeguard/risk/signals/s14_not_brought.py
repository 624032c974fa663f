"""S14: the child is not brought to appointments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.concerns.fact_codes import SERVICES
from safeguard.risk.categories import is_hunger, is_note
from safeguard.risk.course import known
from safeguard.risk.incidents import incidents_of
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, listed, of_incidents, span
from safeguard.risk.timeline import ChildTimeline, Event

CODE = "S14"
CARD = SignalCard(
    name="Not brought to appointments",
    why="A child does not fail to attend: somebody did not bring the child.",
    source="NSPCC learning; local reviews in England, 2002 and 2013",
    group=Group.HEALTH,
    reads="appointments and what came of them, service, reason, known condition, disability, hunger, age",
    approximated="appointments: each report coded as not brought; the service: the agency that reported it",
)
_MISSED = frozenset({"not_brought", "declined"})
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back", unit="days")
    appointments: int = setting("Missed appointments", unit="appointments", least=2)
    services: int = setting("Or missed at this many services", unit="services", least=2)
    red_when_young_or_ill: bool = setting("RED under 1, with a known condition, or with hunger")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Three missed in a year, or missed at two services; RED for a baby, a known condition, or hunger besides."""
    settings = policy.of(CODE, Settings)
    events = known(timeline.events, at, settings.window)
    missed = incidents_of([one for one in events if _missed(one)], policy.same_incident_days)
    services = dict.fromkeys(_service(one.reports[0]) for one in missed)
    if len(missed) < settings.appointments and len(services) < settings.services:
        return None
    grave = _grave(timeline, events, at)
    reasons = dict.fromkeys(
        str(fact.get("reason")) for one in missed if (fact := one.reports[0].fact("appointment")) and fact.get("reason")
    )
    return Finding(
        signal=CODE,
        severity=Severity.RED if grave and settings.red_when_young_or_ill else Severity[settings.severity],
        sentence=(
            f"{len(missed)} appointments missed at {listed(services)}. "
            f"Reason recorded: {listed(reasons) if reasons else 'none'}.{f' {grave}.' if grave else ''}"
        ),
        evidence=of_incidents(missed),
        clears=(
            f"Clears when fewer than {settings.appointments} missed appointments, all at one service, "
            f"remain within {span(settings.window)}."
        ),
        policy_version=policy.version,
    )


def _missed(event: Event) -> bool:
    fact = event.fact("appointment")
    if fact is not None:
        return fact.get("result") in _MISSED
    return is_note(event) and event.coded("medical_neglect_not_brought")


def _service(event: Event) -> str:
    fact = event.fact("appointment")
    told = str(fact.get("service")) if fact else ""
    return SERVICES.label(told).lower() if told in SERVICES and told != "other" else event.agency_name


def _grave(timeline: ChildTimeline, events: list[Event], at: date) -> str:
    """Why missed care weighs more for this child; empty where nothing says so."""
    age = timeline.child.days_old(at)
    if age is not None and age < _YEAR:
        return "The child is under 1"
    facts = [fact for one in events if (fact := one.fact("appointment"))]
    if any(fact.get("known_condition") == "yes" for fact in facts) or any(one.coded("disability") for one in known(timeline.events, at)):
        return "The child has a known condition or disability"
    return "Hunger or low weight is recorded too" if any(is_hunger(one) for one in events) else ""
