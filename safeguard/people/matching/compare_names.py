"""Comparing names: exact, short forms, spellings, slips, parts left out, and the two the wrong way round."""

from __future__ import annotations

from safeguard.people.matching.line import Finding
from safeguard.people.matching.lore import NameLore
from safeguard.people.matching.names import Names, a_letter_apart, alike, one_given, one_surname
from safeguard.people.matching.settings import MatchSettings

GIVEN_WORDS = {
    "exact": "Same first name",
    "variant": "First names are forms of one name",
    "close": "First names differ by what may be a slip",
    "part": "They share one of their first names",
    "first_only": "Same first name, with another name after it",
    "initial": "The initial fits the first name",
    "initial_other": "The initial does not fit the first name",
    "look_alike": "First names look alike but are two different names",
    "day_name": "One first name is a day name, which is used beside another",
    "different": "Different first names",
    "unknown": "A first name is not known on both sides",
    "swapped": "First and family name are the other way round",
    "elsewhere": "The first name stands in the other's family name",
    "same_twin": "Both say the same one of twins",
    "other_twin": "One says one twin, the other the other",
}
SURNAME_WORDS = {
    "exact": "Same family name",
    "reordered": "Same family names in another order",
    "variant": "Family names are spellings of one name",
    "close": "Family names differ by what may be a slip",
    "part": "They share part of the family name",
    "elsewhere": "The family name stands among the other's first names",
    "initial": "The initial fits the family name",
    "title": "They share only a name that very many bear",
    "different": "Different family names",
    "different_too": "Different family names as well",
    "unknown": "A family name is not known on both sides",
    "swapped": "First and family name are the other way round",
}
_DOUBTED = frozenset({"different", "unknown", "look_alike", "part", "initial_other", "close", "elsewhere"})
UNLIKE = frozenset({"different", "initial_other", "other_twin"})


def name_findings(ours: Names, theirs: Names, settings: MatchSettings) -> tuple[Finding, Finding]:
    """What the first name and the family name say."""
    given, given_bits = given_level(ours, theirs, settings)
    surname, surname_bits = surname_level(ours, theirs, settings)
    if given in _DOUBTED and surname not in {"exact", "variant", "reordered"}:
        turned = _swapped(ours, theirs, settings)
        if turned:
            given = surname = "swapped"
            given_bits, surname_bits = turned
    if surname == "different" and given in UNLIKE:
        surname = "different_too"
    return _finding("given_name", given, given_bits, settings), _finding("surname", surname, surname_bits, settings)


def _finding(field: str, level: str, rarity: float, settings: MatchSettings) -> Finding:
    found = settings.levels[field].get(level)
    if found is None:
        return Finding(field, level, 0.0, 0.0, 0.0)
    if not found.by_rarity:
        return found.found
    return Finding(field, level, found.bits + min(settings.bands["most"], rarity), found.relative, found.twin)


def given_level(ours: Names, theirs: Names, settings: MatchSettings) -> tuple[str, float]:
    """How far two people's first names agree, and how rare the name is that they share, in bits."""
    lore = settings.names
    one, other = ours.called, theirs.called
    if not one or not other:
        return _without_given(ours, theirs, settings)
    first, second = one[0], other[0]
    if first == second or (len(one) + len(other) > 2 and "".join(ours.given) == "".join(theirs.given) != ""):
        level = "first_only" if _goes_on_otherwise(ours.given, theirs.given, settings) else "exact"
        return level, max(lore.given_bits(first), lore.given_bits(second))
    if one_given(first, second, lore) or _known_as(ours, theirs, settings):
        return "variant", min(lore.given_bits(first), lore.given_bits(second))
    shared = _shared(ours, theirs, settings)
    if shared:
        return "part", min(lore.given_bits(word) for word in shared)
    if 1 in {len(first), len(second)}:
        return ("initial" if first[0] == second[0] else "initial_other"), 0.0
    return _unlike_given(first, second, settings)


def _unlike_given(first: str, second: str, settings: MatchSettings) -> tuple[str, float]:
    lore = settings.names
    if _for_a_girl(first, second):
        return "look_alike", 0.0
    if alike(first, second):
        if not (lore.well_known(first) and lore.well_known(second)):
            return "close", min(lore.given_bits(first), lore.given_bits(second))
        if a_letter_apart(first, second):
            return "look_alike", 0.0
    if lore.akin(first, second) or _short_slip(first, second, lore):
        return "look_alike", 0.0
    if (first in lore.day_names) != (second in lore.day_names):
        return "day_name", 0.0
    return "different", 0.0


def _short_slip(first: str, second: str, lore: NameLore) -> bool:
    """Whether a letter of a short name may be wrong: Mei and Mie. In so few letters it may as well be a twin's name."""
    both_known = lore.well_known(first) and lore.well_known(second)
    return not both_known and max(len(first), len(second)) >= 3 and a_letter_apart(first, second)


def _for_a_girl(first: str, second: str) -> bool:
    """Whether one is the other made a girl's name, so that they may be a brother and a sister: Amir and Amira."""
    short, long = sorted((first, second), key=len)
    return len(short) >= 3 and short[-1] not in "aeiou" and long in {f"{short}a", f"{short}ah"}


