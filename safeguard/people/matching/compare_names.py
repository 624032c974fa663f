"""Comparing names: exact, short forms, spellings, slips, parts left out, and the two the wrong way round."""

from __future__ import annotations

from safeguard.people.matching.line import Line
from safeguard.people.matching.names import Names, alike, masculine, names_of
from safeguard.people.matching.settings import MatchSettings, NameLore
from safeguard.people.matching.statement import Statement

_GIVEN_WORDS = {
    "exact": "Same first name",
    "variant": "First names are forms of one name",
    "close": "First names differ by what may be a slip",
    "part": "They share one of their first names",
    "initial": "The initial fits the first name",
    "look_alike": "First names look alike but are two different names",
    "different": "Different first names",
    "unknown": "A first name is not known on both sides",
    "swapped": "First and family name are the other way round",
}
_SURNAME_WORDS = {
    "exact": "Same family name",
    "variant": "Family names are spellings of one name",
    "close": "Family names differ by what may be a slip",
    "part": "They share part of the family name",
    "title": "They share only a name that very many bear",
    "different": "Different family names",
    "unknown": "A family name is not known on both sides",
    "swapped": "First and family name are the other way round",
}


def name_lines(one: Statement, other: Statement, settings: MatchSettings) -> tuple[Line, Line]:
    """What the first name and the family name say."""
    ours, theirs = names_of(one, settings.names), names_of(other, settings.names)
    given = given_level(ours, theirs, settings)
    surname = _surname_level(ours, theirs, settings)
    if given[0] in {"different", "unknown", "look_alike"} and _swapped(ours, theirs):
        weights, lore = settings.weights["name"], settings.names
        given = ("swapped", lore.given_bits(theirs.given[0]) + weights["swapped"])
        surname = ("swapped", min(weights["most"], lore.surname_bits(ours.given[0])) + weights["swapped"])
    return (
        Line("given_name", one.given_names or "", other.given_names or "", *given, _GIVEN_WORDS[given[0]]),
        Line("surname", one.surname or "", other.surname or "", *surname, _SURNAME_WORDS[surname[0]]),
    )


def given_level(ours: Names, theirs: Names, settings: MatchSettings) -> tuple[str, float]:
    """How far two people's first names agree, and its weight in bits."""
    weights, lore = settings.weights["name"], settings.names
    if not ours.called or not theirs.called:
        return "unknown", 0.0
    first, second = ours.called[0], theirs.called[0]
    bits = min(weights["most"], lore.given_bits(first), lore.given_bits(second))
    if first == second or "".join(ours.given) == "".join(theirs.given) != "":
        return "exact", bits
    if lore.same_name(first, second):
        return "variant", bits + weights["given_variant"]
    shared = _shared(ours.called, theirs.called, lore)
    if shared:
        return "part", weights["given_part"] * min(weights["most"], *(lore.given_bits(word) for word in shared))
    if 1 in {len(first), len(second)}:
        return ("initial", weights["given_initial"]) if first[0] == second[0] else ("different", weights["given_different"])
    if alike(first, second):
        if lore.well_known(first) and lore.well_known(second):
            return "look_alike", weights["given_look_alike"]
        return "close", weights["given_close"] * bits
    return "different", weights["given_different"]


def _shared(ours: tuple[str, ...], theirs: tuple[str, ...], lore: NameLore) -> set[str]:
    """The names that both are called by, in whatever form."""
    pairs = ((word, other) for word in ours for other in theirs if len(word) > 1)
    return {name for pair in pairs if pair[0] == pair[1] or lore.same_name(*pair) for name in pair}


def _surname_level(ours: Names, theirs: Names, settings: MatchSettings) -> tuple[str, float]:
    weights, lore = settings.weights["name"], settings.names
    if not (ours.surname and theirs.surname):
        return _title_level(ours, theirs, settings)
    shared = [word for word in ours.surname if word in theirs.surname]
    most = weights["most"]
    if ours.surname == theirs.surname or "".join(ours.surname) == "".join(theirs.surname):
        return "exact", min(most, max(lore.surname_bits(word) for word in (*ours.surname, *theirs.surname)))
    if shared and len(shared) == len(ours.surname) == len(theirs.surname):
        return "variant", min(most, sum(lore.surname_bits(word) for word in shared)) + weights["surname_variant"]
    if shared:
        return "part", weights["surname_part"] * min(most, max(lore.surname_bits(word) for word in shared))
    elsewhere = [word for word in ours.surname if word in theirs.given] + [w for w in theirs.surname if w in ours.given]
    if elsewhere:
        return "part", weights["surname_part"] * min(most, *(lore.surname_bits(word) for word in elsewhere))
    return _near_surname(ours.surname, theirs.surname, settings)


def _near_surname(ours: tuple[str, ...], theirs: tuple[str, ...], settings: MatchSettings) -> tuple[str, float]:
    weights, lore = settings.weights["name"], settings.names
    pairs = [(word, other) for word in ours for other in theirs]
    forms = [pair for pair in pairs if masculine(pair[0]) == masculine(pair[1]) or lore.same_name(*pair)]
    if forms:
        bits = min(weights["most"], *(lore.surname_bits(word) for pair in forms for word in pair))
        return "variant", bits + weights["surname_variant"]
    slips = [pair for pair in pairs if alike(*pair)]
    if slips:
        return "close", weights["surname_close"] * min(weights["most"], *(lore.surname_bits(w) for p in slips for w in p))
    return "different", weights["surname_different"]


def _title_level(ours: Names, theirs: Names, settings: MatchSettings) -> tuple[str, float]:
    """Begum and Begum, Singh and Kaur, or no family name at all on one side."""
    weights = settings.weights["name"]
    if ours.title and not ours.surname and ours.title == theirs.title:
        return "title", weights["title"]
    inside = [word for word in (*ours.surname, *theirs.surname) if word in ours.given or word in theirs.given]
    if inside:
        bits = min(weights["most"], *(settings.names.surname_bits(word) for word in inside))
        return "part", weights["surname_part"] * bits
    return "unknown", 0.0


def _swapped(ours: Names, theirs: Names) -> bool:
    return bool(ours.given and theirs.given and ours.given == theirs.surname and ours.surname == theirs.given)
