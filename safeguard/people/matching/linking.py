"""Linking files in memory: which pairs are worth comparing, and how likely each is one person. Pure."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from safeguard.people.matching.calibration import probability
from safeguard.people.matching.compare import findings, log_odds
from safeguard.people.matching.names import masculine, sound
from safeguard.people.matching.profile import Profile, profile_of
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.statement import Statement
from safeguard.people.matching.workers import in_parts

# A key that more records hold than this says too little to be worth pairing them all.
_HOT = 60
# Two records of one person share many keys; a pair that shares one that many hold is seldom more than chance.
_FEWEST_KEYS = 2
_FEWEST_FACTS = 3
_NOTHING = frozenset("phslt")
_RARE = 12
_NUMBERED = 1000
_LOWEST_ODDS = -12.0
_ROUNDS = 3
_MOST_BITS = 60.0
_STRONG = frozenset({"n", "l", "u", "h"})


@dataclass(frozen=True, slots=True)
class Linked:
    """Two records by their places, with the log of the odds in bits that they are one person."""

    one: int
    other: int
    odds: float

    @property
    def probability(self) -> float:
        return probability(self.odds)


def ready(statements: Iterable[Statement], settings: MatchSettings) -> list[Profile]:
    """The statements made ready to compare."""
    return [profile_of.__wrapped__(statement, settings) for statement in statements]


def candidate_pairs(profiles: Sequence[Profile], first: int | None = None) -> list[tuple[int, int]]:
    """Pairs of places in `profiles` that share two keys, or one that few hold, and three facts; or one number.

    Args:
        first: how many of the profiles belong to the first of two files; None for one file compared with itself.

    The work grows with the number of records and not with its square: a key that many hold pairs nobody.
    """
    size = len(profiles)
    facts: dict[int, frozenset[str]] = {}
    found = []
    for code, count in _shared(_holders(profiles), size, first).items():
        if count < _FEWEST_KEYS:
            continue
        one, other = divmod(code, size)
        if count >= _NUMBERED or len(_held(facts, profiles, one) & _held(facts, profiles, other)) >= _FEWEST_FACTS:
            found.append((one, other))
    return found


def _holders(profiles: Sequence[Profile]) -> dict[tuple[str, ...], list[int]]:
    """Who holds each key, by place."""
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, profile in enumerate(profiles):
        for key in set(_keys(profile)):
            holders[key].append(place)
    return holders


def _shared(holders: Mapping[tuple[str, ...], Sequence[int]], size: int, first: int | None) -> dict[int, int]:
    """What each pair shares: how many keys, rare ones counted twice; a pair is the place of one times `size` and that of the other."""
    shared: defaultdict[int, int] = defaultdict(int)
    for key, places in holders.items():
        if not 1 < len(places) <= _HOT:
            continue
        weight = _NUMBERED if key[0] in _STRONG else _FEWEST_KEYS if len(places) <= _RARE else 1
        for at, one in enumerate(places):
            if first is not None and one >= first:
                break
            for other in places[at + 1 :]:
                if first is None or other >= first:
                    shared[one * size + other] += weight
    return shared


def _held(facts: dict[int, frozenset[str]], profiles: Sequence[Profile], place: int) -> frozenset[str]:
    """The facts of one record, worked out when first asked for."""
    found = facts.get(place)
    if found is None:
        found = facts[place] = _facts(profiles[place])
    return found


def _facts(profile: Profile) -> frozenset[str]:
    """What a record says in single facts, of which two records of one person share several."""
    names, born = profile.names, profile.said.birth_date
    found = {f"n{sound(word)[:4] or word}" for word in (*names.called[:2], *names.surname[:2])}
    found |= {f"p{profile.postcode}", f"h{profile.house}", f"s{profile.street[:6]}", f"l{profile.place[:6]}", f"t{profile.phone}"}
    if born:
        found |= {f"y{born.year}", f"d{born.day}", f"m{born.month}"}
    return frozenset(found) - _NOTHING


def _keys(profile: Profile) -> Iterator[tuple[str, ...]]:
    """Facts that a pair may share, two at a time; rare ones alone."""
    names, said = profile.names, profile.said
    given = [sound(word)[:4] or word for word in names.called[:2]]
    family = [sound(masculine(word))[:5] or word for word in (*names.surname, *names.title)[:2]]
    if said.birth_date:
        born = said.birth_date
        low, high = sorted((born.day, born.month))
        day, year = f"{low}-{high}", str(born.year)
        yield "d", year, day
        for name in (*given, *family):
            yield "nd", name, day
            yield "ny", name, year, str(born.month)
            yield "nm", name, year, str(born.day)
    for number in profile.numbers:
        yield "n", number
    for kind, code in (("l", profile.local), ("u", profile.pupil), ("h", profile.home_office)):
        if code:
            yield kind, code
    if profile.phone:
        yield "t", profile.phone
    for first in given:
        for last in family:
            yield ("gf", first, last) if first < last else ("gf", last, first)
    yield from _place_keys(profile, given, family)


def _place_keys(profile: Profile, given: list[str], family: list[str]) -> Iterator[tuple[str, ...]]:
    street = profile.street[:6]
    postcode = "" if profile.pseudo else profile.postcode
    if postcode and profile.house:
        yield "ph", postcode, profile.house
    if street and profile.house:
        yield "sh", street, profile.house
    if street and postcode:
        yield "sp", street, postcode
    for name in (*given, *family):
        if postcode:
            yield "np", name[:3], postcode
        if street:
            yield "ns", name, street
        if profile.place:
            yield "nl", name, profile.place[:6]
        if profile.house:
            yield "nh", name, profile.house


def scored(profiles: Sequence[Profile], pairs: Sequence[tuple[int, int]], settings: MatchSettings) -> list[Linked]:
    """Each pair that is not plainly two people, with its odds."""

    def part(start: int, stop: int) -> list[tuple[int, int, float]]:
        found = []
        for one, other in pairs[start:stop]:
            odds = log_odds(findings(profiles[one], profiles[other], settings), settings)
            if odds >= _LOWEST_ODDS:
                found.append((one, other, odds))
        return found

    return [Linked(*link) for links in in_parts(part, len(pairs)) for link in links]


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
    for link in sorted(map(Linked, (one.one for one in links), (one.other for one in links), odds), key=_likeliest):
        if link.one not in taken and link.other not in taken:
            taken.update((link.one, link.other))
            kept.append(link)
    return kept


def _likeliest(link: Linked) -> tuple[float, int, int]:
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
