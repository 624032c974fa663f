"""What a trial comes to: flags and reviews a week under both policies, reviewer hours, and where the load falls. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safeguard.risk.age_band import AGE_BANDS


@dataclass(frozen=True, slots=True)
class Load:
    """A count over the whole period under the policy in force (`now`) and under the draft."""

    now: int
    draft: int


@dataclass(frozen=True, slots=True)
class SignalLoad:
    """One signal: its flags under both policies, and how many children only one of the two flags."""

    signal: str
    load: Load
    appear: int
    vanish: int


@dataclass(frozen=True, slots=True)
class Example:
    """A flag that only one of the policies raises for a child; `on` (ISO date) is the day it is first raised."""

    child: str
    signal: str
    severity: str
    on: str


@dataclass(frozen=True, slots=True)
class TrialSummary:
    """`reviews` are children newly at review level, one a child in 28 days unless a new Red appears.

    In the splits a child whom several agencies were worried about, or for several kinds of concern, counts under each. Ages
    come youngest first, the other splits with most reviews first.
    """

    red: Load
    amber: Load
    reviews: Load
    children: Load
    signals: Sequence[SignalLoad]
    by_age: Mapping[str | None, Load]
    by_outward: Mapping[str | None, Load]
    by_agency: Mapping[str | None, Load]
    by_kind: Mapping[str | None, Load]
    appear: Sequence[Example]
    vanish: Sequence[Example]


@dataclass(frozen=True, slots=True)
class _Side:
    """What one policy would have raised for one child: signal, severity and day of each flag; the day of each review."""

    flags: Sequence[tuple[str, str, str]]
    reviews: int

    @property
    def signals(self) -> set[str]:
        return {signal for signal, _severity, _on in self.flags}


@dataclass(frozen=True, slots=True)
class _Child:
    id: str
    found: Mapping[str, Any]
    now: _Side
    draft: _Side


def summary_of(results: Iterable[tuple[str, Mapping[str, Any]]]) -> TrialSummary:
    """Sum up a trial from each child's id and what was kept of them (`policy_trial`)."""
    children = [_Child(child, found, _side(found, "now"), _side(found, "draft")) for child, found in results]
    return TrialSummary(
        red=_flags(children, "RED"),
        amber=_flags(children, "AMBER"),
        reviews=Load(sum(one.now.reviews for one in children), sum(one.draft.reviews for one in children)),
        children=Load(sum(one.now.reviews > 0 for one in children), sum(one.draft.reviews > 0 for one in children)),
        signals=_signals(children),
        by_age=_youngest_first(_split(children, lambda found: [found.get("band")])),
        by_outward=_split(children, lambda found: [found.get("outward")]),
        by_agency=_split(children, lambda found: found.get("agencies") or [None]),
        by_kind=_split(children, lambda found: found.get("kinds") or [None]),
        appear=[one for child in children for one in _only(child, child.draft, child.now)],
        vanish=[one for child in children for one in _only(child, child.now, child.draft)],
    )


def hours_a_week(reviews: int, minutes: int, weeks: int) -> float:
    """Reviewer hours a week, where one review takes so many minutes."""
    return reviews * minutes / 60 / weeks


def _side(found: Mapping[str, Any], name: str) -> _Side:
    told = found.get(name) or {"flags": [], "alerts": []}
    return _Side([(signal, severity, on) for signal, severity, on in told["flags"]], len(told["alerts"]))


def _flags(children: Sequence[_Child], severity: str) -> Load:
    now, draft = (
        sum(told == severity for side in sides for _signal, told, _on in side.flags)
        for sides in ([one.now for one in children], [one.draft for one in children])
    )
    return Load(now, draft)


def _signals(children: Sequence[_Child]) -> list[SignalLoad]:
    now = Counter(signal for one in children for signal, _severity, _on in one.now.flags)
    draft = Counter(signal for one in children for signal, _severity, _on in one.draft.flags)
    appear = Counter(signal for one in children for signal in one.draft.signals - one.now.signals)
    vanish = Counter(signal for one in children for signal in one.now.signals - one.draft.signals)
    return [
        SignalLoad(signal, Load(now[signal], draft[signal]), appear[signal], vanish[signal])
        for signal in sorted({*now, *draft})
    ]


def _split(
    children: Sequence[_Child], keys_of: Callable[[Mapping[str, Any]], Sequence[str | None]]
) -> dict[str | None, Load]:
    """Reviews by some part of what is kept of each child, most first; None where it is not known."""
    now: Counter[str | None] = Counter()
    draft: Counter[str | None] = Counter()
    for child in children:
        for key in keys_of(child.found):
            now[key] += child.now.reviews
            draft[key] += child.draft.reviews
    keys = sorted({*now, *draft}, key=lambda key: (-max(now[key], draft[key]), key is None, key or ""))
    return {key: Load(now[key], draft[key]) for key in keys if now[key] or draft[key]}


def _youngest_first(loads: Mapping[str | None, Load]) -> dict[str | None, Load]:
    order = {band: place for place, band in enumerate(AGE_BANDS)}
    return dict(sorted(loads.items(), key=lambda item: order.get(item[0] or "", len(order))))


def _only(child: _Child, has: _Side, lacks: _Side) -> list[Example]:
    """The first flag of each signal that one side has and the other has not."""
    first: dict[str, Example] = {}
    for signal, severity, on in sorted(has.flags, key=lambda flag: flag[2]):
        if signal not in lacks.signals:
            first.setdefault(signal, Example(child.id, signal, severity, on))
    return list(first.values())
