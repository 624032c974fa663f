"""How the matcher does on labelled pairs: the confusion, and every disagreement with its explanation. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safeguard.people.matching.decide import Band, Candidate, Proposal, judge
from safeguard.people.matching.pairs import Expected, Pair
from safeguard.people.matching.settings import MatchSettings

BANDS: tuple[Band, ...] = ("match", "possible", "many", "low", "none")
# The bands that answer each verdict of a data steward.
RIGHT: Mapping[Expected, frozenset[Band]] = {
    "same": frozenset({"match"}),
    "different": frozenset({"none", "low"}),
    "review": frozenset({"possible", "many"}),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One pair as judged, with the verdict that was expected."""

    pair: Pair
    found: Proposal

    @property
    def right(self) -> bool:
        return self.found.band in RIGHT[self.pair.expect]

    def document(self) -> dict[str, Any]:
        """The documented JSON of one pair."""
        return {
            "id": self.pair.id,
            "expect": self.pair.expect,
            "band": self.found.band,
            "probability": self.found.probability,
            "weights": [
                {"field": line.field, "level": line.level, "weight": round(line.weight, 2), "words": line.words}
                for line in self.found.lines
            ],
        }


def evaluate(pairs: Iterable[Pair], settings: MatchSettings) -> list[Judged]:
    """Each pair as the service would judge it: the second record as a known person, the first as a new statement."""
    return [Judged(pair, judge(pair.one, Candidate(pair.id, (pair.other,)), settings)) for pair in pairs]


def confusion(judged: Sequence[Judged]) -> str:
    """A table: a row for each expected verdict, a column for each band, and how many were right."""
    rows = [f"{'expected':<10} " + " ".join(f"{band:>8}" for band in BANDS) + f" {'right':>11}"]
    for expect in RIGHT:
        these = [one for one in judged if one.pair.expect == expect]
        bands = Counter(one.found.band for one in these)
        right = sum(one.right for one in these)
        rows.append(f"{expect:<10} " + " ".join(f"{bands[band]:>8}" for band in BANDS) + f" {right:>4} of {len(these):>3}")
    right = sum(one.right for one in judged)
    rows.append(f"{right} of {len(judged)} pairs right.")
    return "\n".join(rows)


def disagreements(judged: Iterable[Judged]) -> list[str]:
    """Every pair that was judged otherwise than expected, explained line by line."""
    return [explained(one) for one in judged if not one.right]


def explained(one: Judged) -> str:
    """One pair: what was expected, what was found, and each comparison in words with its weight in bits."""
    head = f"{one.pair.id}: expected {one.pair.expect}, found {one.found.band} (probability {one.found.probability:.4f})"
    lines = [f"    {line.told()}" for line in one.found.lines]
    return "\n".join([head, *lines, f"    {one.found.reason}"])
