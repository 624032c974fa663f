"""The broken lines around those who live together, which never close somebody in who does not."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from safeguard.concerns.genogram.facts import Home
from safeguard.concerns.genogram.frame import Cell

# Beside the people of a home, and nothing between two homes side by side but this twice over.
_ASIDE = 11
_LEAST_DOOR = 40


@dataclass(frozen=True, slots=True)
class Boundary:
    """One closed line and where its letter is written. A home of people apart in the picture has several."""

    letter: str
    points: tuple[tuple[int, int], ...]
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class _Run:
    row: int
    left: int
    right: int
    top: int
    bottom: int


def boundaries_of(homes: Sequence[Home], orders: Sequence[Sequence[uuid.UUID]], cells: Mapping[uuid.UUID, Cell]) -> tuple[Boundary, ...]:
    """The boundary of every home with anybody in the picture."""
    found: list[Boundary] = []
    for number, home in enumerate(homes):
        inside = set(home.members)
        # Homes that share somebody do not share a line.
        aside = _ASIDE - 3 * (number % 3) if any(inside & set(other.members) for other in homes[:number]) else _ASIDE
        for stack in _stacks(_runs(inside, orders, cells, aside)):
            found.append(Boundary(home.letter, _outline(stack), stack[0].left + 8, stack[0].top + 15))
    return tuple(found)


def _runs(inside: set[uuid.UUID], orders: Sequence[Sequence[uuid.UUID]], cells: Mapping[uuid.UUID, Cell], aside: int) -> list[_Run]:
    """Neighbours in a row who live together."""
    runs = []
    for number, row in enumerate(orders):
        bottom = max(cells[key].bottom for key in row)
        stretch: list[Cell] = []
        for key in [*row, None]:
            if key is not None and key in inside:
                stretch.append(cells[key])
            elif stretch:
                runs.append(_Run(number, stretch[0].left - aside, stretch[-1].right + aside, stretch[0].top, bottom))
                stretch = []
    return runs


def _stacks(runs: list[_Run]) -> list[list[_Run]]:
    """Runs in rows below each other that overlap, as one."""
    stacks: list[list[_Run]] = []
    for run in runs:
        above = [stack for stack in stacks if stack[-1].row == run.row - 1 and _overlap(stack[-1], run) >= _LEAST_DOOR]
        if above:
            max(above, key=lambda stack: (_overlap(stack[-1], run), -stack[-1].left)).append(run)
        else:
            stacks.append([run])
    return stacks


def _overlap(one: _Run, other: _Run) -> int:
    return min(one.right, other.right) - max(one.left, other.left)


def _outline(stack: list[_Run]) -> tuple[tuple[int, int], ...]:
    """Down the right side and up the left; a wider row widens at its own upper edge, a narrower one below the last."""
    right = [(stack[0].right, stack[0].top)]
    left = [(stack[0].left, stack[0].top)]
    for run, below in pairwise(stack):
        if below.right != run.right:
            turn = below.top if below.right > run.right else run.bottom
            right += [(run.right, turn), (below.right, turn)]
        if below.left != run.left:
            turn = below.top if below.left < run.left else run.bottom
            left += [(run.left, turn), (below.left, turn)]
    last = stack[-1]
    return (*right, (last.right, last.bottom), (last.left, last.bottom), *reversed(left))
