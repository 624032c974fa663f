"""Who stands beside whom: partners next to each other, brothers and sisters together from the eldest, homes unbroken."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

from safeguard.concerns.genogram.facts import Family
from safeguard.concerns.genogram.rows import Rows
from safeguard.concerns.genogram.unions import Unions

Row = list[uuid.UUID]
_SWEEPS = 3
# A longer stretch is not moved as one: no row of a family needs it, and it would take long.
_STRETCH = 4


def orders_of(family: Family, rows: Rows, unions: Unions) -> list[Row]:
    """The members of each row from left to right."""
    said = {one.id: place for place, one in enumerate(family.members)}
    born = {one.id: one.born.isoformat() if one.born else "9" for one in family.members}
    orders: list[Row] = [[] for _row in range(max(rows.row.values(), default=-1) + 1)]
    for key in sorted(rows.row, key=lambda key: (rows.row[key], born[key], said[key])):
        orders[rows.row[key]].append(key)
    cost = _Cost(family, rows, unions)
    for sweep in range(_SWEEPS):
        numbers = range(len(orders)) if sweep % 2 == 0 else range(len(orders) - 1, -1, -1)
        for number in numbers:
            orders[number] = _improved(orders[number], partial(cost.of, number=number, orders=orders))
    return orders


def _improved(row: Row, cost: Callable[[Row], float]) -> Row:
    """The row after moving members and short stretches of them for as long as that helps."""
    best = cost(row)
    while True:
        choice = None
        for start in range(len(row)):
            for length in range(1, min(_STRETCH, len(row) - start) + 1):
                stretch, rest = row[start : start + length], row[:start] + row[start + length :]
                for place in range(len(rest) + 1):
                    for turned in (stretch, stretch[::-1])[: 1 if length == 1 else 2]:
                        tried = rest[:place] + turned + rest[place:]
                        price = cost(tried)
                        if price < best - 1e-9:
                            best, choice = price, tried
        if choice is None:
            return row
        row = choice


class _Cost:
    """How far a row is from what a reader expects; 0 is perfect."""

    def __init__(self, family: Family, rows: Rows, unions: Unions) -> None:
        self._row = rows.row
        shape = {one.id: one.shape for one in family.members}
        born = {one.id: one.born.isoformat() if one.born else "9" for one in family.members}
        self._couples: dict[int, list[tuple[uuid.UUID, uuid.UUID, float, float]]] = {}
        for pair, status in unions.couples.items():
            left, right = pair[::-1] if (shape[pair[0]], shape[pair[1]]) == ("circle", "square") else pair
            lean = 0.4 if {shape[left], shape[right]} == {"square", "circle"} else 0.0
            self._couples.setdefault(rows.row[left], []).append((left, right, 8.0 if status == "ended" else 10.0, lean))
        self._groups: dict[int, list[tuple[Row, float, bool]]] = {}
        for ship in unions.sibships:
            children = [key for key, _kind in ship.children]
            self._group(children, 1.0 if ship.loose else 6.0, ordered=not ship.loose)
            for twins in ship.twins:
                self._group(list(twins), 8.0)
        for bracket in unions.brackets:
            eldest_first = [one.id for one in sorted(family.members, key=lambda one: born[one.id]) if one.id in bracket.members]
            self._group(eldest_first, 5.0 if bracket.kind == "sibling" else 1.0, ordered=bracket.kind == "sibling")
        for home in family.homes:
            self._group([key for key in home.members if key in rows.row], 3.0)
        self._falls = [
            (ship.parents, [key for key, _kind in ship.children], 0.2 if ship.loose else 0.6) for ship in unions.sibships
        ] + [((tie.one,), [tie.other], 0.2) for tie in unions.ties]

    def _group(self, members: Row, weight: float, *, ordered: bool = False) -> None:
        for number in {self._row[key] for key in members}:
            here = [key for key in members if self._row[key] == number]
            if len(here) > 1:
                self._groups.setdefault(number, []).append((here, weight, ordered))

    def of(self, row: Row, number: int, orders: Sequence[Row]) -> float:
        """The cost of `row` as row `number`, between the others as they stand."""
        place = {key: index for index, key in enumerate(row)}
        total = 0.0
        for left, right, weight, lean in self._couples.get(number, ()):
            gap = place[right] - place[left]
            total += weight * (abs(gap) - 1) + (lean if gap < 0 else 0.0)
        for members, weight, ordered in self._groups.get(number, ()):
            found = [place[key] for key in members]
            total += weight * (max(found) - min(found) + 1 - len(found))
            if ordered:
                total += sum(0.6 for one, other in pairwise(found) if one > other)
        return total + self._slant(place, number, orders)

    def _slant(self, place: dict[uuid.UUID, int], number: int, orders: Sequence[Row]) -> float:
        """How far children stand from below their parents, with every row centred; squared, so that lines do not cross."""

        def across(keys: Sequence[uuid.UUID]) -> float:
            return sum(self._across(key, place, number, orders) for key in keys) / len(keys)

        return sum(
            weight * (across(parents) - across(children)) ** 2
            for parents, children, weight in self._falls
            if number in {self._row[key] for key in (*parents, *children)}
        )

    def _across(self, key: uuid.UUID, place: dict[uuid.UUID, int], number: int, orders: Sequence[Row]) -> float:
        if self._row[key] == number:
            return place[key] - (len(place) - 1) / 2
        row = orders[self._row[key]]
        return row.index(key) - (len(row) - 1) / 2
