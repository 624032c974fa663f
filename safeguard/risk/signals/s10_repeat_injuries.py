"""S10: injuries again, seen in different places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.categories import is_injury, is_injury_of_concern
from safeguard.risk.course import known
from safeguard.risk.incidents import Incident, explains, incidents_of
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, listed, of_incidents, span
from safeguard.risk.timeline import ChildTimeline, Event

CODE = "S10"
CARD = SignalCard(
    name="Repeated injuries in different places",
    why="A hospital, a nursery and a school may each see one injury. Nobody sees them side by side.",
    source="The inquiry of 2003 into a child's death, and case reviews since",
    group=Group.INJURY,
    reads="injury categories, who recorded them, the day each happened, medical opinion",
    approximated="the place: the agency that recorded the injury",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back", unit="days")
    apart: int = setting("Separate injuries that no one place saw all of", unit="injuries", least=2)
    anywhere: int = setting("Separate injuries wherever seen", unit="injuries", least=2)
    amber_in_one_place: bool = setting("AMBER for the smaller number where one place saw them all")
    of_concern: int = setting("Of them told as a concern, or doubted", unit="injuries", least=0)
    with_cause: bool = setting("One told together with a medical condition that explains it is among those")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Two separate injuries in a year that no one place saw both of, or three anywhere; AMBER for two seen by one place.

    Where too few were told as a concern without their cause, it is AMBER. A cause that somebody gives later, in a report of
    its own, takes nothing away from the report before.
    """
    settings = policy.of(CODE, Settings)
    injuries = [one for one in known(timeline.events, at, settings.window) if is_injury(one)]
    incidents = incidents_of(injuries, policy.same_incident_days)
    if sum(_of_concern(one, with_cause=True) for one in incidents) < settings.of_concern:
        return None
    grave = sum(_of_concern(one, with_cause=settings.with_cause) for one in incidents) >= settings.of_concern
    serious = len(incidents) >= settings.anywhere or (len(incidents) >= settings.apart and not _seen_together(incidents))
    if not serious and not (settings.amber_in_one_place and len(incidents) >= settings.apart):
        return None
    places = dict.fromkeys(report.agency_name for one in incidents for report in one.reports)
    together = " Nobody may have seen them together." if not _seen_together(incidents) else ""
    explained = sum(_explained(one) for one in incidents)
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity] if serious and grave else min(Severity.AMBER, Severity[settings.severity]),
        sentence=(
            f"{len(incidents)} separate injuries since {day(incidents[0].on)}, recorded by {listed(places)}.{together}"
            + (f" A medical opinion explains {explained} of them." if explained else "")
        ),
        evidence=of_incidents(incidents),
        clears=f"Clears when fewer than {settings.apart} separate injuries remain within {span(settings.window)}.",
        policy_version=policy.version,
    )


def _of_concern(incident: Incident, *, with_cause: bool) -> bool:
    return any(is_injury_of_concern(one) and (with_cause or not _has_cause(one)) for one in incident.reports)


def _has_cause(event: Event) -> bool:
    fact = event.fact("injury")
    return fact is not None and fact.get("opinion") == "medical"


def _seen_together(incidents: list[Incident]) -> bool:
    """Whether one agency recorded every one of them.

    Who gives an opinion on an injury that others told of has not seen it with the rest.
    """
    told = [{report.agency_id for report in one.told} for one in incidents if one.told]
    alone = [{report.agency_id} for one in incidents if not one.told for report in one.reports]
    return bool(set.intersection(*told, *alone))


def _explained(incident: Incident) -> bool:
    return any(explains(report) for report in incident.reports)
