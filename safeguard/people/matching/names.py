"""Names as the matcher compares them: folded to plain letters, joined prefixes, split barrels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import jellyfish
from anyascii import anyascii
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from safeguard.people.matching.settings import NameLore
from safeguard.people.matching.statement import Statement

_APOSTROPHES = re.compile(r"['’`ʼ´]")
_NOT_LETTERS = re.compile(r"[^a-z]+")
_JOINED = frozenset({"o", "mc", "mac"})
# Family names that change with the bearer's sex, as Polish, Czech, Russian and Lithuanian ones do.
_GENDERED = (
    ("ska", "ski"), ("cka", "cki"), ("dzka", "dzki"), ("ova", "ov"), ("eva", "ev"), ("ina", "in"),
    ("aite", "as"), ("iene", "as"), ("auskaite", "auskas"), ("yte", "is"), ("aya", "y"),
)  # fmt: skip


@lru_cache(maxsize=65_536)
def tokens(text: str | None) -> tuple[str, ...]:
    """The words of a name in plain small letters; "O'Brien-McDonald" is obrien, mcdonald."""
    if not text:
        return ()
    plain = _APOSTROPHES.sub("", anyascii(_APOSTROPHES.sub("", text))).lower()
    words = [word for word in _NOT_LETTERS.split(plain) if word]
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in _JOINED:
            joined[-1] += word
        else:
            joined.append(word)
    return tuple(joined)


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one statement. `title` are words such as Begum that stand in the family name's place."""

    given: tuple[str, ...]
    known_as: tuple[str, ...]
    surname: tuple[str, ...]
    title: tuple[str, ...]

    @property
    def called(self) -> tuple[str, ...]:
        """Every word the person may be called by, the first given name first."""
        return tuple(dict.fromkeys((*self.given, *self.known_as)))


def names_of(statement: Statement, lore: NameLore) -> Names:
    """The names in `statement`, without placeholders and particles."""
    return _names(statement.given_names, statement.known_as, statement.surname, lore.titles, lore.particles, lore.placeholders)


@lru_cache(maxsize=16_384)
def _names(
    given_names: str | None,
    known_as: str | None,
    surname: str | None,
    titles: frozenset[str],
    particles: frozenset[str],
    placeholders: frozenset[str],
) -> Names:
    given = tuple(word for word in tokens(given_names) if word not in placeholders)
    # Mohammed before a further name is an honour that is often left out.
    if len(given) > 1 and given[0] in {"muhammad", "mohammed", "mohammad", "mohamed", "mohd", "md"}:
        given = (*given[1:], given[0])
    family = [word for word in tokens(surname) if word not in particles] or list(tokens(surname))
    return Names(
        given=given,
        known_as=tuple(word for word in tokens(known_as) if word not in placeholders),
        surname=tuple(word for word in family if word not in titles and word not in placeholders),
        title=tuple(word for word in family if word in titles),
    )


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """How a word sounds (metaphone)."""
    return str(jellyfish.metaphone(word))


@lru_cache(maxsize=65_536)
def masculine(surname: str) -> str:
    """A family name in the one form that stands for both: Kowalska is Kowalski."""
    for ending, form in _GENDERED:
        if surname.endswith(ending) and len(surname) > len(ending) + 2:
            return surname[: -len(ending)] + form
    return surname


def alike(one: str, other: str) -> bool:
    """Whether two words may be one word with a slip: a letter out in five, or the same sound and nearly the same look."""
    shorter = min(len(one), len(other))
    if shorter < 3:
        return False
    if shorter >= 5 and DamerauLevenshtein.distance(one, other, score_cutoff=2) <= (2 if shorter >= 9 else 1):
        return True
    likeness = JaroWinkler.similarity(one, other)
    return likeness >= 0.94 or (likeness >= 0.8 and sound(one) == sound(other) and one[0] == other[0])
