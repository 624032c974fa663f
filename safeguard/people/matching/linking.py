"""Linking files in memory: how likely each pair worth comparing is one person. Pure."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from safeguard.people.matching.calibration import probability
from safeguard.people.matching.compare import log_odds, most_odds, own_findings, shared_findings
from safeguard.people.matching.judge import Band, pair_band
from safeguard.people.matching.profile import Profile, profile_of
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.statement import Statement
from safeguard.people.matching.team import Team

_LOWEST_ODDS = -12.0
_ROUNDS = 3
_MOST_BITS = 60.0


@dataclass(frozen=True, slots=True)
class Linked:
    """Two records by their places, with the log of the odds in bits that they are one person, and the band the service would give."""

    one: int
    other: int
    odds: float
    band: Band = "none"

    @property
    def probability(self) -> float:
        return probability(self.odds)


def ready(statements: Iterable[Statement], settings: MatchSettings) -> list[Profile]:
    """The statements made ready to compare."""
    return [profile_of.__wrapped__(statement, settings) for statement in statements]


def scored(team: Team, pairs: Sequence[tuple[int, int]], settings: MatchSettings) -> list[Linked]:
    """Each pair that is not plainly two people, with its odds."""
    return [Linked(*link) for links in team.share(_likely, pairs, settings) for link in links]


def _likely(profiles: Sequence[Profile], pairs: Sequence[tuple[int, int]], settings: MatchSettings) -> list[tuple[int, int, float, Band]]:
    """The pairs that are not plainly two people; names, birth and numbers alone tell most of those apart."""
    likely = []
    for at, to in pairs:
        one, other = profiles[at], profiles[to]
        found = own_findings(one, other, settings)
        if most_odds(found, settings) < _LOWEST_ODDS:
            continue
        found += shared_findings(one, other, settings)
        odds = log_odds(found, settings)
        if odds >= _LOWEST_ODDS:
            likely.append((at, to, odds, pair_band(one, other, found, odds, settings)))
    return likely


def one_to_one(links: Sequence[Linked], possible: int) -> list[Linked]:
    """The likeliest links in which no record stands twice, with the odds that follow from that; the likeliest first.

    A record that has a match in the other file is not matched by anybody else there, so rivals take from each other's
    odds; and the more of the records have a match, the less likely it is that the best one found is somebody else.

    Args:
        possible: how many links there can be at most: the size of the smaller file.
    """
    odds = [link.odds for link in links]
    for _ in range(_ROUNDS):
        matched = min(float(possible), sum(probability(one) for one in odds))
        without = max(1.0, possible - matched) / (possible + 1.0)
        odds = _among_rivals(links, -math.log2(without))
    taken: set[int] = set()
    kept = []
    for link in sorted((replace(link, odds=one) for link, one in zip(links, odds, strict=True)), key=likeliest):
        if link.one not in taken and link.other not in taken:
            taken.update((link.one, link.other))
            kept.append(link)
    return kept


def likeliest(link: Linked) -> tuple[float, int, int]:
    """By which links are sorted, so that the likeliest comes first."""
    return -link.odds, link.one, link.other


def _among_rivals(links: Sequence[Linked], more: float) -> list[float]:
    """The odds of each link with `more` bits, against no link and against all other links of either record."""
    weights = [math.exp2(min(_MOST_BITS, link.odds + more)) for link in links]
    sums: dict[int, float] = defaultdict(float)
    for link, weight in zip(links, weights, strict=True):
        sums[link.one] += weight
        sums[link.other] += weight
    return [
        math.log2(weight / (1.0 + max(0.0, max(sums[link.one], sums[link.other]) - weight)))
        for link, weight in zip(links, weights, strict=True)
    ]
