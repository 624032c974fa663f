"""S08: nobody has seen the child since the concern."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from safeguard.risk.course import known, open_since
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.seen import is_failed_contact, last_sighting, not_seen_since, seen_by
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, of_events
from safeguard.risk.timeline import ChildTimeline

CODE = "S08"
CARD = SignalCard(
    name="Child not seen since the concern",
    why="Losing sight of the child runs through most reviews. A baby cannot speak, and is counted in days.",
    source="Analyses of serious case reviews in England",
    group=Group.VISIBILITY,
    reads="open concerns, sightings, visits and whether they reached the child, age",
    approximated="sightings: usual contact and professional observations; failed visits: child not seen, access refused",
    absence=True,
)
_YEAR, _SCHOOL_AGE = 365, 1826


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    infant_days: int = setting("Days without being seen, unborn or under 1", unit="days")
    toddler_days: int = setting("Days without being seen, 1 to 4", unit="days")
    child_days: int = setting("Days without being seen, 5 to 17", unit="days")
    failed_visits: int = setting("Or this many attempts in a row did not reach the child", unit="attempts")
    open_window: int = setting("A concern counts as open for", unit="days")
    needs_attempt: bool = setting("Count days only where an attempt to see the child failed since")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """An open concern, and no sighting for longer than the child's age allows, or two attempts in a row that failed.

    Many records hold no sightings because nobody types them in. `needs_attempt` keeps silence from being read as absence.
    """
    settings = policy.of(CODE, Settings)
    concern = open_since(timeline.events, at, settings.open_window)
    if concern is None:
        return None
    last = last_sighting(timeline.events, at)
    since = max(concern.on, last.on) if last is not None else concern.on
    failed = [one for one in known(timeline.events, at) if is_failed_contact(one) and one.on >= since and one is not last]
    days = (at - since).days
    enough = len({one.on for one in failed}) >= settings.failed_visits
    if not enough and (days < _limit(timeline, at, settings) or (settings.needs_attempt and not failed)):
        return None
    seen = f"since {day(last.on)}, by {seen_by(last)}" if last is not None else "at any time"
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"Concern raised {day(concern.known_on)}. No record that any professional has seen {timeline.child.name} {seen}. "
            f"{len(failed) or 'No'} {'attempt' if len(failed) == 1 else 'attempts'} did not reach the child."
        ),
        evidence=of_events([concern, *([last] if last else []), *failed]),
        clears="Clears when a professional records having seen the child, or the work is closed.",
        policy_version=policy.version,
        gaps=not_seen_since(timeline.child.name, timeline.events, since + timedelta(days=1), at),
    )


def _limit(timeline: ChildTimeline, at: date, settings: Settings) -> int:
    """How many days a child of this age may go unseen; a child whose age is not known is taken to be of school age."""
    age = timeline.child.days_old(at)
    if age is None or age >= _SCHOOL_AGE:
        return settings.child_days
    return settings.infant_days if age < _YEAR else settings.toddler_days
