"""S02: concerns come faster than before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.incidents import concerns_within, incidents_of
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, of_incidents, span
from safeguard.risk.timeline import ChildTimeline

CODE = "S02"
CARD = SignalCard(
    name="Concerns are coming faster",
    why="Case reviews find that growing concern matters more than a high number. A family long known at one level does not raise it.",
    source="Analyses of serious case reviews in England",
    group=Group.HISTORY,
    reads="concerns",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    recent: int = setting("The newest part of the year", unit="days")
    year: int = setting("Looks back", unit="days")
    at_least: int = setting("Separate concerns in the newest part", unit="concerns")
    ratio: float = setting("How many times the earlier rate", unit="times", least=0, highest=100)


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """At least three incidents in 90 days, at more than twice the rate of the nine months before."""
    settings = policy.of(CODE, Settings)
    year = incidents_of(concerns_within(timeline.events, at, settings.year), policy.same_incident_days)
    recent = [one for one in year if (at - one.on).days < settings.recent]
    before = len(year) - len(recent)
    earlier_days = settings.year - settings.recent
    rate, earlier_rate = len(recent) / settings.recent, before / earlier_days
    if len(recent) < settings.at_least or rate <= settings.ratio * earlier_rate:
        return None
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"{len(recent)} separate concerns in {settings.recent} days, "
            f"against {before or 'none'} in the {span(earlier_days)} before."
        ),
        # What came before is evidence too: the comparison rests on it.
        evidence=of_incidents(year),
        clears=(
            f"Clears when concerns come no faster than {settings.ratio:g} times their earlier rate, "
            f"or fewer than {settings.at_least} fall within {span(settings.recent)}."
        ),
        policy_version=policy.version,
    )
