"""Comparing numbers, homes, telephones, families and sex."""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA

from safeguard.people.identifiers import is_nhs_number, is_pseudo_postcode, normalise_nhs_number, normalise_postcode
from safeguard.people.matching.compare_names import given_level
from safeguard.people.matching.line import Line
from safeguard.people.matching.names import Names, tokens
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.statement import FamilyMember, Statement

_NUMBER = re.compile(r"\d+")
_LETTERS_AND_FIGURES = re.compile(r"[a-z0-9]+")
_AGREES = frozenset({"exact", "variant", "part", "close"})
_PARENTS = frozenset({"mother", "father", "parent", "adoptive_parent"})


def number_line(one: Statement, other: Statement, settings: MatchSettings) -> Line | None:
    """What the NHS numbers say, or else the unique pupil numbers."""
    weights = settings.weights["number"]
    level = _nhs_level(one.nhs_number, other.nhs_number)
    if level:
        words = {"same": "Same NHS number", "slip": "NHS numbers differ by one slip", "different": "Different NHS numbers"}
        return Line("number", one.nhs_number or "", other.nhs_number or "", level, weights[level], words[level])
    ours, theirs = (one.upn or "").upper(), (other.upn or "").upper()
    if len(ours) == len(theirs) == 13:
        level = "same" if ours == theirs else "other_pupil"
        weight = weights["pupil_same" if ours == theirs else "pupil_different"]
        words_of = "Same unique pupil number" if ours == theirs else "Different unique pupil numbers"
        return Line("number", ours, theirs, level, weight, words_of)
    return None


def _nhs_level(one: str | None, other: str | None) -> str | None:
    """Only a number that passes its check says anything; a broken one may be the good one with a slip."""
    ours, theirs = (normalise_nhs_number(number or "") for number in (one, other))
    valid = is_nhs_number(ours) + is_nhs_number(theirs)
    if valid == 2:
        return "same" if ours == theirs else "different"
    near = valid == 1 and len(ours) == len(theirs) == 10
    return "slip" if near and OSA.distance(ours, theirs, score_cutoff=1) <= 1 else None


def home_line(one: Statement, other: Statement, settings: MatchSettings) -> Line | None:
    """What the two addresses say. Pseudo-postcodes say nothing."""
    ours, theirs = (normalise_postcode(s.postcode) if s.postcode else None for s in (one, other))
    if one.uprn and one.uprn == other.uprn:
        return _home(one, other, "same_address", "Same address", settings)
    if not ours or not theirs or is_pseudo_postcode(ours) or is_pseudo_postcode(theirs):
        return None
    if ours != theirs:
        near = ours.split()[0] == theirs.split()[0]
        return _home(one, other, *(("near", "Addresses near each other") if near else ("elsewhere", "Different addresses")), settings)
    houses = [_house(statement) for statement in (one, other)]
    if not all(houses):
        return _home(one, other, "same_postcode", "Same postcode", settings)
    if houses[0] == houses[1]:
        return _home(one, other, "same_address", "Same address", settings)
    return _home(one, other, "near", "Same postcode, but another house", settings)


def _home(one: Statement, other: Statement, level: str, words: str, settings: MatchSettings) -> Line:
    ours, theirs = (", ".join([*s.address_lines, *filter(None, [s.postcode])]) for s in (one, other))
    return Line("home", ours, theirs, level, settings.weights["home"][level], words)


def _house(statement: Statement) -> str:
    """The number of the house, or else the first word of its name."""
    text = " ".join(statement.address_lines).lower()
    numbers = _NUMBER.findall(text)
    return "-".join(numbers) or next(iter(_LETTERS_AND_FIGURES.findall(text)), "")


def phone_line(one: Statement, other: Statement, settings: MatchSettings) -> Line | None:
    """A shared telephone; a different one says nothing."""
    ours, theirs = (phone_figures(statement.phone) for statement in (one, other))
    if not ours or ours != theirs:
        return None
    return Line("phone", one.phone or "", other.phone or "", "same_phone", settings.weights["home"]["same_phone"], "Same telephone")


def phone_figures(phone: str | None) -> str:
    """The last ten figures, so that +44 and 0 are alike; empty where there are fewer."""
    figures = "".join(_NUMBER.findall(phone or ""))
    return figures[-10:] if len(figures) >= 10 else ""


def family_line(one: Statement, other: Statement, settings: MatchSettings) -> Line | None:
    """Parents, children, brothers and sisters that both name, or mothers who are two people."""
    weights = settings.weights["family"]
    best: tuple[str, FamilyMember, FamilyMember] | None = None
    for ours in one.family:
        for theirs in other.family:
            if _side(ours) != _side(theirs):
                continue
            level = _member_level(ours, theirs, settings)
            if level and (best is None or weights[level] > weights[best[0]]):
                best = (level, ours, theirs)
    if best is None:
        return None
    level, ours, theirs = best
    whose = {"parent": "parent", "child": "child", "sibling": "brother or sister"}[_side(ours)]
    words = "Different mothers" if level == "other_mother" else f"They have a {whose} in common"
    return Line("family", _full(ours), _full(theirs), level, weights[level], words)


def _side(member: FamilyMember) -> str:
    return "parent" if member.relation in _PARENTS else "child" if member.relation == "child_of" else "sibling"


def _full(member: FamilyMember) -> str:
    return " ".join(part for part in (member.given_names, member.surname) if part)


def _member_level(ours: FamilyMember, theirs: FamilyMember, settings: MatchSettings) -> str | None:
    valid = is_nhs_number(ours.nhs_number) and is_nhs_number(theirs.nhs_number)
    if valid and ours.nhs_number == theirs.nhs_number:
        return "same_number"
    given = given_level(_named(ours), _named(theirs), settings)[0]
    if ours.birth_date and theirs.birth_date:
        if given in _AGREES and ours.birth_date == theirs.birth_date:
            return "same_sibling" if _side(ours) == "sibling" else "same_mother"
        both_mothers = ours.relation == theirs.relation == "mother"
        return "other_mother" if both_mothers and given in {"different", "look_alike"} else None
    return None


def _named(member: FamilyMember) -> Names:
    return Names(given=tokens(member.given_names), known_as=(), surname=tokens(member.surname), title=())


def sex_line(one: Statement, other: Statement, settings: MatchSettings) -> Line | None:
    """Agreement says little; disagreement much."""
    if not {one.sex, other.sex} <= {"F", "M"}:
        return None
    same = one.sex == other.sex
    level, words = ("same", "Same sex") if same else ("different", "Different sex")
    return Line("sex", one.sex or "", other.sex or "", level, settings.weights["sex"][level], words)


def kind_line(one: Statement, other: Statement, settings: MatchSettings) -> Line | None:
    """A child and an adult: children grow up, but a parent is not their child."""
    if one.kind == other.kind:
        return None
    return Line("kind", one.kind, other.kind, "different", settings.weights["kind"]["different"], "One is a child, the other an adult")
