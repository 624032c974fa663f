"""S01: referred again within twelve months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.course import outcome_words
from safeguard.risk.incidents import concerns_within, incidents_of
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, listed, of_incidents, span
from safeguard.risk.timeline import ChildTimeline

CODE = "S01"
CARD = SignalCard(
    name="Referred again within 12 months",
    why="About one referral in five is a re-referral, so this says little alone. It puts the newest concern in its history.",
    source="Department for Education, children in need statistics 2023 to 2025",
    group=Group.HISTORY,
    reads="concerns, outcomes",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back", unit="days")
    at_least: int = setting("Separate concerns", unit="concerns")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Two or more separate concerns in the last year."""
    settings = policy.of(CODE, Settings)
    incidents = incidents_of(concerns_within(timeline.events, at, settings.window), policy.same_incident_days)
    if len(incidents) < settings.at_least:
        return None
    outcomes = [
        f"{outcome_words(event.outcome)} ({day(event.known_on)})"
        for event in sorted(timeline.events, key=lambda e: (e.known_on, e.id))
        if event.outcome and incidents[0].on <= event.known_on <= at
    ]
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"{len(incidents)} separate concerns in the last {span(settings.window)} ({listed(day(one.on) for one in incidents)}). "
            + (f"Earlier outcomes: {listed(outcomes)}." if outcomes else f"No outcome had been recorded by {day(at)}.")
        ),
        evidence=of_incidents(incidents),
        clears=f"Clears when fewer than {settings.at_least} separate concerns remain within {span(settings.window)}.",
        policy_version=policy.version,
    )