def _without_given(ours: Names, theirs: Names, settings: MatchSettings) -> tuple[str, float]:
    """A child without a name yet may still be called the first or the second of twins; a name may stand in another box."""
    if ours.which and theirs.which:
        return ("same_twin" if ours.which == theirs.which else "other_twin"), 0.0
    for named, without in ((ours, theirs), (theirs, ours)):
        if named.given and len(without.surname) > 1 and named.given[0] in without.surname:
            return "elsewhere", settings.names.given_bits(named.given[0])
    return "unknown", 0.0


def _known_as(ours: Names, theirs: Names, settings: MatchSettings) -> bool:
    """Whether one is known by what the other is called first."""
    return any(
        word == called.called[0] or one_given(word, called.called[0], settings.names)
        for known, called in ((ours, theirs), (theirs, ours))
        for word in known.known_as
    )


def _shared(ours: Names, theirs: Names, settings: MatchSettings) -> set[str]:
    """What one is called first and the other is called too, in whatever form.

    A second name that both have is no such name: brothers share their father's. Nor is an honorific such as Mohammed,
    unless one has no other name.
    """
    one, other = _own(ours, theirs), _own(theirs, ours)
    if len(one) + len(other) < 3:
        return set()
    firsts = {(word, one[0]) for word in other} | {(other[0], word) for word in one}
    firsts |= {(word, known) for word in other for known in ours.known_as} | {(known, word) for word in one for known in theirs.known_as}
    return {
        name for pair in firsts if len(pair[0]) > 1 and (pair[0] == pair[1] or one_given(*pair, settings.names)) for name in pair
    }


def _own(names: Names, other: Names) -> tuple[str, ...]:
    """The names that tell one child of a family from another; an honorific where the other side has nothing else."""
    bare = not other.honorific and len(other.given) == 1
    return (*names.given, *names.known_as, *(names.honorific if bare else ()))


def _goes_on_otherwise(ours: tuple[str, ...], theirs: tuple[str, ...], settings: MatchSettings) -> bool:
    """Whether both have a second name and the two are unlike: Wing Yan and Wing Tung."""
    if len(ours) < 2 or len(theirs) < 2 or set(ours[1:]) & set(theirs[1:]):
        return False
    one, other = ours[1], theirs[1]
    return one[0] != other[0] or (min(len(one), len(other)) > 1 and not alike(one, other) and not one_given(one, other, settings.names))


def surname_level(ours: Names, theirs: Names, settings: MatchSettings) -> tuple[str, float]:
    """How far two people's family names agree, and how rare the name is that they share, in bits."""
    lore = settings.names
    one, other = ours.surname, theirs.surname
    if not (one and other):
        return _without_surname(ours, theirs, settings)
    if one == other or ours.run == theirs.run or (len(one) + len(other) > 2 and "".join(one) == "".join(other)):
        return "exact", max(lore.surname_bits(word) for word in (*one, *other))
    if sorted(one) == sorted(other):
        return "reordered", sum(lore.surname_bits(word) for word in one)
    if one_surname(ours.run, theirs.run, lore):
        return "variant", min(lore.surname_bits(ours.run), lore.surname_bits(theirs.run))
    forms = [(a, b) for a in one for b in other if a == b or one_surname(a, b, lore)]
    if forms:
        bits = max(min(lore.surname_bits(a), lore.surname_bits(b)) for a, b in forms)
        whole = len({a for a, _ in forms}) == len(one) and len({b for _, b in forms}) == len(other)
        return ("variant" if whole else "part"), bits
    elsewhere = _elsewhere(ours, theirs)
    if elsewhere:
        return "elsewhere", min(lore.surname_bits(word) for word in elsewhere)
    if len(one) == len(other) == 1 and 1 in {len(one[0]), len(other[0])}:
        return ("initial" if one[0][0] == other[0][0] else "different"), 0.0
    slips = [(a, b) for a in one for b in other if alike(a, b)]
    if slips:
        return "close", min(lore.surname_bits(word) for pair in slips for word in pair)
    return "different", 0.0


def _elsewhere(ours: Names, theirs: Names) -> list[str]:
    """The family names of one side that stand among the further first names of the other."""
    return [word for word in ours.surname if word in theirs.called[1:]] + [word for word in theirs.surname if word in ours.called[1:]]


def _without_surname(ours: Names, theirs: Names, settings: MatchSettings) -> tuple[str, float]:
    """Begum and Begum, Singh and Kaur, a whole name in one box, or no family name at all on one side."""
    inside = [word for word in ours.surname if word in theirs.called] + [word for word in theirs.surname if word in ours.called]
    if inside:
        return "elsewhere", min(settings.names.surname_bits(word) for word in inside)
    if set(ours.title) & set(theirs.title):
        return "title", 0.0
    return "unknown", 0.0


def _swapped(ours: Names, theirs: Names, settings: MatchSettings) -> tuple[float, float] | None:
    """How rare the two names are that stand in each other's boxes, in bits; None where they do not."""
    lore = settings.names
    one = _crossed(ours.called, theirs.surname, settings)
    other = _crossed(theirs.called, ours.surname, settings)
    if one is None or other is None:
        return None
    common, rare = sorted(min(lore.given_bits(word), lore.surname_bits(word)) for word in (one, other))
    return common, rare


def _crossed(given: tuple[str, ...], surname: tuple[str, ...], settings: MatchSettings) -> str | None:
    if given and surname and "".join(given) == "".join(surname):
        return given[0]
    lore = settings.names
    return next((word for word in given for family in surname if len(word) > 1 and _crosses(word, family, lore)), None)


def _crosses(word: str, family: str, lore: NameLore) -> bool:
    return word == family or one_given(word, family, lore) or alike(word, family)
