"""S19: home education or off-roll, after a concern."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.categories import is_hunger, is_injury, words
from safeguard.risk.course import is_closure, known
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.seen import last_sighting, not_seen_since, seen_by
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, listed, of_events, span
from safeguard.risk.timeline import ChildTimeline, Event

CODE = "S19"
CARD = SignalCard(
    name="Home education or off-roll, after a concern",
    why="Home education is lawful and is no signal by itself. After a concern it can take the child out of sight.",
    source="Local reviews published in 2010, 2020 and 2025",
    group=Group.EDUCATION,
    reads="home education and off-roll notices, concerns before them, injuries, hunger, closures, sightings",
    approximated="the notice: the category for home education",
)
_OFF_ROLL = frozenset({"home_education", "off_roll"})


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    notice_within: int = setting("The notice lies within", unit="days")
    window: int = setting("A concern in this time before the notice", unit="days")
    close_only: bool = setting("The severity only where it is close; otherwise AMBER")
    close: int = setting("Said to be close after injury, hunger or closure within", unit="days")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """A notice, and a concern in the 24 months before it. The notice itself, or a concern that came with it, is not one before."""
    settings = policy.of(CODE, Settings)
    notices = [one for one in known(timeline.events, at, settings.notice_within) if _is_notice(one)]
    for notice in reversed(notices):
        prior = [one for one in known(timeline.events, at) if _before(one, notice, settings.window)]
        if prior:
            return _finding(timeline, notice, prior, settings, at, policy.version)
    return None


def _finding(timeline: ChildTimeline, notice: Event, prior: list[Event], settings: Settings, at: date, version: str) -> Finding:
    marks = [one for one in known(timeline.events, at) if _close(one, notice, settings.close)]
    last = last_sighting(timeline.events, at)
    seen = f"Yes, by {seen_by(last)} on {day(last.on)}" if last is not None and last.on > notice.on else "Not on record"
    close = f" It came within {span(settings.close)} of an injury, hunger or a closure." if marks else ""
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity] if marks or not settings.close_only else min(Severity.AMBER, Severity[settings.severity]),
        sentence=(
            f"Home education or off-roll notified {day(notice.known_on)}. Concern history: {listed(words(prior)) or 'not coded'}."
            f"{close} Has the child been seen since? {seen}."
        ),
        evidence=of_events([*prior, *marks, notice]),
        clears=f"Clears when the child is back at a school, or {span(settings.notice_within)} after the notice.",
        policy_version=version,
        gaps=not_seen_since(timeline.child.name, timeline.events, notice.on, at),
    )


def _is_notice(event: Event) -> bool:
    fact = event.fact("education")
    return fact.get("change") in _OFF_ROLL if fact is not None else event.coded("home_education")


def _before(event: Event, notice: Event, window: int) -> bool:
    days = (notice.known_on - event.known_on).days
    return event.is_concern and event.id != notice.id and not _is_notice(event) and 0 <= days < window


def _close(event: Event, notice: Event, days: int) -> bool:
    mark = is_injury(event) or is_hunger(event) or is_closure(event)
    return mark and event.id != notice.id and 0 <= (notice.known_on - event.known_on).days <= days
