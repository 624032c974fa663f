"""S01: referred again within twelve months."""

from __future__ import annotations

from datetime import date

from safeguard.kernel.codes.outcome import OUTCOMES
from safeguard.risk.incidents import concerns_within, incidents_of
from safeguard.risk.policy import Policy
from safeguard.risk.signals.finding import Finding, Severity, SignalCard, day, listed, of_incidents
from safeguard.risk.timeline import ChildTimeline

CODE = "S01"
CARD = SignalCard(
    name="Referred again within 12 months",
    why="About one referral in five is a re-referral, so this says little alone. It puts the newest concern in its history.",
    source="Department for Education, children in need statistics 2023 to 2025",
)


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Two or more separate concerns in the last year."""
    incidents = incidents_of(
        concerns_within(timeline.events, at, policy.re_referral_window), policy.same_incident_days
    )
    if len(incidents) < policy.re_referral_at_least:
        return None
    outcomes = [
        f"{OUTCOMES.label(event.outcome) if event.outcome in OUTCOMES else event.outcome} ({day(event.known_on)})"
        for event in sorted(timeline.events, key=lambda e: (e.known_on, e.id))
        if event.outcome and incidents[0].on <= event.known_on <= at
    ]
    return Finding(
        signal=CODE,
        severity=Severity.INFO,
        sentence=(
            f"{len(incidents)} separate concerns in the last 12 months ({listed(day(one.on) for one in incidents)}). "
            + (f"Earlier outcomes: {listed(outcomes)}." if outcomes else f"No outcome had been recorded by {day(at)}.")
        ),
        evidence=of_incidents(incidents),
        clears="Clears when fewer than two separate concerns remain within 12 months.",
        policy_version=policy.version,
    )
