"""A year of one child's record as a small picture: a lane for each agency, one for decisions, one for flags. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH = 330
YEAR = 365
_LEFT, _RIGHT = 8, 322
_LANE = 34
_MOST_AGENCIES = 4
OTHERS = "Other agencies"
DECISIONS = "Decisions"
FLAGS = "Flags"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on the line: on which day, in whose lane, and what. `kind` is concern, observation, decision, RED, AMBER or INFO."""

    on: date
    lane: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A line across the year with its marks; `y` is the height of the line."""

    name: str
    y: int
    marks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class TimelineFigure:
    """The picture in the units of its own viewBox, and the same in words, newest first."""

    height: int
    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, str], ...]
    marks: tuple[Mark, ...]


def timeline_figure(marks: Iterable[Mark], *, at: date) -> TimelineFigure:
    """Draw the marks of the 365 days up to and including `at`; older and later ones are left out.

    The agencies heard most often have lanes of their own, the rest share one, and nothing is left out of the words.
    """
    within = sorted((one for one in marks if 0 <= (at - one.on).days < YEAR), key=lambda one: (one.on, one.lane, one.words))
    agencies = Counter(one.lane for one in within if one.lane not in {DECISIONS, FLAGS})
    own = [name for name, _count in sorted(agencies.items(), key=lambda item: (-item[1], item[0]))[:_MOST_AGENCIES]]
    names = [*own, *([OTHERS] if len(agencies) > len(own) else []), DECISIONS, FLAGS]
    lanes: list[tuple[str, list[Mark]]] = []
    for name in names:
        mine = [one for one in within if one.lane == name or (name == OTHERS and one.lane in agencies and one.lane not in own)]
        if mine:
            lanes.append((name, mine))
    return TimelineFigure(
        height=len(lanes) * _LANE + 22,
        lanes=tuple(
            Lane(name, place * _LANE + 26, tuple((_x(one.on, at), one.kind) for one in mine))
            for place, (name, mine) in enumerate(lanes)
        ),
        ticks=_ticks(at),
        marks=tuple(reversed(within)),
    )


def _x(on: date, at: date) -> float:
    return round(_RIGHT - (at - on).days / YEAR * (_RIGHT - _LEFT), 1)


def _ticks(at: date) -> tuple[tuple[float, str], ...]:
    """The first of every third month of the year shown, with its name."""
    days = [at - timedelta(days=back) for back in range(YEAR)]
    firsts = [day for day in reversed(days) if day.day == 1 and day.month % 3 == at.month % 3]
    return tuple((_x(day, at), f"{day:%b}") for day in firsts)
