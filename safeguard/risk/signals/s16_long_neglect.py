"""S16: neglect for a long time, and never a plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.categories import NEGLECT, is_worry
from safeguard.risk.course import is_enquiry, is_plan, known
from safeguard.risk.incidents import incidents_of
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, of_incidents, span
from safeguard.risk.timeline import ChildTimeline

CODE = "S16"
CARD = SignalCard(
    name="Long neglect without a plan",
    why="Neglect was present in three of four reviewed cases. It seldom has one worst day, so nothing sets off a plan.",
    source="Analysis of serious case reviews 2017 to 2019",
    group=Group.HEALTH,
    reads="neglect categories, section 47 enquiries and plans",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    span_days: int = setting("From the first to the newest", unit="days")
    at_least: int = setting("Separate contacts", unit="contacts", least=2)
    newest_within: int = setting("The newest lies within", unit="days")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Four or more separate contacts about neglect over 18 months, without an enquiry or plan at any time."""
    settings = policy.of(CODE, Settings)
    events = known(timeline.events, at)
    if any(is_enquiry(one) or is_plan(one) for one in events):
        return None
    told = incidents_of([one for one in events if is_worry(one) and one.coded(*NEGLECT)], policy.same_incident_days)
    if len(told) < settings.at_least or (told[-1].on - told[0].on).days < settings.span_days:
        return None
    if (at - told[-1].on).days >= settings.newest_within:
        return None
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"Neglect concerns since {day(told[0].on)} ({len(told)} contacts), no plan. "
            "Consider a structured neglect profile (Graded Care Profile 2)."
        ),
        evidence=of_incidents(told),
        clears=f"Clears with a section 47 enquiry or a plan, or when nothing new is told for {span(settings.newest_within)}.",
        policy_version=policy.version,
    )
