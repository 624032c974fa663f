"""All that two statements say about being one person, field by field, and what it adds up to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache

from safeguard.people.matching import compare_birth, compare_family, compare_home, compare_names, compare_numbers, compare_rest
from safeguard.people.matching.line import Finding, Line
from safeguard.people.matching.profile import Profile, profile_of
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.statement import Statement

# A household correction smaller than this, in bits, is not worth a line.
_WORTH_SAYING = 0.05
_WORDS: Mapping[tuple[str, str], str] = {
    **{("given_name", level): words for level, words in compare_names.GIVEN_WORDS.items()},
    **{("surname", level): words for level, words in compare_names.SURNAME_WORDS.items()},
    **{("birth", level): words for level, words in compare_birth.WORDS.items()},
    **compare_numbers.WORDS,
    **compare_home.WORDS,
    **compare_rest.WORDS,
}


def compare(one: Statement, other: Statement, settings: MatchSettings) -> tuple[Line, ...]:
    """The evidence of two statements, a line a field; what one of them does not state gives no line.

    The weights add up, with the prior, to the log of the odds in bits: the last line takes off what brothers, sisters
    and twins share, so that a household counts once.
    """
    ours, theirs = profile_of(one, settings), profile_of(other, settings)
    found = findings(ours, theirs, settings)
    lines = [line_of(finding, ours, theirs, settings) for finding in found]
    return (*lines, *household_line(found, settings))


def findings(one: Profile, other: Profile, settings: MatchSettings) -> list[Finding]:
    """How far each field agrees, of those that both sides state."""
    return [*own_findings(one, other, settings), *shared_findings(one, other, settings)]


def own_findings(one: Profile, other: Profile, settings: MatchSettings) -> list[Finding]:
    """What names, birth and numbers say, which tell most people apart."""
    found = list(compare_names.name_findings(one.names, other.names, settings))
    found.append(compare_birth.birth_finding(one.said, other.said, settings))
    found += compare_numbers.number_findings(one, other, settings)
    return found


def shared_findings(one: Profile, other: Profile, settings: MatchSettings) -> list[Finding]:
    """What home, family and the rest say, most of which a household shares."""
    found = list(compare_home.home_findings(one, other, settings))
    family = compare_family.family_finding(one, other, settings)
    if family:
        found.append(family[0])
    found += compare_rest.rest_findings(one, other, settings)
    return found


def log_odds(found: Iterable[Finding], settings: MatchSettings) -> float:
    """The log of the odds, in bits, that two statements are of one person.

    Three other explanations stand against that: two strangers, a brother or sister, a twin. What a household shares
    counts against strangers only, so that no amount of it makes one person of two children in one house.
    """
    bands = settings.bands
    stranger, relative, twin = bands["prior"], bands["relatives"], bands["twins"]
    for _field, _level, bits, kin, born_together in found:
        stranger += bits
        relative += kin
        twin += born_together
    least = min(stranger, relative, twin)
    rest = math.exp2(least - stranger) + math.exp2(least - relative) + math.exp2(least - twin)
    return least - math.log2(rest)


def most_odds(own: Iterable[Finding], settings: MatchSettings) -> float:
    """At least as much as `log_odds` of these and any `shared_findings` can come to.

    Relatives and twins share a home and a family, so that nothing found there tells one child of them from another.
    """
    relative, twin = settings.bands["relatives"], settings.bands["twins"]
    for _field, _level, _bits, kin, born_together in own:
        relative += kin
        twin += born_together
    return min(relative, twin) + _most_of_the_rest(settings)


@lru_cache(maxsize=64)
def _most_of_the_rest(settings: MatchSettings) -> float:
    """The most that any `shared_findings` say against relatives or twins, in bits."""
    fields = {field for field, _level in (*compare_home.WORDS, *compare_rest.WORDS)} | {"family"}
    weights = [[level.found for level in settings.levels[field].values()] for field in fields]
    return sum(max(0.0, *(max(found.relative, found.twin) for found in levels)) for levels in weights)


def household_line(found: list[Finding], settings: MatchSettings) -> tuple[Line, ...]:
    """What the weights against strangers leave out: that relatives and twins share much of what agrees."""
    off = log_odds(found, settings) - settings.bands["prior"] - sum(one.bits for one in found)
    if off > -_WORTH_SAYING:
        return ()
    words = "Brothers, sisters and twins share what agrees here, so it is counted once"
    return (Line("household", "", "", "counted_once", off, words),)


def line_of(found: Finding, one: Profile, other: Profile, settings: MatchSettings) -> Line:
    """A finding in words."""
    if found.field == "family":
        return _family_line(found, one, other, settings)
    words = _WORDS[found.field, found.level]
    return Line(found.field, _said(found.field, one), _said(found.field, other), found.level, found.bits, words)


def _family_line(found: Finding, one: Profile, other: Profile, settings: MatchSettings) -> Line:
    again = compare_family.family_finding(one, other, settings)
    ours, theirs = (again[1], again[2]) if again else (None, None)
    whose = compare_family.WHOSE[ours.side] if ours else "parent"
    words = compare_family.WORDS[found.level].format(whose=whose)
    said = [" ".join(filter(None, (kin.member.given_names, kin.member.surname))) if kin else "" for kin in (ours, theirs)]
    return Line("family", said[0], said[1], found.level, found.bits, words)


def _said(field: str, profile: Profile) -> str:
    said = profile.said
    if field == "birth":
        return compare_birth.birth_said(said)
    if field == "home":
        return ", ".join([*said.address_lines, *filter(None, [said.postcode])])
    if field == "life":
        return f"died {said.death_date.isoformat()}" if said.death_date else ""
    value = {
        "given_name": said.given_names, "surname": said.surname, "number": said.nhs_number, "pupil_number": said.upn,
        "home_office_ref": said.home_office_ref, "local_id": said.local_id, "street": ", ".join(said.address_lines),
        "place": said.place, "phone": said.phone, "email": said.email, "sex": said.sex, "kind": said.kind, "country": said.country,
    }[field]  # fmt: skip
    return value or ""
