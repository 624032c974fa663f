"""S07: closed now, after serious work not long ago, and something new since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.course import is_active, is_enquiry, is_plan, is_removal, known, outcome_words, standing_closures
from safeguard.risk.incidents import incidents_of
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, listed, of_events, span
from safeguard.risk.timeline import ChildTimeline

CODE = "S07"
CARD = SignalCard(
    name="Closed, with serious work not long ago",
    why="The latest status hides what came before it. A closed case with a plan last year is not a new case.",
    source="Analyses of serious case reviews in England",
    group=Group.HISTORY,
    reads="outcomes: section 47 enquiries, plans, removals, closures; concerns",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back for an enquiry, plan or removal", unit="days")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """An enquiry, plan or removal within 24 months, then a closure that still stands, then a new concern."""
    settings = policy.of(CODE, Settings)
    events = known(timeline.events, at, settings.window)
    closures = [one for one in standing_closures(timeline.events, at) if one in events]
    if not closures:
        return None
    closed = max(closures, key=lambda one: (one.known_on, one.id))
    serious = [
        one
        for one in events
        if (is_enquiry(one) or is_plan(one) or is_removal(one)) and one.known_on <= closed.known_on and one is not closed
    ]
    working = any(is_active(one) and one.known_on > closed.known_on and not one.is_concern for one in events)
    new = [
        one
        for one in events
        if one.is_concern and one.known_on > closed.known_on and (one.referral_id is None or one.referral_id != closed.referral_id)
    ]
    if not serious or working or not new:
        return None
    then = [f"{outcome_words(one.outcome) or one.summary} ({day(one.known_on)})" for one in serious]
    since = incidents_of(new, policy.same_incident_days)
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"Record shows closed on {day(closed.known_on)}, but within {span(settings.window)}: {listed(dict.fromkeys(then))}. "
            f"New since closure: {listed(day(one.on) for one in since)}."
        ),
        evidence=of_events([*serious, closed, *new]),
        clears=(
            f"Clears when the work is opened again, or {span(settings.window)} after the last enquiry, plan or removal."
        ),
        policy_version=policy.version,
    )
