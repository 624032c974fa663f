"""Blocking keys: what two statements of one person very likely share, so that an index finds one by the other.

Every kind puts two facts together that seldom fail at once, so that few records hold any one key, however large the
population: a key of one common fact (a name, a date) would be held by thousands and could not be read. The reasons
stand beside the kinds below; docs/matching-keys.md gives the measured recall of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import islice

from safeguard.people.identifiers import is_nhs_number, is_pseudo_postcode, normalise_nhs_number, normalise_postcode, normalise_upn
from safeguard.people.matching.names import Names, masculine, names_of, sound, tokens
from safeguard.people.matching.phone import phone_figures
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.statement import FamilyMember, Statement

# To be changed with every change here that gives a statement other keys.
_RULES = "2026-11-g"
MOST_KEYS = 40
_MOST_FAMILY = 8
_PREGNANCY_STEP = 28
_PREGNANCY_DAYS_EARLY = 126
# A child's record takes over from that of the pregnancy soon after birth; later the parents' own facts find it.
_INFANT_DAYS = 730
_SIDES = {
    "mother": "parent", "father": "parent", "parent": "parent", "adoptive_parent": "parent", "child_of": "child",
}  # fmt: skip


class _Facts:
    """A statement as the kinds read it, each part worked out once."""

    __slots__ = ("days", "families", "givens", "postcode", "statement")

    def __init__(self, statement: Statement) -> None:
        names = names_of(statement, MatchSettings.load().names)
        self.statement = statement
        self.givens = given_forms(names)
        self.families = family_forms(names)
        self.days = _days(statement.birth_date)
        self.postcode = _place(statement.postcode)


def blocking_keys(statement: Statement) -> frozenset[int]:
    """At most `MOST_KEYS` keys, signed 64-bit; those of the most telling kinds where there would be more.

    A key is the hash of its kind and facts. Two facts with one hash only add a candidate that is then compared.
    """
    return frozenset(islice(dict.fromkeys(hashed(f"{kind}:{facts}") for kind, facts in keys_by_kind(statement)), MOST_KEYS))


def hashed(text: str) -> int:
    """A key as it is stored."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


@cache
def key_rules() -> str:
    """Which rules make the keys, in 32 hexadecimal digits: these here, and what is known of names.

    An index made by other rules finds people less surely and is to be made again (`flask matching index`).
    """
    lore = MatchSettings.load().names
    known = (
        _RULES, sorted(KINDS), sorted(lore.placeholders), sorted(lore.titles), sorted(lore.particles),
        sorted((name, tuple(sorted(groups))) for name, groups in lore.groups.items()),
    )  # fmt: skip
    return blake2b(repr(known).encode(), digest_size=16).hexdigest()


def keys_by_kind(statement: Statement) -> Iterator[tuple[str, str]]:
    """Every key with its kind, before hashing; `KINDS` in order."""
    facts = _Facts(statement)
    for kind, of in KINDS.items():
        for key in of(facts):
            yield kind, key


def _nhs(facts: _Facts) -> Iterator[str]:
    """A number that passes its check is nearly always right."""
    number = normalise_nhs_number(facts.statement.nhs_number or "")
    if is_nhs_number(number):
        yield number


def _upn(facts: _Facts) -> Iterator[str]:
    """Schools keep it through every change of name and home."""
    if facts.statement.upn:
        yield normalise_upn(facts.statement.upn)


def _given_birth(facts: _Facts) -> Iterator[str]:
    """Survives a change of family name and of home."""
    for day in facts.days:
        for given in facts.givens:
            yield f"{given[:3]}:{day}"


def _family_birth(facts: _Facts) -> Iterator[str]:
    """Survives a first name that is missing, merged with another or "Baby"."""
    for day in facts.days:
        for family in facts.families:
            yield f"{family[:3]}:{day}"


def _place_birth(facts: _Facts) -> Iterator[str]:
    """Survives both names being wrong: another alphabet, a new family."""
    for day in facts.days:
        if facts.postcode:
            yield f"{facts.postcode}:{day}"


def _relative(facts: _Facts) -> Iterator[str]:
    """Finds an unnamed or unborn child by its parents, a parent by the children, whatever else is wrong."""
    for side, member in _family(facts.statement):
        given = tokens(member.given_names)
        if side == "sibling":
            continue
        if member.birth_date and given:
            yield f"{side}:{_sound_of(given[0])[:3]}:{_folded(member.birth_date)}"
        elif is_nhs_number(member.nhs_number):
            yield f"{side}:{member.nhs_number}"


def _pregnancy(facts: _Facts) -> Iterator[str]:
    """An unborn child has no name and no birthday: the mother and the weeks in which it is due."""
    spells = _spells(facts.statement)
    for member in facts.statement.family if spells else ():
        given, family = tokens(member.given_names), tokens(member.surname)
        if member.relation != "mother" or not given:
            continue
        known_by = (_sound_of(masculine(family[-1])) if family else "", facts.postcode)
        for spell in spells:
            for other in filter(None, known_by):
                yield f"{_sound_of(given[0])}:{other}:{spell}"


