"""Comparing where people live and how they are reached: address, street, place, telephone, email."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz.distance import OSA, JaroWinkler

from safeguard.people.matching.line import Finding
from safeguard.people.matching.profile import Profile
from safeguard.people.matching.settings import MatchSettings

WORDS = {
    ("home", "same_address"): "Same address",
    ("home", "same_postcode"): "Same postcode",
    ("home", "slip_address"): "Same house, with the postcode a slip apart",
    ("home", "slip_postcode"): "Postcodes differ by one slip",
    ("home", "other_house"): "Same postcode, but another house",
    ("home", "near"): "Addresses near each other",
    ("home", "elsewhere"): "Different addresses",
    ("street", "same"): "Same street",
    ("street", "close"): "Streets differ by what may be a slip",
    ("street", "different"): "Different streets",
    ("street", "same_number"): "Same house and street",
    ("street", "close_number"): "Same house number, and a street that may be a slip",
    ("street", "different_number"): "Same house number, but another street",
    ("street", "same_beside"): "Same street, as the postcode says already",
    ("street", "close_beside"): "Nearly the same street, with one postcode",
    ("street", "different_beside"): "Different streets with one postcode",
    ("place", "same"): "Same place",
    ("place", "close"): "Places differ by what may be a slip",
    ("place", "different"): "Different places",
    ("place", "same_beside"): "Same place, as the postcode says already",
    ("place", "close_beside"): "Nearly the same place, with one postcode",
    ("place", "different_beside"): "Different places with one postcode",
    ("phone", "same"): "Same telephone",
    ("email", "same"): "Same email address",
}
_IMPLIES_STREET = frozenset({"same_address", "same_postcode", "slip_address", "slip_postcode"})


def home_findings(one: Profile, other: Profile, settings: MatchSettings) -> Iterator[Finding]:
    """What the two addresses, telephones and emails say. Another telephone says nothing."""
    home = _home_level(one, other)
    if home:
        yield _found("home", home, settings)
    beside = "_beside" if home in _IMPLIES_STREET else ""
    if one.street and other.street:
        likeness = _likeness(one.street, other.street)
        numbered = "" if beside or not one.house or one.house != other.house else "_number"
        yield _found("street", f"{likeness}{numbered}{beside}", settings)
    if one.place and other.place:
        level = _likeness(one.place, other.place)
        yield _found("place", level + beside, settings, settings.names.place_bits(one.place))
    if one.phone and one.phone == other.phone:
        yield _found("phone", "same", settings)
    if one.email and one.email == other.email:
        yield _found("email", "same", settings)


def _found(field: str, level: str, settings: MatchSettings, rarity: float = 0.0) -> Finding:
    found = settings.levels[field][level]
    return Finding(field, level, found.bits + rarity, found.relative, found.twin) if found.by_rarity else found.found


def _home_level(one: Profile, other: Profile) -> str | None:
    if one.said.uprn and one.said.uprn == other.said.uprn:
        return "same_address"
    ours, theirs = one.postcode, other.postcode
    if not ours or not theirs or one.pseudo or other.pseudo:
        return None
    house = None if not one.house or not other.house else one.house == other.house
    if ours == theirs:
        return "same_postcode" if house is None else "same_address" if house else "other_house"
    if OSA.distance(ours, theirs, score_cutoff=1) <= 1:
        return "slip_address" if house else "slip_postcode"
    return "near" if one.outward == other.outward else "elsewhere"


def _likeness(ours: str, theirs: str) -> str:
    if ours == theirs:
        return "same"
    return "close" if JaroWinkler.similarity(ours, theirs) >= 0.88 else "different"
