"""S31: domestic abuse comes often, or steps up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.concerns.fact_codes import ABUSE_FEATURES
from safeguard.risk.course import known
from safeguard.risk.incidents import Incident, concerns_within, incidents_of
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, listed, of_incidents, span, times
from safeguard.risk.timeline import ChildTimeline

CODE = "S31"
CARD = SignalCard(
    name="Domestic abuse often, or stepping up",
    why="What happened says more than a grade: strangulation, threats to kill, separation, a pregnancy, a breached order.",
    source="Analysis of serious case reviews 2017 to 2019; Turner, Medina and Brown, 2019",
    group=Group.ADULTS,
    reads="domestic abuse reports and their features, age, pregnancy",
    approximated="features are not known from categories; an unborn child or a baby is",
)
_GRAVE = frozenset({"strangulation", "threats_to_kill", "arson", "breach"})
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back", unit="days")
    at_least: int = setting("Separate reports", unit="reports", least=2)
    with_feature: int = setting("Separate reports where one has a grave feature", unit="reports")
    separation: int = setting("A separation counts for", unit="days")
    red_with_feature: bool = setting("RED where a grave feature, a recent separation or a pregnancy is recorded")
    red_with_infant: bool = setting("RED where the child is unborn or under 1")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Three separate reports in a year, or two where one has a grave feature; RED with such a feature, pregnancy, or a baby.

    One report is no pattern. Nobody is scored for reporting abuse.
    """
    settings = policy.of(CODE, Settings)
    told = [one for one in concerns_within(timeline.events, at, settings.window) if one.coded("domestic_abuse")]
    incidents = incidents_of(told, policy.same_incident_days)
    features = _features(incidents, at, settings.separation)
    grave = [one for one in features if one in _GRAVE]
    if len(incidents) < settings.at_least and not (grave and len(incidents) >= settings.with_feature):
        return None
    age = timeline.child.days_old(at)
    infant = age is not None and age < _YEAR
    pregnant = "pregnancy" in features or any(one.coded("concealed_pregnancy") for one in known(timeline.events, at, settings.window))
    stepped_up = bool(grave or "separation" in features or pregnant)
    red = (stepped_up and settings.red_with_feature) or (infant and settings.red_with_infant)
    shown = [ABUSE_FEATURES.label(one).lower() for one in features]
    if infant:
        shown.append("an unborn child" if timeline.child.unborn(at) else "a child under 1")
    return Finding(
        signal=CODE,
        severity=Severity.RED if red else Severity[settings.severity],
        sentence=(
            f"{times(len(incidents), 'domestic abuse notification')} in {span(settings.window)}; latest {day(incidents[-1].on)}"
            f"{f'. On record: {listed(shown)}' if shown else ''}."
        ),
        evidence=of_incidents(incidents),
        clears=f"Clears when fewer than {settings.at_least} separate reports remain within {span(settings.window)}.",
        policy_version=policy.version,
        gaps=() if any(one.fact("domestic_abuse") for one in told) else ("What happened in each is not recorded.",),
    )


def _features(incidents: list[Incident], at: date, separation: int) -> list[str]:
    """The features recorded, each once; a separation only while it is recent."""
    found: dict[str, None] = {}
    for incident in incidents:
        for report in incident.reports:
            fact = report.fact("domestic_abuse")
            for code in fact.many("features") if fact else ():
                if code != "separation" or (at - report.on).days <= separation:
                    found[code] = None
    return list(found)
