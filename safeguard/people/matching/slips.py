"""Keys by which two names alone lead to people although one of the names is typed with a slip. Pure.

Names are found by sound, and a letter typed wrong may change the sound. So everything one slip away is tried: whichever of the two
sides has the slip, the other is among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from string import ascii_lowercase

import jellyfish

from safeguard.people.matching.keys import family_forms, given_forms, hashed
from safeguard.people.matching.names import names_of
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.statement import Statement

_LONGEST = 20


def keys_with_a_slip(meant: Iterable[Statement]) -> frozenset[int]:
    """The keys of first and family name of these statements with one slip in one of the two; a few hundred at most."""
    pairs: set[tuple[str, str]] = set()
    for statement in meant:
        names = names_of(statement, MatchSettings.load().names)
        givens, families = given_forms(names), family_forms(names)
        if givens and families:
            pairs |= {(sound, family) for word in names.called[:1] for sound in _sounds(word) for family in families}
            pairs |= {(given, sound) for word in names.surname[:1] for sound in _sounds(word) for given in givens}
    return frozenset(hashed(f"names:{min(pair)}:{max(pair)}") for pair in pairs)


def _sounds(word: str) -> set[str]:
    return {sound for one in _one_slip_away(word[:_LONGEST]) if (sound := str(jellyfish.metaphone(one))[:4])}


def _one_slip_away(word: str) -> Iterator[str]:
    """A letter left out, put in, taken for another, or two that changed places."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in ascii_lowercase:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
