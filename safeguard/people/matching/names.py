"""Names as the matcher compares them: folded to plain letters, joined prefixes, split barrels, no placeholders."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

import jellyfish
from anyascii import anyascii
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from safeguard.people.matching.lore import NameLore
from safeguard.people.matching.statement import Statement

_APOSTROPHES = re.compile(r"['’`ʼ´]")
_NOT_LETTERS = re.compile(r"[^a-z]+")
_JOINED = frozenset({"o", "mc", "mac"})
# "Baby of Sarah" names the mother; "Twin 2" and "Baby B" say which of two.
_SOMEBODY_S = re.compile(r"^\s*(?:unborn|baby|babe|infant|newborn|twin|male|female|boy|girl)\b[^,]*?\b(?:of|to)\b.*$", re.IGNORECASE)
_BABY_OF = re.compile(r"^\s*b\s*/\s*o\b.*$", re.IGNORECASE)
_WHICH = re.compile(
    r"\b(?:twin|triplet|baby|unborn|infant|foetus|fetus|t)\W*(?:no\W*|number\W*)?([1-3]|one|two|three|i{1,3}|first|second|third|[a-c])\b"
    r"|\b(first|second|third|1st|2nd|3rd)\W+(?:born\W+)?(?:twin|triplet|baby)\b",
    re.IGNORECASE,
)
_ORDINALS = {
    "1": 1, "one": 1, "i": 1, "first": 1, "a": 1, "1st": 1, "2": 2, "two": 2, "ii": 2, "second": 2, "b": 2, "2nd": 2,
    "3": 3, "three": 3, "iii": 3, "third": 3, "c": 3, "3rd": 3,
}  # fmt: skip
# A name has few words; a box into which somebody pasted a page has no more than these read.
_MOST_WORDS = 8
_LONGEST_WORD = 40
_LONGEST_BOX = 400
# Family names that change with the bearer's sex, as Polish, Czech, Russian, Greek and Lithuanian ones do.
_GENDERED = (
    ("auskaite", "auskas"), ("skaia", "ski"), ("skaya", "ski"), ("skaja", "ski"), ("skyi", "ski"), ("skyy", "ski"), ("skiy", "ski"),
    ("sky", "ski"), ("ska", "ski"), ("cka", "cki"), ("dzka", "dzki"), ("ova", "ov"), ("eva", "ev"), ("ina", "in"),
    ("aite", "as"), ("iene", "as"), ("yte", "is"), ("ute", "us"), ("aya", "y"), ("tna", "tny"), ("rna", "rny"),
    ("poulou", "poulos"), ("idou", "idis"), ("aki", "akis"),
)  # fmt: skip
# What may stand before a family name, or be run together with it, without being part of it.
_BEFORE = ("al", "el", "o", "d", "de", "da", "ni", "nic", "abu", "ibn", "bin", "ap", "van", "le", "la")


@lru_cache(maxsize=65_536)
def tokens(text: str | None) -> tuple[str, ...]:
    """The words of a name in plain small letters; "O'Brien-McDonald" is obrien, mcdonald."""
    if not text:
        return ()
    plain = _APOSTROPHES.sub("", anyascii(_APOSTROPHES.sub("", text[:_LONGEST_BOX]))).lower()
    words = [word[:_LONGEST_WORD] for word in _NOT_LETTERS.split(plain) if word]
    joined: list[str] = []
    for word in words[: 2 * _MOST_WORDS]:
        if joined and joined[-1] in _JOINED:
            joined[-1] += word
        else:
            joined.append(word)
    return tuple(joined[:_MOST_WORDS])


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one statement.

    `title` are words such as Begum that stand in the family name's place; `honorific` such as Mohammed before a further
    given name; `which` is 2 for "Twin 2"; `run` is the box of the family name run together, particles too: delacruz.
    """

    given: tuple[str, ...]
    known_as: tuple[str, ...]
    surname: tuple[str, ...]
    title: tuple[str, ...]
    honorific: tuple[str, ...] = ()
    which: int | None = None
    run: str = ""
    called: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """`called` is every word the person may be called by, the first given name first, honorifics last."""
        object.__setattr__(self, "called", tuple(dict.fromkeys((*self.given, *self.known_as, *self.honorific))))


def names_of(statement: Statement, lore: NameLore) -> Names:
    """The names in `statement`, without placeholders and particles."""
    return names_in(statement.given_names, statement.known_as, statement.surname, lore)


