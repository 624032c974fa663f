"""S32: several needs of the parents at once. Context only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.categories import is_worry, words
from safeguard.risk.course import known
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, listed, of_events, span
from safeguard.risk.timeline import ChildTimeline

CODE = "S32"
CARD = SignalCard(
    name="Several needs of the parents",
    why="Common in reviews, and common in families who never come to harm. For context only.",
    source="Skinner and others, 2021",
    group=Group.ADULTS,
    reads="domestic abuse, a parent's mental health, a parent's drug or alcohol misuse, who recorded them",
)
_NEEDS = ("domestic_abuse", "mental_health_parent", "substance_misuse_parent")


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back", unit="days")
    needs: int = setting("Different needs", unit="of 3", highest=3)
    sources: int = setting("Recorded by this many agencies", unit="agencies")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Two or more of three needs, recorded by two or more agencies, in a year."""
    settings = policy.of(CODE, Settings)
    told = [one for one in known(timeline.events, at, settings.window) if is_worry(one) and one.coded(*_NEEDS)]
    needs = words(told, _NEEDS)
    if len(needs) < settings.needs or len({one.agency_id for one in told}) < settings.sources:
        return None
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"Recorded in the last {span(settings.window)}: {listed(needs)}. "
            "Common in families who do well; shown for context."
        ),
        evidence=of_events(told),
        clears=f"Clears when fewer than {settings.needs} of these are recorded within {span(settings.window)}.",
        policy_version=policy.version,
    )
