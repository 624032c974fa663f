"""From the sum of the weights to a probability that keeps its word: of pairs said to be one person in 0.3, three in ten are.

The weights are reckoned as if each field spoke by itself, and fields do not: a family that moves changes address and telephone
together. So what sums were right how often is measured on labelled pairs, and the table that comes of it stands in
the settings. It never falls, so it changes no order: only what a sum is called. Pure.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

# Sums beyond these are certain either way, whatever they are.
_MOST_BITS = 60.0
# A knot rests on this many pairs of either outcome, where there are so many, so that chance does not bend the table.
_LEAST_OF_EACH = 20.0
_LEAST_PAIRS = 200.0
_LEAST_RISE = 0.01
_GRAIN = 0.125

Knot = tuple[float, float]
Line = tuple[Knot, ...]
# What leaves a pair to a person: nothing but how much agrees; no date that confirms it; no first name; another first name; another
# family name; nothing beside name and date; something else; several of these; a brother or sister who fits as well; something that
# one person can hardly be both of.
Trust = Literal["clear", "undated", "unnamed", "first_name", "family_name", "bare", "doubted", "several", "sibling", "against"]
KINDS: tuple[Trust, ...] = (
    "clear", "undated", "unnamed", "first_name", "family_name", "bare", "doubted", "several", "sibling", "against",
)  # fmt: skip
_ALONE: tuple[Trust, ...] = ("undated", "unnamed", "first_name", "family_name", "bare", "doubted")
# With less in doubt the same sum is never less likely: each kind is held to be no likelier than these.
_NO_LIKELIER: Mapping[Trust, tuple[Trust, ...]] = {
    "clear": (),
    **dict.fromkeys(_ALONE, ("clear",)),
    "several": ("clear", *_ALONE),
    "sibling": ("clear", *_ALONE, "several"),
    "against": ("clear", *_ALONE, "several", "sibling"),
}


@dataclass(frozen=True, slots=True)
class Calibration:
    """For each kind of pair a rising line of knots from sums of weights to log odds, both in bits.

    The same sum is right far more often where nothing is uncertain. Beyond its ends a line goes on one to one. A kind without
    a line of its own goes by that of "doubted", and where there is none the sum is the log odds.

    `more` is added to every sum, in bits: what sums fall by among many people, and their odds do not.
    """

    lines: Mapping[Trust, Line]
    more: float = 0.0

    def odds(self, weight: float, trust: Trust) -> float:
        """The log of the odds, in bits, that go with a sum of weights."""
        at = weight + self.more
        return min(_along(self._line(kind), at) for kind in (trust, *_NO_LIKELIER[trust]))

    def _line(self, kind: Trust) -> Line:
        return self.lines.get(kind) or (() if kind in {"clear", "against"} else self.lines.get("doubted", ()))

    @staticmethod
    def of(said: Mapping[str, object]) -> Calibration:
        """The lines in a settings file.

        Raises:
            ValueError: one is no line, falls somewhere, or is for no kind of pair.
        """
        if other := set(said) - set(KINDS):
            raise ValueError(f"has no {other.pop()}: it may have {', '.join(KINDS)}")
        return Calibration({kind: _line(kind, said[kind]) for kind in KINDS if kind in said})


def _along(line: Line, weight: float) -> float:
    if not line:
        return weight
    at = bisect_right(line, (weight, math.inf))
    if at == 0:
        return weight + line[0][1] - line[0][0]
    if at == len(line):
        return weight + line[-1][1] - line[-1][0]
    (low, there), (high, here) = line[at - 1], line[at]
    return there + (here - there) * (weight - low) / (high - low)


def _line(name: str, said: object) -> Line:
    line = tuple(_knot(name, one) for one in (said if isinstance(said, list) else [said]))
    if any(there[0] <= here[0] or there[1] < here[1] for here, there in pairwise(line)):
        raise ValueError(f"{name} must rise from each to the next")
    return line


def _knot(name: str, said: object) -> Knot:
    bits = said if isinstance(said, list) else []
    if len(bits) != 2 or not all(isinstance(one, int | float) and math.isfinite(one) for one in bits):
        raise ValueError(f"{name} must be a list of [sum of weights, log odds], both in bits")
    return float(bits[0]), float(bits[1])


def probability(odds: float) -> float:
    """The probability of log odds in bits."""
    return 1.0 / (1.0 + math.exp2(-max(-_MOST_BITS, min(_MOST_BITS, odds))))


def line_through(pairs: Iterable[tuple[float, bool]]) -> Line:
    """The line that fits labelled pairs: the sum of the weights of each, and whether it was one person.

    Spans of neighbouring sums are pooled until each holds enough pairs, and as long as a higher one was right less often than a
    lower (Ayer and others 1955, "pool adjacent violators").
    """
    spans: dict[int, list[float]] = {}
    for weight, right in pairs:
        span = spans.setdefault(math.floor(weight / _GRAIN), [0.0, 0.0, 0.0])
        span[0] += 1
        span[1] += right
        span[2] += weight
    pooled: list[list[float]] = []
    for _at, span in sorted(spans.items()):
        pooled.append(span)
        while len(pooled) > 1 and (_small(pooled[-2]) or _share(pooled[-2]) >= _share(pooled[-1])):
            last = pooled.pop()
            pooled[-1] = [a + b for a, b in zip(pooled[-1], last, strict=True)]
    if len(pooled) > 1 and _small(pooled[-1]):
        last = pooled.pop()
        pooled[-1] = [a + b for a, b in zip(pooled[-1], last, strict=True)]
    return tuple(_rising([(span[2] / span[0], math.log2(_share(span) / (1 - _share(span)))) for span in pooled]))


def _small(span: Sequence[float]) -> bool:
    count, right = span[0], span[1]
    return count < _LEAST_PAIRS and min(right, count - right) < _LEAST_OF_EACH


def _share(span: Sequence[float]) -> float:
    return (span[1] + 0.5) / (span[0] + 1.0)


def _rising(knots: Iterable[Knot]) -> Iterable[Knot]:
    """The knots rounded, each a little above the one before."""
    before: Knot | None = None
    for weight, odds in knots:
        knot = (round(weight, 2), round(odds, 2))
        if before is not None:
            knot = (max(knot[0], round(before[0] + _LEAST_RISE, 2)), max(knot[1], before[1]))
        before = knot
        yield knot
