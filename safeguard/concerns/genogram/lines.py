"""The ways of the lines: across only between rows, down only between people, so that no line runs through a name."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from safeguard.concerns.genogram.rows import Rows
from safeguard.concerns.genogram.unions import Sibship, Tie, Unions

_SLOT = 14
# Two lines nearer than this would look like one.
_CLEAR = 8
# One end of a line: a distance from the left, and a lane of the gap above a row, or a person's foot or head.
Point = tuple[int, object]


@dataclass(slots=True)
class Lane:
    """A stretch across the gap above row `gap`; `number` counts lanes from the top.

    `under` must run higher; with `last` it runs below all that it meets, so that a bracket hangs from nobody.
    """

    gap: int
    xs: list[int]
    under: Lane | None = None
    last: bool = False
    number: int = 0

    @property
    def span(self) -> tuple[int, int]:
        return min(self.xs), max(self.xs)


@dataclass(frozen=True, slots=True)
class Foot:
    """Below the words of a person."""

    key: uuid.UUID


@dataclass(frozen=True, slots=True)
class Head:
    """The upper edge of a person's symbol."""

    key: uuid.UUID


@dataclass(frozen=True, slots=True)
class Way:
    """A line through points, of a kind that says how it is drawn."""

    kind: str
    points: tuple[Point, ...]


@dataclass(slots=True)
class Ways:
    """All lines, and how many lanes each gap needs (the gap above row 0 first, the one below the last row last)."""

    ways: list[Way] = field(default_factory=list)
    lanes: list[int] = field(default_factory=list)


def ways_of(
    orders: Sequence[Sequence[uuid.UUID]], across: Mapping[uuid.UUID, int], rows: Rows, unions: Unions, step: int
) -> Ways:
    """Find a way for every line of the genogram. `step` is how far neighbours stand apart at the least."""
    router = _Router(orders, across, rows.row, unions, step)
    for pair, status in unions.couples.items():
        router.couple(pair, status)
    for ship in unions.sibships:
        router.sibship(ship)
    for bracket in unions.brackets:
        router.bracket(bracket.members, bracket.kind)
    for tie in unions.ties:
        router.tie(tie)
    return Ways(router.ways, router.numbered())


