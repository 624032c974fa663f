"""S35: a concern after the child came home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.categories import is_injury, is_worry, words
from safeguard.risk.course import known
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.seen import is_failed_contact, last_sighting, not_seen_since
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, listed, of_events, span
from safeguard.risk.timeline import ChildTimeline, Event

CODE = "S35"
CARD = SignalCard(
    name="Concern after returning home",
    why="The first weeks after a return home are the most dangerous, and small signs count.",
    source="Local reviews published in 2009, 2017 and 2024",
    group=Group.VOICE,
    reads="returns from care, relatives or hospital; concerns, injuries and failed visits since",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    within: int = setting("After the return, within", unit="days")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Any new concern, injury or failed visit on a later day than the return, within 180 days of it."""
    settings = policy.of(CODE, Settings)
    events = known(timeline.events, at)
    returns = [one for one in events if _is_return(one) and (at - one.on).days <= settings.within]
    for home in reversed(returns):
        since = [one for one in events if one.on > home.on and not _is_return(one) and _is_new(one)]
        if since:
            last = last_sighting(timeline.events, at)
            return Finding(
                signal=CODE,
                severity=Severity[settings.severity],
                sentence=f"Returned home {day(home.on)} ({(at - home.on).days} days ago). Since then: {listed(_told(since))}.",
                evidence=of_events([home, *since]),
                clears=f"Clears {span(settings.within)} after the return, or when what came since is corrected.",
                policy_version=policy.version,
                gaps=not_seen_since(timeline.child.name, timeline.events, max(home.on, last.on if last else home.on), at),
            )
    return None


def _is_return(event: Event) -> bool:
    standing = event.fact("standing")
    return event.coded("reunification_return_home") or (standing is not None and standing.get("standing") == "returned")


def _is_new(event: Event) -> bool:
    return is_worry(event) or is_injury(event) or is_failed_contact(event)


def _told(events: list[Event]) -> list[str]:
    return [f"{listed(words([one])) or 'a concern'} ({day(one.on)})" for one in events]
