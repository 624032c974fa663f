"""S01: referred again within twelve months."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from safeguard.risk.course import known, outcome_words
from safeguard.risk.incidents import Incident, concerns_within, incidents_of
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, listed, of_incidents, span, times
from safeguard.risk.timeline import ChildTimeline, Event

CODE = "S01"
CARD = SignalCard(
    name="Referred again within 12 months",
    why="About one referral in five is a re-referral, so this says little alone. It puts the newest concern in its history.",
    source="Department for Education, children in need statistics 2023 to 2025",
    group=Group.HISTORY,
    reads="concerns, outcomes",
)

# So many days or outcomes are told one by one in a sentence.
_FEW = 4


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
    decided = [one for one in known(timeline.events, at) if one.outcome and incidents[0].on <= one.known_on]
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"{len(incidents)} separate concerns in the last {span(settings.window)} ({_days(incidents)}). "
            + (f"Earlier outcomes: {_outcomes(decided)}." if decided else f"No outcome had been recorded by {day(at)}.")
        ),
        evidence=of_incidents(incidents),
        clears=f"Clears when fewer than {settings.at_least} separate concerns remain within {span(settings.window)}.",
        policy_version=policy.version,
    )


def _days(incidents: list[Incident]) -> str:
    """Every day where they are few; otherwise the first and the latest. The evidence has them all."""
    if len(incidents) <= _FEW:
        return listed(day(one.on) for one in incidents)
    return f"from {day(incidents[0].on)} to {day(incidents[-1].on)}"


def _outcomes(decided: list[Event]) -> str:
    """Each outcome with its day where they are few; otherwise how often each, the most frequent first."""
    if len(decided) <= _FEW:
        return listed(f"{outcome_words(one.outcome)} ({day(one.known_on)})" for one in decided)
    often = Counter(outcome_words(one.outcome) for one in decided).most_common()
    return listed(f"{what} ({'once' if count == 1 else times(count, 'time')})" for what, count in often)
