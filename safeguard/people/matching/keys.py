"""Blocking keys: short strings that two statements of one person very likely share, so that an index finds them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from safeguard.people.identifiers import is_nhs_number, is_pseudo_postcode, normalise_nhs_number, normalise_postcode
from safeguard.people.matching.compare_rest import phone_figures
from safeguard.people.matching.names import Names, masculine, names_of, sound, tokens
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.statement import FamilyMember, Statement

MOST_KEYS = 40
LONGEST_KEY = 64
_PREGNANCY_STEP = 28


def blocking_keys(statement: Statement) -> frozenset[str]:
    """At most `MOST_KEYS` keys, each at most `LONGEST_KEY` characters; the most telling kinds first."""
    lore = MatchSettings.load().names
    names = names_of(statement, lore)
    found = dict.fromkeys(
        key[:LONGEST_KEY]
        for keys in (
            _numbers(statement), _dates(statement, names), _family(statement), _places(statement, names),
            _sounds(statement, names),
        )
        for key in keys
    )  # fmt: skip
    return frozenset(list(found)[:MOST_KEYS])


def _numbers(statement: Statement) -> Iterator[str]:
    number = normalise_nhs_number(statement.nhs_number or "")
    if is_nhs_number(number):
        yield f"nhs:{number}"
    if statement.upn:
        yield f"upn:{statement.upn.upper()}"
    phone = phone_figures(statement.phone)
    if phone:
        yield f"tel:{phone}"


def _dates(statement: Statement, names: Names) -> Iterator[str]:
    born = statement.birth_date
    if born is None:
        return
    for day in _days(born):
        for word in names.called[:2]:
            yield f"gd:{word[:3]}:{day}"
        for word in (*names.surname, *names.title)[:2]:
            yield f"sd:{sound(masculine(word))}:{day}"


def _days(born: date) -> Iterator[str]:
    """The date as stated and with day and month the other way round, under one key for both."""
    low, high = sorted((born.day, born.month))
    yield f"{born.year}-{low:02d}-{high:02d}"
    if (born.month, born.day) in {(2, 29), (3, 1)}:
        yield f"{born.year}-leap"


def _family(statement: Statement) -> Iterator[str]:
    for member in statement.family[:8]:
        if is_nhs_number(member.nhs_number):
            yield f"fn:{member.relation}:{member.nhs_number}"
        elif member.birth_date and member.given_names:
            yield f"fd:{tokens(member.given_names)[:1]}:{member.birth_date}"
    for day in _due(statement):
        for mother in _mothers(statement):
            yield f"mo:{mother}:{day}"


def _due(statement: Statement) -> Iterator[int]:
    """Which spells of four weeks a birth falls in, and its neighbours, so that a few weeks out still meet."""
    day = statement.expected_date or statement.birth_date
    if day is None:
        return
    step = day.toordinal() // _PREGNANCY_STEP
    yield from (step - 1, step, step + 1) if statement.expected_date else (step,)
    if statement.expected_date:
        early = (day - timedelta(days=70)).toordinal() // _PREGNANCY_STEP
        yield from range(early, step - 1)


def _mothers(statement: Statement) -> Iterator[str]:
    for member in statement.family:
        if member.relation == "mother":
            yield from _mother(member)


def _mother(member: FamilyMember) -> Iterator[str]:
    words = tokens(member.surname)
    if words:
        yield sound(masculine(words[-1]))


def _places(statement: Statement, names: Names) -> Iterator[str]:
    postcode = normalise_postcode(statement.postcode) if statement.postcode else None
    if postcode is None or is_pseudo_postcode(postcode):
        return
    place = postcode.replace(" ", "")
    for word in names.called[:3]:
        yield f"pg:{place}:{word[:2]}"
    for word in (*names.surname, *names.title)[:2]:
        yield f"ps:{place}:{sound(masculine(word))[:3]}"


def _sounds(statement: Statement, names: Names) -> Iterator[str]:
    """Name against name with the year, for dates that are a slip out; neighbours of an age that was guessed."""
    years = _years(statement)
    pairs = [(given, family) for given in names.called[:2] for family in (*names.surname, *names.title)[:2]]
    for given, family in pairs:
        one, other = sorted((sound(given), sound(masculine(family))))
        for year in years:
            yield f"ny:{one}:{other}:{year}"
        if statement.kind == "adult":
            yield f"na:{one}:{other}"


def _years(statement: Statement) -> tuple[int, ...]:
    if statement.birth_date:
        return (statement.birth_date.year,)
    if statement.expected_date:
        return (statement.expected_date.year,)
    if statement.estimated_age is not None:
        year = statement.stated_on.year - statement.estimated_age
        return (year - 2, year - 1, year, year + 1)
    return ()
