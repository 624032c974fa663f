"""The measures of a genogram, and where each member's symbol and words are."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from safeguard.concerns.figure_text import lines_of, width_of
from safeguard.concerns.genogram.facts import Member

_CELL, _NARROWEST = 150, 88
# Beside each other more than this many people are set closer, where their names let them.
_ROOMY = 5
BETWEEN = 36
SYMBOL = 46
# Above a symbol, for the name of a home.
HEAD = 24
TEXT_LINE = 17
LANE = 13
MARGIN = 26
# Between two rows, without any lines across.
_GAP = 30
_FONT = 14
_MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """One member in their place: `x` is the middle, `top` and `bottom` hold symbol and words."""

    member: Member
    x: int
    width: int
    top: int
    bottom: int
    title: tuple[str, ...]
    note: tuple[str, ...]

    @property
    def symbol_top(self) -> int:
        return self.top + HEAD

    @property
    def left(self) -> int:
        return self.x - self.width // 2

    @property
    def right(self) -> int:
        return self.x + self.width // 2

    def top_at(self, x: int) -> int:
        """Where a line that comes down at `x` meets the symbol."""
        half, aside = SYMBOL / 2, abs(x - self.x)
        if self.member.shape == "circle":
            return self.symbol_top + round(half - sqrt(max(half * half - aside * aside, 0.0)))
        return self.symbol_top + (aside if self.member.shape == "diamond" else 0)


@dataclass(frozen=True, slots=True)
class Words:
    """The words under a symbol, in lines that fit."""

    title: tuple[str, ...]
    note: tuple[str, ...]

    @property
    def height(self) -> int:
        return (len(self.title) + len(self.note)) * TEXT_LINE + 6


def width_for(members: Iterable[Member], orders: Sequence[Sequence[uuid.UUID]]) -> int:
    """How much room each person is given: less where many stand beside each other and no word of a name needs more."""
    if max(map(len, orders)) <= _ROOMY:
        return _CELL
    longest = max(width_of(word) for one in members for word in [*one.name.split(), *one.note.split()] or [""])
    return min(_CELL, max(_NARROWEST, round(longest * _FONT) + 8)) // 2 * 2


def words_of(member: Member, width: int) -> Words:
    widest = (width - 6) / _FONT
    return Words(lines_of(member.name, widest, _MOST_LINES), lines_of(member.note, widest, _MOST_LINES))


def heights_of(orders: Sequence[Sequence[uuid.UUID]], words: Mapping[uuid.UUID, Words]) -> list[int]:
    """How high each row is."""
    return [HEAD + SYMBOL + max(words[key].height for key in row) + 6 for row in orders]


def tops_of(heights: Sequence[int], lanes: Sequence[int]) -> list[int]:
    """Where each row begins. `lanes` are how many lines run across above each row, and below the last."""
    tops: list[int] = []
    y = MARGIN // 2
    for height, count in zip(heights, lanes, strict=False):
        y += (_GAP if tops or count else 0) + count * LANE
        tops.append(y)
        y += height
    return tops


def lane_y(row_top: int, lane: int, lanes: int) -> int:
    """How far down lane `lane` of `lanes` above a row runs; 0 is the highest."""
    return row_top - (lanes - lane) * LANE + 2
