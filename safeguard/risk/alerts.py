"""New alerts from the flags of one child: the days on which something new asks for a review, and those that reach a reviewer.

Load is counted in these. An alert is a child newly at review level; one alert a child in 28 days, unless a RED signal
appears that was not among the last one's. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from safeguard.risk.review_level import PAIR_DAYS, Level, Raised, groups_of, review_of

QUIET_DAYS = 28


@dataclass(frozen=True, slots=True)
class Stood:
    """A flag over its life: raised on `on`, gone by `until` (withdrawn, or renewed by a newer one); None while it stands."""

    signal: str
    group: str
    severity: str
    on: date
    until: date | None = None

    def weighs(self, at: date) -> bool:
        """Whether it counts at `at`: raised in the last 180 days, and not gone."""
        return 0 <= (at - self.on).days <= PAIR_DAYS and (self.until is None or self.until > at)


@dataclass(frozen=True, slots=True)
class Call:
    """A day on which a flag raised that day put the child at review level. `signals` are those behind it."""

    on: date
    level: Level
    signals: tuple[str, ...]
    reds: frozenset[str]
    groups: int

    @property
    def strength(self) -> tuple[int, int]:
        """How many RED signals, then how many groups: the order of the list that people see."""
        return len(self.reds), self.groups


def calls(flags: Sequence[Stood]) -> list[Call]:
    """The days on which something new asked for a review of the child, oldest first."""
    return [call for day in sorted({flag.on for flag in flags}) if (call := call_on(flags, day))]


def call_on(flags: Iterable[Stood], day: date) -> Call | None:
    """What the flags raised on `day` ask for, with those that stood already; None where they ask for nothing new."""
    weighing = [flag for flag in flags if flag.severity != "INFO" and flag.weighs(day)]
    raised = {Raised(flag.severity, flag.group, flag.on): flag for flag in weighing}
    review = review_of(raised)
    if review is None or review.since != day:
        return None
    because = {(one.severity, one.group, one.on) for one in review.because}
    behind = [flag for flag in weighing if (flag.severity, flag.group, flag.on) in because]
    return Call(
        on=day,
        level=review.level,
        signals=tuple(dict.fromkeys(flag.signal for flag in sorted(behind, key=lambda one: (one.on, one.signal)))),
        reds=frozenset(flag.signal for flag in weighing if flag.severity == "RED"),
        groups=groups_of(list(raised)),
    )


def alerts(days: Iterable[Call], *, quiet_days: int = QUIET_DAYS) -> list[Call]:
    """The calls that reach a reviewer, from all of one child's calls in order of time."""
    kept: list[Call] = []
    known: frozenset[str] = frozenset()
    for call in days:
        quiet = bool(kept) and (call.on - kept[-1].on).days < quiet_days
        if quiet and call.reds <= known:
            continue
        known = known | call.reds if quiet else call.reds
        kept.append(call)
    return kept
