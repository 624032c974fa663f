"""Alerts a week: of a policy at each strength, of plain counting at each number of contacts, and which fit a budget. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from safeguard.ops.replay.comparators import counted
from safeguard.risk.alerts import QUIET_DAYS, Call, Stood, alerts, calls
from safeguard.risk.hindsight.walk import Period, Walked
from safeguard.risk.review_level import Raised, review_of

BUDGETS = (2.0, 3.0, 6.0)
PER_CHILDREN = 60_000
MOST_CONTACTS = 30
Strength = tuple[int, int]


@dataclass(slots=True)
class Tally:
    """What is kept of a population while its families pass by: the flags and the contacts of those who have any."""

    period: Period
    children: int
    flags: list[tuple[Stood, ...]] = field(default_factory=list)
    families: list[int] = field(default_factory=list)
    contacts: list[tuple[date, ...]] = field(default_factory=list)
    working: int = 0
    met: int = 0

    def add(self, walked: Iterable[Walked]) -> None:
        """Take in one family; `families` says of each entry of `flags` which family it is of."""
        self.met += 1
        for one in walked:
            self.working += one.working
            if one.flags:
                self.flags.append(one.flags)
                self.families.append(self.met)
            if len(one.contacts) > 1:
                self.contacts.append(one.contacts)

    @property
    def weeks(self) -> float:
        return ((self.period.last - self.period.first).days + 1) / 7

    def a_week(self, count: int) -> float:
        """`count` alerts of the period, as alerts a week for 60,000 children."""
        return count / self.weeks * PER_CHILDREN / self.children if self.children else 0.0

    def counts(self, day: date) -> bool:
        return self.period.first <= day <= self.period.last


@dataclass(frozen=True, slots=True)
class Step:
    """A threshold and the load it makes: alerts a week for 60,000 children."""

    at: Strength | int
    load: float


def ladder(tally: Tally, without: Collection[str] = ()) -> list[Step]:
    """The load of the policy at every strength of call that occurs, weakest first."""
    calls_of = [found for flags in tally.flags if (found := _calls(flags, without))]
    strengths = sorted({call.strength for found in calls_of for call in found})
    return [Step(cut, tally.a_week(sum(_alerts(tally, found, cut) for found in calls_of))) for cut in strengths]


def family_alerts(tally: Tally) -> int:
    """The alerts of the period where brothers and sisters who come to review on one day are looked at together, as one."""
    looks = {
        (family, alert.on)
        for family, flags in zip(tally.families, tally.flags, strict=True)
        for alert in alerts(calls(flags))
        if tally.counts(alert.on)
    }
    return len(looks)


def raised(tally: Tally) -> tuple[Counter[str], Counter[str]]:
    """The alerts of the period by level, and by each signal behind them."""
    levels: Counter[str] = Counter()
    signals: Counter[str] = Counter()
    for flags in tally.flags:
        for alert in alerts(calls(flags)):
            if tally.counts(alert.on):
                levels[str(alert.level)] += 1
                signals.update(alert.signals)
    return levels, signals


def contact_ladder(tally: Tally) -> list[Step]:
    """The load of plain counting, for each number of contacts within twelve months from two."""
    steps = []
    for at_least in range(2, MOST_CONTACTS + 1):
        count = sum(
            tally.counts(day) for contacts in tally.contacts for day in spaced(counted(contacts, at_least))
        )  # fmt: skip
        steps.append(Step(at_least, tally.a_week(count)))
    return steps


def spaced(days: Sequence[date]) -> list[date]:
    """The first of `days`, and each one 28 days or more after the last that was kept."""
    kept: list[date] = []
    for day in days:
        if not kept or (day - kept[-1]).days >= QUIET_DAYS:
            kept.append(day)
    return kept


def fitting(steps: Sequence[Step], budget: float) -> Step | None:
    """The lowest threshold whose load is within the budget; None where even the highest one is not."""
    return next((step for step in steps if step.load <= budget), None)


def at_strength(found: Iterable[Call], cut: Strength) -> list[Call]:
    """The calls that are at least so strong."""
    return [call for call in found if call.strength >= cut]


def at_review_level(tally: Tally) -> int:
    """How many children are at review level at the end of the period."""
    level = (
        review_of([Raised(flag.severity, flag.group, flag.on) for flag in flags if flag.weighs(tally.period.last)])
        for flags in tally.flags
    )
    return sum(one is not None for one in level)


def _calls(flags: Sequence[Stood], without: Collection[str]) -> list[Call]:
    return calls([flag for flag in flags if flag.signal not in without])


def _alerts(tally: Tally, found: Sequence[Call], cut: Strength) -> int:
    return sum(tally.counts(alert.on) for alert in alerts(at_strength(found, cut)))
