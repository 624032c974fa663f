"""From flags to a review: which flags ask somebody to look, how soon, and whose turn is first. Pure.

One RED, or two AMBER from different groups raised within 180 days of each other, ask for a review; INFO is context and
never asks alone. The order is a plain sort over four facts that the reader sees too. There is no weight and no score.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

PAIR_DAYS = 180


class Level(StrEnum):
    """How soon a review is promised: the same working day, or within 72 hours."""

    SAME_DAY = "same_day"
    WITHIN_72_HOURS = "72_hours"


@dataclass(frozen=True, slots=True)
class Raised:
    """A flag as the rule sees it: `severity` is RED, AMBER or INFO, `group` the signal's, `on` the day it was raised."""

    severity: str
    group: str
    on: date


@dataclass(frozen=True, slots=True)
class Review:
    """A review is asked for at this level, because of these flags; `since` is the day the last of them was raised."""

    level: Level
    because: tuple[Raised, ...]

    @property
    def since(self) -> date:
        return max(one.on for one in self.because)


def review_of(live: Iterable[Raised], answered: Iterable[Raised] = (), *, pair_days: int = PAIR_DAYS) -> Review | None:
    """The review that a child's flags ask for, or None.

    Args:
        live: flags that nobody has answered for good.
        answered: flags already acted on or known. They make a pair with a live one, so that a second worry is not read
            alone; they never ask by themselves. Flags dismissed or withdrawn are not handed in.
    """
    flags = sorted(live, key=lambda one: (one.on, one.group))
    reds = tuple(one for one in flags if one.severity == "RED")
    if reds:
        return Review(Level.SAME_DAY, reds)
    ambers = [one for one in flags if one.severity == "AMBER"]
    known = [one for one in answered if one.severity in {"AMBER", "RED"}]
    paired = dict.fromkeys(
        flag
        for amber in ambers
        for other in (*ambers, *known)
        if amber.group != other.group and abs((amber.on - other.on).days) <= pair_days
        for flag in (amber, other)
    )
    if not paired:
        return None
    return Review(Level.WITHIN_72_HOURS, tuple(sorted(paired, key=lambda one: (one.on, one.group))))


@dataclass(frozen=True, slots=True)
class Standing:
    """What orders one child's place on the list. `last_seen` None: no record that anybody has seen the child."""

    reds: int
    newest_red: date | None
    groups: int
    last_seen: date | None


def order_key(standing: Standing) -> tuple[int, int, int, int]:
    """Sorts first what comes first: more RED, newer RED, more groups, longer unseen; never seen before any date."""
    return (
        -standing.reds,
        -standing.newest_red.toordinal() if standing.newest_red else 0,
        -standing.groups,
        standing.last_seen.toordinal() if standing.last_seen else 0,
    )


def groups_of(flags: Sequence[Raised]) -> int:
    """How many different groups of signals have raised a RED or AMBER flag."""
    return len({one.group for one in flags if one.severity in {"RED", "AMBER"}})
