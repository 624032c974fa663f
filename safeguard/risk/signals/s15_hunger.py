"""S15: hunger or low weight again, or with an injury."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.categories import is_hunger, is_injury
from safeguard.risk.course import known
from safeguard.risk.incidents import incidents_of
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, listed, of_incidents, span, times
from safeguard.risk.timeline import ChildTimeline

CODE = "S15"
CARD = SignalCard(
    name="Hunger or low weight again",
    why="Looking for food was taken for an illness, and one child's hunger was not joined with another's.",
    source="Local reviews in England, 2010 and 2013",
    group=Group.HEALTH,
    reads="hunger and weight categories, injury categories, who recorded them",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back", unit="days")
    at_least: int = setting("Separate times", unit="times")
    once_with_injury: bool = setting("Once is enough where an injury is recorded in the same time")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Two separate reports of hunger or low weight in 180 days; one, where there is any injury besides."""
    settings = policy.of(CODE, Settings)
    events = known(timeline.events, at, settings.window)
    hungry = incidents_of([one for one in events if is_hunger(one)], policy.same_incident_days)
    hurt = incidents_of([one for one in events if is_injury(one)], policy.same_incident_days)
    if not hungry or (len(hungry) < settings.at_least and not (hurt and settings.once_with_injury)):
        return None
    agencies = dict.fromkeys(report.agency_name for one in hungry for report in one.reports)
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"Hunger or low weight recorded {times(len(hungry), 'time')} by {listed(agencies)}; injuries in the same period: "
            f"{listed(day(one.reports[0].on) for one in hurt) if hurt else 'none recorded'}."
        ),
        evidence=of_incidents([*hungry, *hurt]),
        clears=f"Clears when fewer than {settings.at_least} such reports, and none with an injury, remain within {span(settings.window)}.",
        policy_version=policy.version,
    )
