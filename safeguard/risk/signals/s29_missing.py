"""S29: the child goes missing, again, for long, or far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.categories import is_exploited, is_note
from safeguard.risk.course import known
from safeguard.risk.incidents import Incident, incidents_of
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, of_events, span, times
from safeguard.risk.timeline import ChildTimeline, Event

CODE = "S29"
CARD = SignalCard(
    name="Pattern of going missing",
    why="Going missing often, for long or far from home can mean that somebody has a hold on the child.",
    source="Statutory guidance on children who run away or go missing, 2014",
    group=Group.EXPLOITATION,
    reads="missing episodes, hours, miles, return interviews; exploitation and weapons",
    approximated="episodes: each separate report coded as missing; hours and miles are not known",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back", unit="days")
    episodes: int = setting("Separate episodes", unit="episodes", least=2)
    hours: int = setting("Or one of at least", unit="hours")
    miles: int = setting("Or one ending further away than", unit="miles")
    exploitation_window: int = setting("RED with exploitation or a weapon within", unit="days")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Three episodes in 90 days, one of a day or more, or one ending over 20 miles away; RED with exploitation or a weapon."""
    settings = policy.of(CODE, Settings)
    episodes = incidents_of([one for one in known(timeline.events, at, settings.window) if _missing(one)], policy.same_incident_days)
    hours, miles = _longest(episodes, "hours"), _longest(episodes, "miles")
    if len(episodes) < settings.episodes and (hours or 0) < settings.hours and (miles or 0) <= settings.miles:
        return None
    exploited = [one for one in known(timeline.events, at, settings.exploitation_window) if is_exploited(one)]
    interviews = [str(fact.get("interview")) for one in episodes for report in one.reports if (fact := report.fact("missing"))]
    done = interviews.count("done")
    longest = f"longest {hours} h" if hours is not None else "how long is not recorded"
    return Finding(
        signal=CODE,
        severity=Severity.RED if exploited else Severity[settings.severity],
        sentence=(
            f"Missing {times(len(episodes), 'time')} since {day(episodes[0].on)}; {longest}; "
            f"return interviews done: {done}/{len(episodes)}."
        ),
        evidence=of_events([*(report for one in episodes for report in one.reports), *exploited]),
        clears=f"Clears when fewer than {settings.episodes} episodes, none long or far, remain within {span(settings.window)}.",
        policy_version=policy.version,
        gaps=() if done >= len(episodes) else ("Not every return interview is recorded as done.",),
    )


def _missing(event: Event) -> bool:
    return is_note(event) and (event.coded("missing_from_home") or event.fact("missing") is not None)


def _longest(episodes: list[Incident], name: str) -> int | None:
    facts = [fact for one in episodes for report in one.reports if (fact := report.fact("missing"))]
    return max((value for fact in facts if (value := fact.number(name)) is not None), default=None)
