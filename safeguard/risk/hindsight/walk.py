"""Walking through a family's past: the signals are read on each day something was learnt, and on quiet days for what is missing. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.concerns.stated import KnownEvent
from safeguard.risk.alerts import Stood
from safeguard.risk.facts import own_timelines_of, timelines_of
from safeguard.risk.hindsight.as_of import as_of
from safeguard.risk.hindsight.story import Story
from safeguard.risk.policy import Policy
from safeguard.risk.signals import SIGNAL_CARDS, SIGNALS, Finding, evaluate_all, find_by, unread
from safeguard.risk.timeline import ChildTimeline, Event

# These fire as time passes without news; every other signal needs an event to be raised.
OF_ABSENCE = frozenset({"S08", "S17", "S38"})
_OF_ABSENCE = tuple(signal for signal in SIGNALS if signal.CODE in OF_ABSENCE)
_ALL = frozenset(SIGNAL_CARDS)
_ROUTINE = frozenset({"routine_contact"})
# A pair of AMBER reaches back so far: flags of the time before are wanted, their calls are not counted.
WARM_UP = timedelta(days=180)
# No signal of absence waits longer after the last news than this.
_TAIL = 60
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are counted, `first` to `last`."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Walked:
    """One child's past: the RED and AMBER flags of the period and its warm-up, and the days on which concerns came in."""

    child: uuid.UUID
    flags: tuple[Stood, ...]
    contacts: tuple[date, ...]
    working: bool


def walk(family: Neighbourhood, policy: Policy, period: Period) -> list[Walked]:
    """What `policy` would have raised for the children in the family's focus, from what was known by each day.

    `working`: something was open for the child at the end of the period.
    """
    stories = {key: Story() for key in family.focus if family.people[key].is_child}
    news = _days(family.events, period)
    for place, day in enumerate(news):
        _read(family, stories, policy, day)
        until = news[place + 1] if place + 1 < len(news) else period.last + timedelta(days=1)
        _wait(family, stories, policy, day, min(until, day + timedelta(days=_TAIL)))
    events = family.events_of()
    return [
        Walked(
            child=key,
            flags=tuple(flag for flag in story.flags if flag.severity != "INFO"),
            contacts=_contacts(events.get(key, ()), period),
            working=_working(events.get(key, ()), period.last),
        )
        for key, story in stories.items()
    ]


def is_news(event: KnownEvent) -> bool:
    """Whether an event says more than that somebody met the child and all was well: such an event raises nothing."""
    return not (event.kind == "professional_observation" and _ROUTINE.issuperset(event.categories))


def _contacts(events: Sequence[KnownEvent], period: Period) -> tuple[date, ...]:
    return tuple(sorted(event.known_on for event in events if event.kind == "inbound_concern" and event.known_on <= period.last))


def _working(events: Sequence[KnownEvent], at: date) -> bool:
    """Whether a concern of the last year was not followed by a closure."""
    last: KnownEvent | None = None
    for event in events:
        if 0 <= (at - event.known_on).days < _YEAR and (event.closes or event.kind == "inbound_concern"):
            last = event
    return last is not None and not last.closes


def _days(events: Sequence[KnownEvent], period: Period) -> list[date]:
    """The days of the period, warm-up included, on which something was learnt; the first stands for all before it."""
    start = period.first - WARM_UP
    return sorted({max(event.known_on, start) for event in events if event.known_on <= period.last and is_news(event)})


def _read(family: Neighbourhood, stories: Mapping[uuid.UUID, Story], policy: Policy, day: date) -> None:
    for key, timeline in timelines_of(as_of(family, day), at=day).items():
        if key in stories:
            stories[key].read(day, evaluate_all(timeline, at=day, policy=policy), _ALL - unread(timeline))


def _wait(family: Neighbourhood, stories: Mapping[uuid.UUID, Story], policy: Policy, start: date, until: date) -> None:
    """The quiet days after `start`, up to `until`: only what is missing can be raised, and only a sighting changes the view."""
    sightings = {event.known_on for event in family.events if start < event.known_on < until}
    timelines = _told_of(family, start)
    day = start + timedelta(days=1)
    while day < until:
        if day in sightings:
            timelines = _told_of(family, day)
        for key, timeline in timelines.items():
            if key in stories:
                stories[key].read(day, missing_on(timeline, day, policy), OF_ABSENCE - unread(timeline))
        day += timedelta(days=1)


def _told_of(family: Neighbourhood, day: date) -> dict[uuid.UUID, ChildTimeline]:
    """The children about whom there was a concern, a decision or a step by `day`: without one nothing is expected, and so missing."""
    told = own_timelines_of(as_of(family, day), at=day)
    return {key: timeline for key, timeline in told.items() if any(_expects(one) for one in timeline.events)}


def _expects(event: Event) -> bool:
    return event.kind != "professional_observation" or event.fact("step") is not None or event.fact("standing") is not None


def missing_on(timeline: ChildTimeline, day: date, policy: Policy) -> list[Finding]:
    """What the signals of absence find."""
    return find_by(_OF_ABSENCE, timeline, at=day, policy=policy)
