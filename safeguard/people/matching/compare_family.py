"""Comparing families: parents, children, brothers and sisters that both sides name, and what cannot be true of them."""

from __future__ import annotations

from datetime import date

from rapidfuzz.distance import OSA

from safeguard.people.matching.compare_names import given_level, surname_level
from safeguard.people.matching.line import Finding
from safeguard.people.matching.profile import Kin, Profile
from safeguard.people.matching.settings import MatchSettings

WORDS = {
    "same_number": "They have a {whose} in common, by NHS number",
    "same_parent": "They have a {whose} in common",
    "same_parent_name": "They have a {whose} of one name",
    "same_sibling": "They have a {whose} in common",
    "other_mother": "Different mothers",
    "other_mother_name": "Mothers with different names",
    "impossible": "Born before the other's parent was ten",
}
WHOSE = {"parent": "parent", "child": "child", "sibling": "brother or sister", "relative": "relative"}
_AGREES = frozenset({"exact", "variant", "part", "close"})
_UNLIKE = frozenset({"different", "look_alike"})
_YOUNGEST_PARENT_YEARS = 10


def family_finding(one: Profile, other: Profile, settings: MatchSettings) -> tuple[Finding, Kin | None, Kin | None] | None:
    """The strongest thing the two families say, and whom it is about."""
    if not one.kin and not other.kin:
        return None
    levels = settings.levels["family"]
    if _impossible(one, other) or _impossible(other, one):
        return levels["impossible"].found, None, None
    best: tuple[str, Kin, Kin] | None = None
    for ours in one.kin:
        for theirs in other.kin:
            level = _level(ours, theirs, settings) if ours.side == theirs.side else None
            if level and (best is None or levels[level].bits > levels[best[0]].bits):
                best = (level, ours, theirs)
    if best is None:
        return None
    return levels[best[0]].found, best[1], best[2]


def _level(ours: Kin, theirs: Kin, settings: MatchSettings) -> str | None:
    if ours.nhs and ours.nhs == theirs.nhs:
        return "same_number"
    given = given_level(ours.names, theirs.names, settings)[0]
    born = None
    if ours.member.birth_date and theirs.member.birth_date:
        born = _near(ours.member.birth_date, theirs.member.birth_date)
    mothers = ours.member.relation == theirs.member.relation == "mother"
    if given in _AGREES:
        if born:
            return "same_sibling" if ours.side == "sibling" else "same_parent"
        family = surname_level(ours.names, theirs.names, settings)[0]
        named = born is None and ours.side != "sibling" and family in {"exact", "variant", "part", "close"}
        return "same_parent_name" if named else None
    if mothers and given in _UNLIKE:
        conflict = (ours.nhs and theirs.nhs) or born is False
        return "other_mother" if conflict else "other_mother_name" if born is None else None
    return None


def _near(ours: date, theirs: date) -> bool:
    """The same day, or day and month swapped."""
    return ours == theirs or (ours.year, ours.month, ours.day) == (theirs.year, theirs.day, theirs.month)


def _impossible(child: Profile, parented: Profile) -> bool:
    """Whether `child` was born before a parent of `parented` was ten."""
    born = child.said.birth_date or child.said.expected_date
    if born is None:
        return False
    return any(
        kin.side == "parent" and kin.member.birth_date is not None and born.year - kin.member.birth_date.year < _YOUNGEST_PARENT_YEARS
        for kin in parented.kin
    )


def sibling_could_be_meant(one: Profile, other: Profile, settings: MatchSettings) -> bool:
    """Whether either side names a brother or sister whom the other side fits as well: Alex, of Alexander and Alexandra."""
    return _fits_sibling(one, other, settings) or _fits_sibling(other, one, settings)


def _fits_sibling(one: Profile, other: Profile, settings: MatchSettings) -> bool:
    fits = {"exact", "variant", "close", "part", "initial", "look_alike", "unknown"}
    return any(
        kin.side == "sibling" and _could_be(one, kin) and given_level(one.names, kin.names, settings)[0] in fits
        for kin in other.kin
    )


def _could_be(one: Profile, kin: Kin) -> bool:
    """Whether `kin` was born when `one` was, or a slip away, as far as both are known; a child without a name needs a date that agrees."""
    born, theirs = one.said.birth_date, kin.member.birth_date
    if born and theirs:
        return _near(born, theirs) or OSA.distance(born.isoformat(), theirs.isoformat(), score_cutoff=1) <= 1
    if one.said.expected_date and theirs:
        return abs((one.said.expected_date - theirs).days) <= 119
    return bool(one.names.called)
