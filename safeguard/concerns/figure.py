"""Where the boxes and lines of the graph picture go: adults above, children below them, then places and agencies."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from safeguard.concerns.figure_text import lines_of

BOX_WIDTH = 196
LINE_HEIGHT = 19
_GAP = 22
_ROW_GAP = 64
_MARGIN = 14
# So many fit the width of a page; where there are more, the rows are about as long as each other.
_A_ROW = 4
# The box within its edges, in parts of the font size of 15.
_WIDEST = (BOX_WIDTH - 12) / 15
_MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class Node:
    """What a box says. `kind` is adult, child, focus, place or agency."""

    id: uuid.UUID
    kind: str
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class Box:
    """A node in its place; `title` and `note` are lines of text, x and y the top left corner."""

    id: uuid.UUID
    kind: str
    x: int
    y: int
    height: int
    title: tuple[str, ...]
    note: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line as an SVG path. `kind` says how it is drawn: in a network, whether something is past; in a family, how people belong."""

    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class Figure:
    """The picture: its size and all in it, in the units of its own viewBox."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    strokes: tuple[Stroke, ...]


def figure_of(rows: Sequence[Sequence[Node]], edges: Sequence[tuple[uuid.UUID, uuid.UUID, str]]) -> Figure:
    """Lay out rows of nodes from the top; `edges` join two nodes and have a kind. The same input, the same picture."""
    boxes: dict[uuid.UUID, Box] = {}
    near = _neighbours(edges)
    y, widest = _MARGIN, 1
    for row in rows:
        ordered = _in_order(row, boxes, near)
        long = math.ceil(len(row) / max(1, math.ceil(len(row) / _A_ROW))) or 1
        for start in range(0, len(row), long):
            part = ordered[start : start + long]
            texts = [(lines_of(node.title, _WIDEST, _MOST_LINES), lines_of(node.note, _WIDEST, _MOST_LINES)) for node in part]
            height = max((len(title) + len(note) for title, note in texts), default=1) * LINE_HEIGHT + 18
            for place, (node, (title, note)) in enumerate(zip(part, texts, strict=True)):
                boxes[node.id] = Box(node.id, node.kind, _MARGIN + place * (BOX_WIDTH + _GAP), y, height, title, note)
            widest = max(widest, len(part))
            y += height + _ROW_GAP
    width = 2 * _MARGIN + widest * BOX_WIDTH + (widest - 1) * _GAP
    centred = _centred(boxes, width)
    strokes = tuple(
        Stroke(_path(centred[one], centred[other]), kind) for one, other, kind in edges if one in centred and other in centred
    )
    return Figure(width, max(y - _ROW_GAP + _MARGIN, 2 * _MARGIN), tuple(centred.values()), strokes)


def _neighbours(edges: Sequence[tuple[uuid.UUID, uuid.UUID, str]]) -> Mapping[uuid.UUID, list[uuid.UUID]]:
    near: dict[uuid.UUID, list[uuid.UUID]] = {}
    for one, other, _kind in edges:
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    return near


def _in_order(
    row: Sequence[Node], boxes: Mapping[uuid.UUID, Box], near: Mapping[uuid.UUID, list[uuid.UUID]]
) -> list[Node]:
    """A row's nodes below what they are joined to, so that fewer lines cross."""

    def middle(node: Node) -> float:
        above = [boxes[key].x for key in near.get(node.id, ()) if key in boxes]
        return sum(above) / len(above) if above else 0.0

    return sorted(row, key=middle) if boxes else list(row)


def _centred(boxes: Mapping[uuid.UUID, Box], width: int) -> dict[uuid.UUID, Box]:
    """Every row moved to the middle of the picture."""
    last: dict[int, int] = {}
    for box in boxes.values():
        last[box.y] = max(last.get(box.y, 0), box.x + BOX_WIDTH + _MARGIN)
    return {
        key: Box(box.id, box.kind, box.x + (width - last[box.y]) // 2, box.y, box.height, box.title, box.note)
        for key, box in boxes.items()
    }


def _path(one: Box, other: Box) -> str:
    """A curve from the lower edge of the upper box to the upper edge of the lower; an arch between boxes of one row."""
    upper, lower = (one, other) if one.y <= other.y else (other, one)
    half = BOX_WIDTH // 2
    if upper.y == lower.y:
        top = upper.y - 22
        return f"M{upper.x + half} {upper.y} C{upper.x + half} {top} {lower.x + half} {top} {lower.x + half} {lower.y}"
    start, end = upper.y + upper.height, lower.y
    bend = max(24, (end - start) // 2)
    return f"M{upper.x + half} {start} C{upper.x + half} {start + bend} {lower.x + half} {end - bend} {lower.x + half} {end}"
