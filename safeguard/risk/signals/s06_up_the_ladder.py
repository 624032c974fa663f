"""S06: what the concerns are about moves up the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from safeguard.risk.categories import HIGHEST_RUNG, is_injury, is_worry, rung, words
from safeguard.risk.course import known
from safeguard.risk.incidents import incidents_of
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, listed, of_events, span
from safeguard.risk.timeline import ChildTimeline, Event

CODE = "S06"
CARD = SignalCard(
    name="Concerns are about worse things",
    why="Harm that builds up is missed when each contact is judged alone.",
    source="Analyses of serious case reviews in England",
    group=Group.HISTORY,
    reads="concern categories, on the ladder support and housing, neglect and emotional abuse, domestic abuse, injury and "
    "hunger, repeated injury and what the child said",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    recent: int = setting("The newest part", unit="days")
    before: int = setting("Compared with the time before that", unit="days")
    least_rung: int = setting("The new concerns stand at least on rung", unit="of 5", highest=HIGHEST_RUNG)


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """The highest rung of the last 180 days is above that of the year before. Without earlier concerns there is no ladder."""
    settings = policy.of(CODE, Settings)
    worries = [one for one in known(timeline.events, at, settings.recent + settings.before) if is_worry(one)]
    new = [one for one in worries if (at - one.known_on).days < settings.recent]
    old = [one for one in worries if (at - one.known_on).days >= settings.recent]
    top, was = _highest(new, policy.same_incident_days), _highest(old, policy.same_incident_days)
    if not was or top <= was or top < settings.least_rung:
        return None
    above = [one for one in new if rung(one) > was or (top == HIGHEST_RUNG and is_injury(one))]
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=f"Earlier concerns: {listed(words(old))}. Since {day(above[0].known_on)}: {listed(words(above))}.",
        evidence=of_events([*old, *above]),
        clears=f"Clears when the last {span(settings.recent)} hold nothing above what was known in the {span(settings.before)} before.",
        policy_version=policy.version,
    )


def _highest(events: Sequence[Event], same_days: int) -> int:
    """The highest rung; separate injuries, twice or more, stand on the top one."""
    injuries = incidents_of([one for one in events if is_injury(one)], same_days)
    return HIGHEST_RUNG if len(injuries) >= 2 else max((rung(one) for one in events), default=0)