@lru_cache(maxsize=65_536)
def names_in(given_names: str | None, known_as: str | None, surname: str | None, lore: NameLore) -> Names:
    """The names in three boxes of a form."""
    family = _family_in(surname, lore)
    which, given, placeheld = _given_in(given_names, lore)
    if placeheld:
        # "Baby Smith" of the family Smith has no given name yet.
        given = tuple(word for word in given if word not in family)
    title = tuple(word for word in (*family, *given) if word in lore.titles)
    plain = tuple(word for word in given if word not in lore.titles) if title else given
    honorific = tuple(word for word in plain if word in lore.honorifics)
    # Mohammed before a further name is an honour that is often left out; alone it is the name.
    own = tuple(word for word in plain if word not in lore.honorifics) if honorific else plain
    return Names(
        given=own or plain,
        known_as=_named(tokens(known_as), lore) if known_as else (),
        surname=tuple(word for word in family if word not in lore.titles) if title else family,
        title=tuple(dict.fromkeys(title)),
        honorific=honorific if own else (),
        which=which,
        run="".join(tokens(surname)),
    )


@lru_cache(maxsize=65_536)
def _family_in(surname: str | None, lore: NameLore) -> tuple[str, ...]:
    """The words of a family name."""
    words = tokens(surname)
    return _named(tuple(word for word in words if word not in lore.particles) or words, lore)


@lru_cache(maxsize=65_536)
def _given_in(given_names: str | None, lore: NameLore) -> tuple[int | None, tuple[str, ...], bool]:
    """Which of twins a box of first names says, its words, and whether some of it only holds a name's place."""
    which, rest = _which(given_names)
    words = _named(tokens(rest), lore)
    words = tuple(word for word in words if word not in lore.particles) or words
    return which, words, rest != (given_names or "") or not lore.placeholders.isdisjoint(tokens(rest))


def _which(given_names: str | None) -> tuple[int | None, str]:
    """Which of twins a box says, and the box without that and without the mother of "Baby of Sarah"."""
    text = given_names or ""
    found = _WHICH.search(text)
    if found:
        text = text[: found.start()] + " baby " + text[found.end() :]
    if _BABY_OF.match(text) or _SOMEBODY_S.match(text):
        text = "baby"
    return (_ORDINALS.get((found[1] or found[2]).lower()) if found else None), text


def _named(words: tuple[str, ...], lore: NameLore) -> tuple[str, ...]:
    """`words` without what stands for no name: all placeholders, and soft words beside them or with nothing else."""
    kept = tuple(word for word in words if word not in lore.placeholders)
    if len(kept) < len(words) or all(word in lore.soft for word in kept):
        return tuple(word for word in kept if word not in lore.soft)
    return kept


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


@lru_cache(maxsize=65_536)
def _forms(surname: str) -> frozenset[str]:
    """The forms that a family name may take on another paper: for a man, without its prefix, Mac as Mc."""
    forms = {surname, masculine(surname)}
    if surname.endswith("ova") and len(surname) > 5:
        forms.add(surname[:-3])
    if surname.endswith("kova"):
        forms.add(surname[:-4] + "ek")
    if surname.startswith("mac") and len(surname) > 6:
        forms.add("mc" + surname[3:])
    if surname.startswith("saint") and len(surname) > 8:
        forms.add("st" + surname[5:])
    forms |= {surname[len(one) :] for one in _BEFORE if surname.startswith(one) and len(surname) >= len(one) + 5}
    return frozenset(forms)


@lru_cache(maxsize=131_072)
def one_surname(one: str, other: str, lore: NameLore) -> bool:
    """Whether two family names are forms of one: for a woman and a man, with and without O', al- or de, two spellings."""
    ours, theirs = _forms(one), _forms(other)
    if one in theirs or other in ours or masculine(one) == masculine(other):
        return True
    if one[:2] == "ma" and not ours.isdisjoint(theirs):
        return True
    return lore.same_name(one, other)


@lru_cache(maxsize=131_072)
def one_given(one: str, other: str, lore: NameLore) -> bool:
    """Whether two given names are forms of one: listed so, or the end or beginning of a long one (Oluwaseun, Seun)."""
    if lore.same_name(one, other):
        return True
    short, long = sorted((one, other), key=len)
    clipped = len(short) >= 4 and len(long) >= len(short) + 2 and (long.endswith(short) or long.startswith(short))
    return clipped and not (lore.well_known(one) and lore.well_known(other))


@lru_cache(maxsize=131_072)
def alike(one: str, other: str) -> bool:
    """Whether two words may be one word with a slip: a letter out in five, or the same sound and nearly the same look."""
    shorter = min(len(one), len(other))
    if shorter < 3:
        return False
    if shorter >= 5 and DamerauLevenshtein.distance(one, other, score_cutoff=2) <= (2 if shorter >= 9 else 1):
        return True
    likeness = JaroWinkler.similarity(one, other)
    return likeness >= 0.94 or (likeness >= 0.8 and sound(one) == sound(other) and one[0] == other[0])


@lru_cache(maxsize=131_072)
def a_letter_apart(one: str, other: str) -> bool:
    """Whether two words differ by one letter, or by two that changed places."""
    return abs(len(one) - len(other)) <= 1 and DamerauLevenshtein.distance(one, other, score_cutoff=1) <= 1