class _Router:
    def __init__(
        self,
        orders: Sequence[Sequence[uuid.UUID]],
        across: Mapping[uuid.UUID, int],
        row: Mapping[uuid.UUID, int],
        unions: Unions,
        step: int,
    ) -> None:
        self.orders, self.across, self.row, self.step = orders, across, row, step
        self.sibships = unions.sibships
        self.ways: list[Way] = []
        self._lanes: list[Lane] = []
        self._bars: dict[frozenset[uuid.UUID], Lane] = {}
        self._feet, self._heads = _slots(across, row, unions)
        # What already goes down through each gap.
        self._down: dict[int, list[int]] = defaultdict(list)
        for (key, _line), x in self._feet.items():
            self._down[row[key] + 1].append(x)
        for (key, _line), x in self._heads.items():
            self._down[row[key]].append(x)

    def couple(self, pair: tuple[uuid.UUID, uuid.UUID], status: str) -> None:
        xs = [self._feet[key, pair] for key in pair]
        lane = self._lane(self.row[pair[0]] + 1, xs)
        self._bars[frozenset(pair)] = lane
        self.ways.append(Way(status, ((xs[0], Foot(pair[0])), (xs[0], lane), (xs[1], lane), (xs[1], Foot(pair[1])))))

    def sibship(self, ship: Sibship) -> None:
        gap = self.row[ship.parents[0]] + 1
        bar = self._bars.get(frozenset(ship.parents)) if len(ship.parents) == 2 else None
        if bar is not None:
            start: Point = (self._middle(bar, ship), bar)
        else:
            start = (self._feet[ship.parents[0], ship], Foot(ship.parents[0]))
        lane = self._lane(gap, [start[0]], under=bar)
        # Nobody who cares for a child looks like a parent from above.
        kind = "kin" if ship.loose else ship.children[0][1]
        self.ways.append(Way(kind, (start, (start[0], lane))))
        together = {key: group for group in ship.twins for key in group}
        for key, said in ship.children:
            x = self._heads[key, ship]
            if key in together and self.row[key] == gap:
                heads = [self._heads[twin, ship] for twin in together[key]]
                meet = sum(heads) // len(heads)
                lane.xs.append(meet)
                self.ways.append(Way(said, ((meet, lane), (x, Head(key)))))
            else:
                self.ways.append(Way(said, self._descent(lane, gap, key, x)))
        if lane.span[0] != lane.span[1]:
            self.ways.append(Way(kind, ((lane.span[0], lane), (lane.span[1], lane))))

    def bracket(self, members: Sequence[uuid.UUID], kind: str) -> None:
        heads = [(key, self._heads[key, (members, kind)]) for key in members]
        lane = self._lane(self.row[members[0]], [x for _key, x in heads])
        lane.last = True
        self.ways += [Way(kind, ((x, lane), (x, Head(key)))) for key, x in heads]
        self.ways.append(Way(kind, ((lane.span[0], lane), (lane.span[1], lane))))

    def tie(self, tie: Tie) -> None:
        upper, lower = (tie.one, tie.other) if self.row[tie.one] <= self.row[tie.other] else (tie.other, tie.one)
        x = self._heads[lower, tie]
        if self.row[upper] == self.row[lower]:
            start = self._heads[upper, tie]
            lane = self._lane(self.row[upper], [start, x])
            self.ways.append(Way(tie.kind, ((start, Head(upper)), (start, lane), (x, lane), (x, Head(lower)))))
            return
        gap, start = self.row[upper] + 1, self._feet[upper, tie]
        lane = self._lane(gap, [start])
        self.ways.append(Way(tie.kind, ((start, Foot(upper)), (start, lane), *self._descent(lane, gap, lower, x))))

    def _descent(self, lane: Lane, gap: int, key: uuid.UUID, x: int) -> tuple[Point, ...]:
        """From a lane down to somebody's head, between the people of any rows on the way."""
        points: list[Point] = []
        for number in range(gap, self.row[key]):
            beside = self._between(number, x)
            lane.xs.append(beside)
            points.append((beside, lane))
            lane = self._lane(number + 1, [beside])
            points.append((beside, lane))
        lane.xs.append(x)
        return (*points, (x, lane), (x, Head(key)))

    def _between(self, number: int, x: int) -> int:
        """The nearest free place to go down between the people of a row."""
        stand = sorted(self.across[key] for key in self.orders[number])
        doors = [(one + other) // 2 for one, other in pairwise([stand[0] - self.step, *stand, stand[-1] + self.step])]
        door = min(doors, key=lambda door: (abs(door - x), door))
        used = [*self._down[number], *self._down[number + 1]]
        chosen = next(
            (door + shift for shift in (0, -_CLEAR, _CLEAR) if all(abs(door + shift - other) >= _CLEAR for other in used)), door
        )
        self._down[number].append(chosen)
        self._down[number + 1].append(chosen)
        return chosen

    def _middle(self, bar: Lane, ship: Sibship) -> int:
        """Where the children of a couple hang from its line: the middle, or just beside it where another line comes down."""
        low, high = bar.span
        wish = (low + high) // 2 + self._aside(ship)
        used = self._down[bar.gap]
        own = {self._heads[key, ship] for key, _kind in ship.children}
        places = sorted(range(low + _CLEAR, high - _CLEAR + 1), key=lambda x: (abs(x - wish), x))
        found = next((x for x in places if all(abs(x - other) >= _CLEAR or (x == other and x in own) for other in used)), wish)
        used.append(found)
        return found

    def _aside(self, ship: Sibship) -> int:
        """How far from the middle of its couple's line a sibship hangs, where the couple has several: in the order of the children."""
        same = sorted((one for one in self.sibships if one.parents == ship.parents), key=lambda one: (self._stands(one), str(one.children)))
        return round((same.index(ship) - (len(same) - 1) / 2) * 2 * _CLEAR)

    def _stands(self, ship: Sibship) -> float:
        return sum(self.across[key] for key, _kind in ship.children) / len(ship.children)

    def _lane(self, gap: int, xs: Iterable[int], *, under: Lane | None = None) -> Lane:
        lane = Lane(gap, list(xs), under)
        self._lanes.append(lane)
        return lane

    def numbered(self) -> list[int]:
        """Give every lane its number, the shortest on top, so that none covers another; return how many each gap has."""
        counts = [0] * (len(self.orders) + 1)
        taken: dict[int, list[Lane]] = defaultdict(list)
        bars = set(map(id, self._bars.values()))
        for lane in sorted(self._lanes, key=lambda lane: (lane.last, id(lane) not in bars, lane.span[1] - lane.span[0], lane.span)):
            met = [other.number for other in taken[lane.gap] if _meet(lane, other)]
            lane.number = lane.under.number + 1 if lane.under else max(met, default=-1) + 1 if lane.last else 0
            if lane.span[0] != lane.span[1] or id(lane) in bars:
                while lane.number in met:
                    lane.number += 1
                taken[lane.gap].append(lane)
            counts[lane.gap] = max(counts[lane.gap], lane.number + 1)
        return counts


def _meet(one: Lane, other: Lane) -> bool:
    return one.span[0] <= other.span[1] + _CLEAR and other.span[0] <= one.span[1] + _CLEAR


def _slots(
    across: Mapping[uuid.UUID, int], row: Mapping[uuid.UUID, int], unions: Unions
) -> tuple[dict[tuple[uuid.UUID, object], int], dict[tuple[uuid.UUID, object], int]]:
    """Where each line leaves or reaches a person, side by side in the order in which they part."""
    feet: dict[uuid.UUID, list[tuple[float, str, object]]] = defaultdict(list)
    heads: dict[uuid.UUID, list[tuple[float, str, object]]] = defaultdict(list)

    def note(ends: dict[uuid.UUID, list[tuple[float, str, object]]], key: uuid.UUID, line: object, towards: Sequence[uuid.UUID]) -> None:
        ends[key].append((sum(across[one] for one in towards) / len(towards), str(line), line))

    for pair in unions.couples:
        note(feet, pair[0], pair, pair[1:])
        note(feet, pair[1], pair, pair[:1])
    for ship in unions.sibships:
        if len(ship.parents) == 1:
            note(feet, ship.parents[0], ship, [key for key, _kind in ship.children])
        for key, _kind in ship.children:
            note(heads, key, ship, ship.parents)
    for bracket in unions.brackets:
        for key in bracket.members:
            note(heads, key, (bracket.members, bracket.kind), bracket.members)
    for tie in unions.ties:
        upper, lower = (tie.one, tie.other) if row[tie.one] <= row[tie.other] else (tie.other, tie.one)
        note(heads if row[upper] == row[lower] else feet, upper, tie, [lower])
        note(heads, lower, tie, [upper])
    return _spread(feet, across, lambda count: min(_SLOT, 120 // count)), _spread(heads, across, lambda count: min(_SLOT, 36 // count))


def _spread(
    ends: Mapping[uuid.UUID, list[tuple[float, str, object]]], across: Mapping[uuid.UUID, int], width: Callable[[int], int]
) -> dict[tuple[uuid.UUID, object], int]:
    return {
        (key, line): across[key] + round((place - (len(found) - 1) / 2) * width(len(found)))
        for key, found in ends.items()
        for place, (_towards, _words, line) in enumerate(sorted(found, key=lambda end: end[:2]))
    }
