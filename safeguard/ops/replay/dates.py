"""Placing events in time. A chronology often knows a day only roughly: the choice says which end is believed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from safeguard.ops.replay.record import Chronology, Told

CHOICES = ("latest", "earliest", "mid")
FEEDS = ("referrals", "all")


@dataclass(frozen=True, slots=True)
class Placed:
    """An event on the day from which it is taken as known."""

    event: Told
    on: date


def day_of(event: Told, choice: str) -> date:
    """The day from which `event` is taken as known: `latest` gives the shortest lead time, `earliest` the longest."""
    if choice == "earliest":
        return event.earliest
    if choice == "mid":
        return event.earliest + (event.latest - event.earliest) // 2
    return event.latest


def placed(case: Chronology, *, choice: str, feed: str) -> tuple[Placed, ...]:
    """The events to feed, in order of time. What falls on the day of the incident or later was not known before it."""
    chosen = [
        Placed(event, day_of(event, choice))
        for event in case.events
        if feed == "all" or event.reached_social_care
    ]  # fmt: skip
    return tuple(sorted((one for one in chosen if case.incident is None or one.on < case.incident), key=lambda one: one.on))


def left_out(case: Chronology, fed: Sequence[Placed], *, feed: str) -> tuple[str, ...]:
    """The ids of events of this feed that were placed too late to be known before the incident."""
    known = {one.event.id for one in fed}
    wanted = (event for event in case.events if feed == "all" or event.reached_social_care)
    return tuple(event.id for event in wanted if event.id not in known)
