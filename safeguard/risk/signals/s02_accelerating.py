"""S02: concerns come faster than before."""

from __future__ import annotations

from datetime import date

from safeguard.risk.incidents import concerns_within, incidents_of
from safeguard.risk.policy import Policy
from safeguard.risk.signals.finding import Finding, Severity, SignalCard, of_incidents
from safeguard.risk.timeline import ChildTimeline

CODE = "S02"
CARD = SignalCard(
    name="Concerns are coming faster",
    why="Case reviews find that growing concern matters more than a high number. A family long known at one level does not raise it.",
    source="Analyses of serious case reviews in England",
)


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """At least three incidents in 90 days, at more than twice the rate of the nine months before."""
    year = incidents_of(concerns_within(timeline.events, at, policy.accelerating_year), policy.same_incident_days)
    recent = [one for one in year if (at - one.on).days < policy.accelerating_recent]
    before = len(year) - len(recent)
    earlier_days = policy.accelerating_year - policy.accelerating_recent
    rate, earlier_rate = len(recent) / policy.accelerating_recent, before / earlier_days
    if len(recent) < policy.accelerating_at_least or rate <= policy.accelerating_ratio * earlier_rate:
        return None
    return Finding(
        signal=CODE,
        severity=Severity.AMBER,
        sentence=(
            f"{len(recent)} separate concerns in {policy.accelerating_recent} days, "
            f"against {before or 'none'} in the nine months before."
        ),
        # What came before is evidence too: the comparison rests on it.
        evidence=of_incidents(year),
        clears="Clears when concerns come no faster than twice their earlier rate, or fewer than three fall within 90 days.",
        policy_version=policy.version,
    )
