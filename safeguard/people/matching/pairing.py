"""Which records of one file or two are worth comparing: those that share several keys, and facts that tell enough. Pure.

Keys and facts are hashed to whole numbers, so that millions of them are sorted and counted as arrays. Two facts with one
hash only add a pair that is then compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from safeguard.people.matching.names import masculine, sound
from safeguard.people.matching.profile import Profile
from safeguard.people.matching.team import Team

# A key that more records hold than this says too little to be worth pairing them all.
_HOT = 60
# Two records of one person share many keys; a pair that shares one that many hold is seldom more than chance.
_FEWEST_KEYS = 2
_RARE = 12
_NUMBERED = 1000
_WEIGHT_BITS = 10
_STRONG = frozenset({"n", "l", "u", "h"})
# What is shared must tell, in bits, what it takes to find one record among all, and a little more: chance does that much.
_MORE_BITS = 1.2
_FEWEST_FACTS = 2
# Among so few every pair that shares keys is compared: how rare a name is cannot be told from so few.
_FEW = 2_000
_NAMES = 4
_FACTS = 12

Whole = NDArray[np.int64]
_Held = tuple[bytes, bytes, bytes]


def candidate_pairs(team: Team, first: int | None = None) -> list[tuple[int, int]]:
    """Pairs of places among the profiles, in order, that share two keys, or one that few hold, and facts that tell enough; or one number.

    Args:
        first: how many of the profiles belong to the first of two files; None for one file compared with itself.

    The work grows with the number of records and not with its square: a key that many hold pairs nobody.
    """
    size = len(team.profiles)
    if size < 2:
        return []
    parts = team.share(_held, range(size))
    hashes, places, facts = (np.concatenate([np.frombuffer(one[at], np.int64) for one in parts]) for at in range(3))
    codes, shared = _shared(hashes, places, size, first)
    ones, others = np.divmod(codes, size)
    if size > _FEW:
        kept = (shared >= _NUMBERED) | _telling(facts.reshape(size, _FACTS), ones, others)
        ones, others = ones[kept], others[kept]
    return list(zip(ones.tolist(), others.tolist(), strict=True))


def _held(profiles: Sequence[Profile], part: Sequence[int]) -> _Held:
    """What the profiles at the places in `part` hold: hashed keys, the places of their holders, and `_FACTS` facts for each."""
    hashes: list[int] = []
    places: list[int] = []
    facts: list[int] = []
    for place in part:
        profile = profiles[place]
        # The last bit of a key says whether it is a number that one person alone has.
        keys = {hash(key) & -2 | (key[0] in _STRONG) for key in _keys(profile)}
        hashes += keys
        places += [place] * len(keys)
        facts += _facts(profile)
    return np.array(hashes, np.int64).tobytes(), np.array(places, np.int64).tobytes(), np.array(facts, np.int64).tobytes()


def _shared(hashes: Whole, places: Whole, size: int, first: int | None) -> tuple[Whole, Whole]:
    """The pairs that share keys enough, as the place of one times `size` and that of the other, with what they share.

    A rare key counts twice, a number of one person a thousand times.
    """
    # One sort of whole numbers is far quicker than an order to take two arrays by; the highest bits of a hash are not missed.
    bits = size.bit_length()
    held = np.sort(hashes << bits | places)
    hashes, places = held >> bits, held & ((1 << bits) - 1)
    starts = _starts(hashes)
    sizes = np.diff(np.concatenate([starts, [len(hashes)]]))
    holders = np.repeat(sizes, sizes)
    after = np.repeat(starts + sizes, sizes) - np.arange(len(hashes)) - 1
    weights = np.where(hashes & 1, _NUMBERED, np.where(holders <= _RARE, _FEWEST_KEYS, 1)).astype(np.int64)
    at = np.flatnonzero((holders > 1) & (holders <= _HOT))
    codes = []
    for step in range(1, _HOT):
        at = at[after[at] >= step]
        one, other = places[at], places[at + step]
        across = slice(None) if first is None else (one < first) & (other >= first)
        codes.append((((one * size + other) << _WEIGHT_BITS) | weights[at])[across])
    return _summed(np.concatenate(codes))


def _summed(codes: Whole) -> tuple[Whole, Whole]:
    """Each pair once, with all that it shares, where that is enough; a code carries what one key counts in its last bits."""
    if not len(codes):
        return codes, codes
    codes.sort()
    counts, codes = codes & ((1 << _WEIGHT_BITS) - 1), codes >> _WEIGHT_BITS
    starts = _starts(codes)
    sums = np.add.reduceat(counts, starts)
    enough = sums >= _FEWEST_KEYS
    return codes[starts][enough], sums[enough]


def _starts(ordered: Whole) -> Whole:
    """Where each run of one value begins."""
    return np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))


def _telling(facts: Whole, ones: Whole, others: Whole) -> NDArray[Any]:
    """Whether the facts that a pair shares tell as much as it takes to find one record among all."""
    bits = _rarity(facts)
    told = np.zeros(len(ones))
    number = np.zeros(len(ones), np.int64)
    for column in range(_FACTS):
        against = range(_NAMES) if column < _NAMES else (column,)
        ours = facts[ones, column]
        same = np.logical_or.reduce([ours == facts[others, other] for other in against]) & (ours != 0)
        told += np.where(same, bits[ones, column], 0.0)
        number += same
    return (told >= math.log2(len(facts)) + _MORE_BITS) & (number >= _FEWEST_FACTS)


def _rarity(facts: Whole) -> NDArray[np.float64]:
    """How much sharing each fact tells, in bits; names are counted together, wherever they stand."""
    bits = np.zeros(facts.shape)
    for columns in (slice(0, _NAMES), *(slice(at, at + 1) for at in range(_NAMES, _FACTS))):
        _values, index, counts = np.unique(facts[:, columns], return_inverse=True, return_counts=True)
        bits[:, columns] = np.log2(len(facts) / counts)[index].reshape(len(facts), -1)
    return np.maximum(bits, 0.0)


def _facts(profile: Profile) -> tuple[int, ...]:
    """What a record says in single facts, hashed: the sounds of up to four names, then one of each kind; 0 is "not stated"."""
    names, born = profile.names, profile.said.birth_date
    words = [hash(sound(word)[:4] or word) for word in (*names.called[:2], *names.surname[:2])]
    said = (profile.postcode, profile.house, profile.street[:6], profile.place[:6], profile.phone)
    days = (born.year, born.day, born.month) if born else (0, 0, 0)
    return (*words, *(0,) * (_NAMES - len(words)), *(hash(text) if text else 0 for text in said), *days)


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