def _place_given(facts: _Facts) -> Iterator[str]:
    """Survives a birthday that is missing or wrong, and a change of family name."""
    if facts.postcode:
        for given in facts.givens:
            yield f"{facts.postcode}:{given[:2]}"


def _place_family(facts: _Facts) -> Iterator[str]:
    """The family at that address: a child without a first name or birthday, and brothers and sisters known already."""
    if facts.postcode:
        for family in facts.families:
            yield f"{facts.postcode}:{family[:3]}"


def _names_year(facts: _Facts) -> Iterator[str]:
    """Survives a slip in the day or month, 1 January put for it, and an age that was guessed; a move too."""
    for one, other in _pairs(facts):
        for year in _years(facts.statement):
            yield f"{one}:{other}:{year}"


def _phone(facts: _Facts) -> Iterator[str]:
    """A telephone is a household's, whatever they are called and wherever they have moved."""
    phone = phone_figures(facts.statement.phone)
    if phone:
        yield phone


def _names(facts: _Facts) -> Iterator[str]:
    """An uncommon full name finds a person of whom neither age nor home is known; a common one is never read."""
    for one, other in _pairs(facts):
        yield f"{one}:{other}"


# In this order, the most telling first.
KINDS: dict[str, Callable[[_Facts], Iterator[str]]] = {
    "nhs": _nhs,
    "upn": _upn,
    "given_birth": _given_birth,
    "family_birth": _family_birth,
    "place_birth": _place_birth,
    "relative": _relative,
    "phone": _phone,
    "place_given": _place_given,
    "place_family": _place_family,
    "names_year": _names_year,
    "pregnancy": _pregnancy,
    "names": _names,
}


def given_forms(names: Names) -> tuple[str, ...]:
    """The sounds of the first two first names: short forms sound like the name they stand for. No bare initials."""
    words = [word for word in names.called if len(word) > 1][:2]
    return tuple(dict.fromkeys(form for word in words for form in _forms(word)))


@lru_cache(maxsize=65_536)
def _forms(word: str) -> tuple[str, ...]:
    groups = sorted(MatchSettings.load().names.groups.get(word, ()))[:2]
    return tuple(_sound_of(_full_names()[group]) for group in groups) or (_sound_of(word),)


def family_forms(names: Names) -> tuple[str, ...]:
    """The same of the first two parts of the family name, and of a title such as Begum that stands for one.

    With a particle in it the name may elsewhere be written as one word: de la Cruz, Delacruz.
    """
    words = (*names.surname, *names.title)[:2]
    if names.surname and not names.title and names.run != "".join(names.surname):
        words = (*words, names.run)
    return tuple(dict.fromkeys(form for word in words for form in _forms(masculine(word))[:1]))


@lru_cache(maxsize=65_536)
def _sound_of(word: str) -> str:
    """The sound of `word`, four codes at most; its letters where nothing sounds."""
    return sound(word)[:4] or word[:4]


@cache
def _full_names() -> dict[int, str]:
    """For each group of forms the longest, which is the name in full."""
    names = sorted(MatchSettings.load().names.groups.items(), key=lambda item: (-len(item[0]), item[0]))
    return {group: name for name, groups in reversed(names) for group in groups}


def _pairs(facts: _Facts) -> Iterator[tuple[str, str]]:
    """First and family name, in one order whichever stands in whose place."""
    for given in facts.givens:
        for family in facts.families:
            yield (given, family) if given < family else (family, given)


def _days(born: date | None) -> tuple[str, ...]:
    if born is None:
        return ()
    if (born.month, born.day) == (2, 29):
        return (_folded(born), _folded(date(born.year, 3, 1)))
    return (_folded(born),)


@lru_cache(maxsize=32_768)
def _folded(day: date) -> str:
    """A date under one form for itself and for day and month the other way round."""
    low, high = sorted((day.day, day.month))
    return f"{day.year}{low:02d}{high:02d}"


@lru_cache(maxsize=32_768)
def _place(postcode: str | None) -> str:
    found = normalise_postcode(postcode) if postcode else None
    return "" if found is None or is_pseudo_postcode(found) else found.replace(" ", "")


def _family(statement: Statement) -> Iterator[tuple[str, FamilyMember]]:
    for member in statement.family[:_MOST_FAMILY]:
        yield _SIDES.get(member.relation, "sibling"), member


def _spells(statement: Statement) -> range:
    """The spells of four weeks in which a birth may fall, by number; one for an infant already born."""
    due, born = statement.expected_date, statement.birth_date
    if due:
        early = due.toordinal() - _PREGNANCY_DAYS_EARLY
        return range(early // _PREGNANCY_STEP, due.toordinal() // _PREGNANCY_STEP + 2)
    if born and statement.kind == "child" and 0 <= (statement.stated_on - born).days <= _INFANT_DAYS:
        spell = born.toordinal() // _PREGNANCY_STEP
        return range(spell, spell + 1)
    return range(0)


def _years(statement: Statement) -> tuple[int, ...]:
    if statement.birth_date:
        return (statement.birth_date.year,)
    if statement.expected_date:
        return (statement.expected_date.year,)
    if statement.estimated_age is not None:
        year = statement.stated_on.year - statement.estimated_age
        return (year - 2, year - 1, year, year + 1)
    return ()
