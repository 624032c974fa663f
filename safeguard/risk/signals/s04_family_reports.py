"""S04: several people outside services have reported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from safeguard.risk.categories import NEGLECT, is_family_report, is_injury
from safeguard.risk.course import is_closure, known
from safeguard.risk.incidents import Incident, concerns_within, incidents_of
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, of_events, of_incidents, span, times
from safeguard.risk.timeline import ChildTimeline, Event

CODE = "S04"
CARD = SignalCard(
    name="Family, friends or neighbours report again",
    why="Reports by the wider family have been put aside as malicious, and were right.",
    source="National review into the murders of two children, Child Safeguarding Practice Review Panel, 2022",
    group=Group.HISTORY,
    reads="concerns by members of the public or passed on from them, who reported, closures",
    approximated="who reported: without it, reports of one kind from one sort of source count as one person",
)
_VAGUE = frozenset({"allegation_by_family_or_public", "unspecified_concern"})


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back", unit="days")
    reporters: int = setting("Different people outside services", unit="people")
    of_harm: bool = setting("The severity only where a report is of injury, hunger or neglect; otherwise AMBER")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Two or more different people outside services in 180 days. An anonymous report counts again only where it tells other things."""
    settings = policy.of(CODE, Settings)
    reports = [one for one in concerns_within(timeline.events, at, settings.window) if is_family_report(one)]
    incidents = incidents_of(reports, policy.same_incident_days)
    people = _reporters(incidents)
    if people < settings.reporters:
        return None
    grave = not settings.of_harm or any(is_injury(one) or one.coded(*NEGLECT) for one in reports)
    closures = [one for one in known(timeline.events, at, settings.window) if _closes_one_of(one, reports)]
    closed = len(closures)
    spoken = [one.fact("report") for one in reports]
    unknown = [one for one in spoken if one is None or one.get("spoken_to") in {None, "not_known"}]
    refused = sum(one is not None and one.get("spoken_to") == "no" for one in spoken)
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity] if grave else min(Severity.AMBER, Severity[settings.severity]),
        sentence=(
            f"{people} different people outside services have reported since {day(reports[0].known_on)}. "
            f"{times(closed, 'closure')} followed{f'; {refused} were not spoken to' if refused else ''}."
        ),
        evidence=of_incidents(incidents) + tuple(item for item in of_events(closures) if item.id not in {r.id for r in reports}),
        clears=f"Clears when fewer than {settings.reporters} different people have reported within {span(settings.window)}.",
        policy_version=policy.version,
        gaps=("It is not recorded whether everybody who reported was spoken to.",) if unknown else (),
    )


def _reporters(incidents: Iterable[Incident]) -> int:
    """How many different people: each one named counts once; those not named count by what they told, not by how often."""
    named: set[str] = set()
    told: set[tuple[str, frozenset[str]]] = set()
    for incident in incidents:
        known_here = {str(fact.get("reporter")) for one in incident.reports if (fact := one.fact("report"))} - {"anonymous"}
        named |= known_here
        if not known_here:
            first = incident.reports[0]
            told.add((first.source_code, frozenset(first.categories) - _VAGUE))
    return len(named) + len(told)


def _closes_one_of(event: Event, reports: list[Event]) -> bool:
    if not is_closure(event):
        return False
    referrals = {one.referral_id for one in reports if one.referral_id}
    return event in reports or (event.referral_id in referrals if event.referral_id else event.known_on >= reports[0].known_on)
