"""Who stands in which row: every parent above their child, partners and siblings beside each other, as far as can be."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from safeguard.concerns.genogram.facts import DESCENTS, TOGETHER, Descent, Family, Member

Links = dict[uuid.UUID, dict[uuid.UUID, int]]


@dataclass(frozen=True, slots=True)
class Rows:
    """`row` of each member, from 0 at the top; `kept` descents run downwards, `contradicted` ones cannot."""

    row: dict[uuid.UUID, int]
    kept: tuple[Descent, ...]
    contradicted: tuple[Descent, ...]


def rows_of(family: Family) -> Rows:
    """Place every member in a row. A circle of parents is cut where it is least likely; what was cut is told."""
    members = {one.id: one for one in family.members}
    kept, contradicted = _without_circles(family, members)
    groups = _Groups(members, kept)
    for one, other in _side_by_side(family, kept):
        groups.join(one, other)
    level = groups.levels()
    _align(groups, level, family)
    used = sorted(set(level.values()))
    return Rows({key: used.index(level[groups.of(key)]) for key in members}, tuple(kept), tuple(contradicted))


def _without_circles(family: Family, members: dict[uuid.UUID, Member]) -> tuple[list[Descent], list[Descent]]:
    """The descents that can be drawn downwards together, the closest and most plausible first; and the others."""
    kept: list[Descent] = []
    contradicted: list[Descent] = []
    below: Links = defaultdict(dict)

    def likelier(one: Descent) -> tuple[int, int, str, str]:
        return _doubt(one, members), DESCENTS.index(one.kind), str(one.upper), str(one.lower)

    for one in sorted(set(family.descents), key=likelier):
        if one.upper not in members or one.lower not in members or one.upper == one.lower:
            continue
        if one.upper in _reached(below, one.lower):
            contradicted.append(one)
        else:
            kept.append(one)
            below[one.upper][one.lower] = max(one.rise, below[one.upper].get(one.lower, 0))
    return kept, contradicted


def _doubt(one: Descent, members: dict[uuid.UUID, Member]) -> int:
    upper, lower = members.get(one.upper), members.get(one.lower)
    if upper is None or lower is None or upper.born is None or lower.born is None:
        return 1
    return 0 if upper.born < lower.born else 2


def _reached(below: Links, start: uuid.UUID) -> set[uuid.UUID]:
    """`start` and everybody below them."""
    found, edge = {start}, [start]
    while edge:
        for key in below.get(edge.pop(), ()):
            if key not in found:
                found.add(key)
                edge.append(key)
    return found


def _side_by_side(family: Family, kept: Iterable[Descent]) -> Iterable[tuple[uuid.UUID, uuid.UUID]]:
    """Pairs that belong in one row, the surest first."""
    yield from ((one.one, one.other) for one in family.couples)
    parents: dict[tuple[uuid.UUID, str], list[uuid.UUID]] = defaultdict(list)
    children: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for one in kept:
        if one.kind in TOGETHER:
            parents[one.lower, one.kind].append(one.upper)
            children[one.upper].append(one.lower)
    for pairs in (parents.values(), children.values()):
        for group in pairs:
            yield from combinations(group, 2)
    yield from ((one.one, one.other) for one in family.peers)


class _Groups:
    """Members who share a row, and which groups stand above which."""

    def __init__(self, members: Iterable[uuid.UUID], kept: Iterable[Descent]) -> None:
        self._of = {key: key for key in members}
        self.below: Links = {key: {} for key in self._of}
        for one in kept:
            self.below[one.upper][one.lower] = max(one.rise, self.below[one.upper].get(one.lower, 0))

    def of(self, key: uuid.UUID) -> uuid.UUID:
        return self._of[key]

    def join(self, one: uuid.UUID, other: uuid.UUID) -> None:
        """Put two groups in one row, unless one of them stands above the other."""
        if one not in self._of or other not in self._of:
            return
        one, other = self._of[one], self._of[other]
        if one == other or other in _reached(self.below, one) or one in _reached(self.below, other):
            return
        self._of = {key: one if group == other else group for key, group in self._of.items()}
        for key, rise in self.below.pop(other).items():
            self.below[one][key] = max(rise, self.below[one].get(key, 0))
        for links in self.below.values():
            if other in links:
                links[one] = max(links.pop(other), links.get(one, 0))

    def levels(self) -> dict[uuid.UUID, int]:
        """A level for each group: as high as its parents let it, then as low as its children do."""
        order = self._downwards()
        level = dict.fromkeys(order, 0)
        for key in order:
            for lower, rise in self.below[key].items():
                level[lower] = max(level[lower], level[key] + rise)
        for key in reversed(order):
            if self.below[key]:
                level[key] = max(level[key], min(level[lower] - rise for lower, rise in self.below[key].items()))
        return level

    def _downwards(self) -> list[uuid.UUID]:
        waiting = dict.fromkeys(self.below, 0)
        for links in self.below.values():
            for lower in links:
                waiting[lower] += 1
        ready = [key for key, count in waiting.items() if count == 0]
        order = []
        while ready:
            key = ready.pop(0)
            order.append(key)
            for lower in self.below[key]:
                waiting[lower] -= 1
                if waiting[lower] == 0:
                    ready.append(lower)
        return order

    def parts(self) -> list[set[uuid.UUID]]:
        """The groups in parts that nothing joins."""
        near: dict[uuid.UUID, set[uuid.UUID]] = {key: set(links) for key, links in self.below.items()}
        for key, links in self.below.items():
            for lower in links:
                near[lower].add(key)
        found: list[set[uuid.UUID]] = []
        left = dict.fromkeys(self.below)
        while left:
            part, edge = set(), [next(iter(left))]
            while edge:
                key = edge.pop()
                if key not in part:
                    part.add(key)
                    edge.extend(near[key])
            found.append(part)
            left = {key: None for key in left if key not in part}
        return found


def _align(groups: _Groups, level: dict[uuid.UUID, int], family: Family) -> None:
    """Move what nothing joins to the rest so that children stand beside the children in focus, and adults beside adults."""
    focus = next((one for one in family.members if one.focus), family.members[0] if family.members else None)
    if focus is None:
        return
    stands = level[groups.of(focus.id)]
    children_at, adults_at = (stands + 1, stands) if focus.adult else (stands, stands - 1)
    for part in groups.parts():
        if groups.of(focus.id) in part:
            continue
        theirs = [one for one in family.members if groups.of(one.id) in part]
        guide = next((one for one in theirs if not one.adult), theirs[0])
        shift = (adults_at if guide.adult else children_at) - level[groups.of(guide.id)]
        for key in part:
            level[key] += shift
