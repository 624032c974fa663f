"""A family as shapes and lines: the genogram in the units of its own viewBox, and nothing but plain data."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from safeguard.concerns.figure import Stroke
from safeguard.concerns.genogram.across import across_of
from safeguard.concerns.genogram.facts import Descent, Family
from safeguard.concerns.genogram.frame import BETWEEN, HEAD, LANE, MARGIN, SYMBOL, Cell, heights_of, lane_y, tops_of, width_for, words_of
from safeguard.concerns.genogram.homes import Boundary, boundaries_of
from safeguard.concerns.genogram.lines import Foot, Head, Lane, Point, Ways, ways_of
from safeguard.concerns.genogram.order import orders_of
from safeguard.concerns.genogram.rows import rows_of
from safeguard.concerns.genogram.unions import unions_of


@dataclass(frozen=True, slots=True)
class Symbol:
    """One person in their place: `x` is the middle, `y` the top of the symbol; `bottom` is below the words."""

    id: uuid.UUID
    x: int
    y: int
    bottom: int
    shape: str
    age: str
    focus: bool
    deceased: bool
    title: tuple[str, ...]
    note: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Genogram:
    """The picture. `symbols` are the people from the top left, `strokes` what joins them, `homes` who lives together.

    `contradicted` are descents that cannot be so together with the others, drawn as disputed.
    """

    width: int
    height: int
    symbols: tuple[Symbol, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    homes: tuple[Boundary, ...] = ()
    contradicted: tuple[Descent, ...] = ()


def genogram_of(family: Family) -> Genogram:
    """Draw a family. The same facts give the same picture; facts that contradict each other never fail."""
    if not family.members:
        return Genogram(2 * MARGIN, 2 * MARGIN)
    rows = rows_of(family)
    unions = unions_of(family, rows)
    orders = orders_of(family, rows, unions)
    width = width_for(family.members, orders)
    across = across_of(orders, unions, width + BETWEEN)
    ways = ways_of(orders, across, rows, unions, width + BETWEEN)
    members = {one.id: one for one in family.members}
    words = {key: words_of(one, width) for key, one in members.items()}
    heights = heights_of(orders, words)
    tops = tops_of(heights, ways.lanes)
    cells = {
        key: Cell(
            members[key], across[key], width, tops[number], tops[number] + HEAD + SYMBOL + words[key].height + 4,
            words[key].title, words[key].note,
        )
        for number, row in enumerate(orders)
        for key in row
    }
    strokes = _strokes(ways, cells, tops)
    homes = boundaries_of(family.homes, orders, cells)
    return _fitted(cells, strokes, homes, tops[-1] + heights[-1] + MARGIN // 2, rows.contradicted)


def _strokes(ways: Ways, cells: Mapping[uuid.UUID, Cell], tops: list[int]) -> list[tuple[str, list[tuple[int, int]]]]:
    def height(point: Point) -> int:
        x, end = point
        if isinstance(end, Lane):
            return lane_y(tops[end.gap], end.number, ways.lanes[end.gap]) if end.gap < len(tops) else _below(cells, tops, end)
        if isinstance(end, Head):
            return cells[end.key].top_at(x)
        assert isinstance(end, Foot)
        return cells[end.key].bottom

    return [(way.kind, [(point[0], height(point)) for point in way.points]) for way in ways.ways]


def _below(cells: Mapping[uuid.UUID, Cell], tops: list[int], lane: Lane) -> int:
    """A lane under the last row, for couples without children."""
    last = max(cell.bottom for cell in cells.values() if cell.top == tops[-1])
    return last + 12 + lane.number * LANE


def _fitted(
    cells: Mapping[uuid.UUID, Cell],
    strokes: list[tuple[str, list[tuple[int, int]]]],
    homes: tuple[Boundary, ...],
    height: int,
    contradicted: tuple[Descent, ...],
) -> Genogram:
    """The picture with the room that its lines need on every side."""
    xs = [x for _kind, points in strokes for x, _y in points] + [x for home in homes for x, _y in home.points]
    xs += [cell.left for cell in cells.values()] + [cell.right for cell in cells.values()]
    shift = MARGIN // 2 - min(xs)
    low = max([height, *(y + MARGIN // 2 for _kind, points in strokes for _x, y in points)])
    return Genogram(
        max(xs) + shift + MARGIN // 2,
        low,
        tuple(_symbol(cell, shift) for cell in cells.values()),
        tuple(Stroke("M" + " L".join(f"{x + shift} {y}" for x, y in points), kind) for kind, points in strokes),
        tuple(Boundary(home.letter, tuple((x + shift, y) for x, y in home.points), home.x + shift, home.y) for home in homes),
        contradicted,
    )


def _symbol(cell: Cell, shift: int) -> Symbol:
    one = cell.member
    return Symbol(
        one.id, cell.x + shift, cell.symbol_top, cell.bottom, one.shape, one.age, one.focus, one.deceased, cell.title, cell.note
    )
