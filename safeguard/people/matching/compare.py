"""All that two statements say about being one person, line by line, the household counted once."""

from __future__ import annotations

from dataclasses import replace

from safeguard.people.matching.compare_birth import birth_line
from safeguard.people.matching.compare_names import given_level, name_lines
from safeguard.people.matching.compare_rest import family_line, home_line, kind_line, number_line, phone_line, sex_line
from safeguard.people.matching.line import Line
from safeguard.people.matching.names import Names, names_of, tokens
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.statement import FamilyMember, Statement

_HOUSEHOLD = ("home", "phone", "family")


def compare(one: Statement, other: Statement, settings: MatchSettings) -> tuple[Line, ...]:
    """The evidence of two statements, a line a field; what one of them does not state gives no line."""
    given, surname = name_lines(one, other, settings)
    birth = birth_line(one, other, settings)
    lines = [
        given, surname, birth,
        *filter(None, [
            number_line(one, other, settings), home_line(one, other, settings), phone_line(one, other, settings),
            family_line(one, other, settings), sex_line(one, other, settings), kind_line(one, other, settings),
        ]),
    ]  # fmt: skip
    return tuple(_twins(_household_once(lines, settings), settings))


def _household_once(lines: list[Line], settings: MatchSettings) -> list[Line]:
    """Brothers and sisters share address, phone and parents: the strongest of them counts, the others a little."""
    shared = [line for line in lines if line.field in _HOUSEHOLD and line.weight > 0]
    if len(shared) < 2:
        return lines
    strongest = max(shared, key=lambda line: line.weight)
    second = settings.weights["home"]["second"]
    return [replace(line, weight=second) if line in shared and line is not strongest else line for line in lines]


def _twins(lines: list[Line], settings: MatchSettings) -> list[Line]:
    """Another first name with the same family name and the same day of birth is a twin, not a slip."""
    levels = {line.field: line.level for line in lines}
    alike = levels["surname"] in {"exact", "variant", "close", "part"} and levels["birth"] in {"exact", "swapped", "one_slip"}
    if levels["given_name"] != "different" or not alike:
        return lines
    words = "Different first names with one family name and day of birth, as twins have"
    twin = settings.weights["name"]["given_twin"]
    return [replace(line, weight=twin, words=words) if line.field == "given_name" else line for line in lines]


def sibling_could_be_meant(one: Statement, other: Statement, settings: MatchSettings) -> bool:
    """Whether either side names a brother or sister whom the other side fits as well: Alex, of Alexander and Alexandra."""
    return _fits_sibling(one, other, settings) or _fits_sibling(other, one, settings)


def _fits_sibling(one: Statement, other: Statement, settings: MatchSettings) -> bool:
    named = names_of(one, settings.names)
    return any(
        "sibling" in member.relation
        and not (member.birth_date and one.birth_date and member.birth_date != one.birth_date)
        and given_level(named, _of(member), settings)[0] in {"exact", "variant", "close", "part", "initial", "look_alike"}
        for member in other.family
    )


def _of(member: FamilyMember) -> Names:
    return Names(given=tokens(member.given_names), known_as=(), surname=tokens(member.surname), title=())
