"""When the child moved: from stated moves, and from addresses that took the place of others. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from safeguard.risk.course import known
from safeguard.risk.timeline import ChildTimeline, Event, Home

_SAME_MOVE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Move:
    """One move, on the day it was told or happened, with what tells of it. `far`: to or from another area."""

    on: date
    words: str
    far: bool
    told: bool
    events: tuple[Event, ...]
    homes: tuple[Home, ...]


def moves_of(timeline: ChildTimeline, at: date, days: int) -> list[Move]:
    """The moves of the last `days`, oldest first; what is told within a fortnight is one move."""
    found = sorted((*_stated(timeline, at), *_addresses(timeline, at)), key=lambda move: move.on)
    merged: list[Move] = []
    for move in found:
        if merged and move.on - merged[-1].on <= _SAME_MOVE:
            last = merged[-1]
            merged[-1] = Move(
                last.on, last.words, last.far or move.far, last.told or move.told,
                last.events + move.events, last.homes + move.homes,
            )  # fmt: skip
        else:
            merged.append(move)
    return [move for move in merged if 0 <= (at - move.on).days < days]


def is_move(event: Event) -> bool:
    return event.coded("frequent_moves", "cross_area_move") or event.fact("move") is not None


def _stated(timeline: ChildTimeline, at: date) -> Iterable[Move]:
    for event in known(timeline.events, at):
        if is_move(event):
            fact = event.fact("move")
            far = event.coded("cross_area_move") or (fact is not None and fact.get("reach") == "other_area")
            told = fact is not None and fact.get("told") == "yes"
            yield Move(event.on, "a move to or from another area" if far else "a move", far, told, (event,), ())


def _addresses(timeline: ChildTimeline, at: date) -> Iterable[Move]:
    """A new address that took the place of the one before. Two addresses told side by side are two views, not a move.

    Nor is an address told once: the home of a partner where something happened, or a letter that did not follow a move.
    """
    before: Home | None = None
    for home in timeline.homes:
        if home.since > at:
            continue
        if before is not None and home.confirmed and before.last_stated < home.since:
            yield Move(home.since, f"to {home.label}", False, False, (), (before, home))
        before = home
