"""Why a high sum is still not certain, in words: what a person must look at before two become one."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from safeguard.people.matching.calibration import Trust
from safeguard.people.matching.settings import MatchSettings

_NAMED = frozenset({"exact", "variant", "close", "part", "first_only", "swapped", "elsewhere"})
_DATED = frozenset({
    "exact", "swapped", "leap_day", "one_slip", "year_slip", "first_of_january", "born_of_pregnancy", "same_pregnancy",
})  # fmt: skip
_NOT_BORN = frozenset({"different", "other_pregnancy", "age_apart", "age_far", "generation", "other_year"})
_SLIPS = frozenset({"one_slip", "year_slip", "two_parts"})
_NUMBERED = frozenset({"same", "superseded"})
_NUMBERS = ("number", "pupil_number", "home_office_ref", "local_id")
_HOUSEHOLD = ("home", "street", "phone", "email", "family")
# Weaker agreement than this, such as an address in the same part of town, is not evidence of its own kind.
_EVIDENCE = 1.0
_SAME_PARENT = frozenset({"same_number", "same_parent"})
_UNNAMED = "the first name is not known"
SIBLING = "a brother or sister fits as well"
_ALONE: Mapping[str, Trust] = {
    "no date of birth confirms it": "undated",
    _UNNAMED: "unnamed",
    "the first name differs": "first_name",
    "the family name differs": "family_name",
    "nothing but name and date of birth agrees, and others may share them": "bare",
}
# What one person can hardly be both of. Other doubts say that little is known, or speak of facts that change.
_AGAINST = frozenset({"the date of birth differs", "the mothers differ", "one is an adult", "the family cannot be the same"})


def trust(found: Collection[str]) -> Trust:
    """How far a sum of weights can be trusted beside these doubts."""
    if not found:
        return "clear"
    if not _AGAINST.isdisjoint(found):
        return "against"
    if _UNNAMED in found:
        # Without a first name a brother or sister always fits: that says no more than that nobody is named.
        found = set(found) - {SIBLING}
    if SIBLING in found:
        return "sibling"
    return "several" if len(found) > 1 else _ALONE.get(next(iter(found)), "doubted")


def doubts(level: Mapping[str, str], weight: Mapping[str, float], rarity: float, settings: MatchSettings) -> list[str]:
    """What speaks against linking without a person's look; empty where nothing does.

    Args:
        level, weight: by field, of what both sides state; weights in bits.
        rarity: how seldom two strangers' names agree so far, in bits.
    """
    numbered = any(level.get(field) in _NUMBERED for field in _NUMBERS)
    found = [
        *(["a number differs"] if any(level.get(field) == "different" for field in _NUMBERS) else []),
        *(["the sex differs"] if level.get("sex") == "different" else []),
        *(["one is an adult"] if level.get("kind") == "different" else []),
        *(["the mothers differ"] if level.get("family") in {"other_mother", "other_mother_name"} else []),
        *(["the family cannot be the same"] if level.get("family") == "impossible" else []),
        *(["one of them has died"] if "life" in level else []),
        *_name_doubts(level, weight, numbered=numbered),
        *_birth_doubts(level, weight, rarity, settings, numbered=numbered),
    ]
    return found or _one_kind(level, weight, rarity, settings)


def _name_doubts(level: Mapping[str, str], weight: Mapping[str, float], *, numbered: bool) -> list[str]:
    given, surname = level["given_name"], level["surname"]
    found = []
    if given in {"different", "look_alike", "initial_other", "day_name", "other_twin"}:
        found.append("the first name differs")
    elif given == "first_only" and not numbered:
        # Brothers and sisters may share a first word: Li Na and Li Ya.
        found.append("the second name differs")
    elif given not in _NAMED:
        # A child not named yet is known by the mother; a number is enough beside an initial or no name.
        born = level["birth"] in {"same_pregnancy", "born_of_pregnancy", "exact"}
        initial = given == "initial" and born and weight.get("home", 0.0) > _EVIDENCE
        if not (numbered or initial or (born and level.get("family") in _SAME_PARENT)):
            found.append(_UNNAMED)
    if surname in {"different", "different_too"} and not numbered and level.get("family") not in _SAME_PARENT:
        found.append("the family name differs")
    return found


def _birth_doubts(
    level: Mapping[str, str], weight: Mapping[str, float], rarity: float, settings: MatchSettings, *, numbered: bool
) -> list[str]:
    birth, own = level["birth"], rarity >= settings.bands["common_name"]
    rare = rarity >= settings.bands["rare_name"]
    if birth in _NOT_BORN:
        return ["the date of birth differs"]
    if birth in _SLIPS and level["given_name"] == "part" and not numbered:
        # A boy may bear his elder brother's name as a further one.
        return ["first name and date of birth agree only in part"]
    if birth == "first_of_january" and not (numbered or rare or level.get("family") in _SAME_PARENT or "phone" in level):
        return ["1 January is shared by many of that name"]
    if birth in _DATED or numbered:
        return []
    home = any(weight.get(field, 0.0) > _EVIDENCE for field in _HOUSEHOLD)
    if birth in {"age_within_one", "same_year"} and home and own:
        return []
    if birth == "two_parts" and own and level.get("home") == "same_address" and level["given_name"] in {"exact", "variant"}:
        return []
    parent = level.get("family") in _SAME_PARENT
    if birth == "unknown" and home and parent and level.get("kind") is None and level["given_name"] in _NAMED:
        return []
    return ["the date of birth agrees only in part" if birth == "two_parts" else "no date of birth confirms it"]


def _one_kind(level: Mapping[str, str], weight: Mapping[str, float], rarity: float, settings: MatchSettings) -> list[str]:
    """Name and date of birth are two kinds of evidence only where the name is rare enough to be a person's own."""
    kinds = [("given_name", "surname"), ("birth",), *((field,) for field in _NUMBERS), _HOUSEHOLD]
    if sum(any(weight.get(field, 0.0) > _EVIDENCE for field in kind) for kind in kinds) < 2:
        return ["only one kind of evidence agrees"]
    if any(weight.get(field, 0.0) > _EVIDENCE for field in (*_NUMBERS, *_HOUSEHOLD)):
        return []
    if rarity >= settings.bands["common_name"] and level["birth"] in {"exact", "swapped"}:
        return []
    return ["nothing but name and date of birth agrees, and others may share them"]
