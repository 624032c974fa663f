"""S12: where the injury is, or what it looks like, is of concern."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.concerns.fact_codes import INJURY_PATTERNS, INJURY_SITES, SITES_OF_CONCERN
from safeguard.risk.categories import is_injury, is_injury_of_concern
from safeguard.risk.course import known
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, listed, of_events, span
from safeguard.risk.timeline import ChildTimeline, Event

CODE = "S12"
CARD = SignalCard(
    name="Injury site or pattern of concern",
    why="In young children, bruises on the torso, ear, neck or face, and burns or marks with a shape, are more often inflicted.",
    source="TEN-4-FACESp: Pierce and others, 2010 and 2021",
    group=Group.INJURY,
    reads="injury sites and patterns, age",
    approximated="the site is not known from categories; a burn or scald counts as a pattern",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back", unit="days")
    under_days: int = setting("Below the age of", unit="days")
    of_concern: bool = setting("Only an injury told as a concern, or doubted")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Under five: a site that seldom bruises by accident, or a burn, a shape, a bite or a cluster."""
    settings = policy.of(CODE, Settings)
    found = [
        (one, signs)
        for one in known(timeline.events, at, settings.window)
        if (is_injury_of_concern(one) if settings.of_concern else is_injury(one))
        and _young(timeline, one, settings.under_days)
        and (signs := _signs(one))
    ]
    if not found:
        return None
    newest, signs = found[-1]
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"Site or pattern recorded on {day(newest.on)}: {listed(signs)}. "
            "In this age group this pattern is seen more often in inflicted injury; it is not proof."
        ),
        evidence=of_events(one for one, _signs_of_it in found),
        clears=f"Clears {span(settings.window)} after the last such injury, or when its record is corrected.",
        policy_version=policy.version,
        gaps=() if newest.fact("injury") else ("Where on the body is not recorded.",),
    )


def _young(timeline: ChildTimeline, event: Event, under_days: int) -> bool:
    age = timeline.child.days_old(event.on)
    return age is not None and age < under_days


def _signs(event: Event) -> list[str]:
    fact = event.fact("injury")
    sites = [INJURY_SITES.label(one).lower() for one in fact.many("sites") if one in SITES_OF_CONCERN] if fact else []
    patterns = [INJURY_PATTERNS.label(one).lower() for one in fact.many("patterns")] if fact else []
    if event.coded("burn_scald") and not patterns:
        patterns.append("burn or scald")
    return [*sites, *patterns]
