"""Comparing numbers that name one person: NHS, pupil, Home Office, and the number of a local register."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz.distance import OSA

from safeguard.people.matching.line import Finding
from safeguard.people.matching.profile import Profile
from safeguard.people.matching.settings import MatchSettings

WORDS = {
    ("number", "same"): "Same NHS number",
    ("number", "superseded"): "An NHS number that was replaced by the other's",
    ("number", "slip"): "NHS numbers differ by one slip",
    ("number", "different"): "Different NHS numbers",
    ("pupil_number", "same"): "Same unique pupil number",
    ("pupil_number", "slip"): "Unique pupil numbers differ by one slip",
    ("pupil_number", "different"): "Different unique pupil numbers",
    ("home_office_ref", "same"): "Same Home Office reference",
    ("home_office_ref", "different"): "Different Home Office references",
    ("local_id", "same"): "Same local number",
    ("local_id", "slip"): "Local numbers differ by one slip",
    ("local_id", "different"): "Different local numbers",
}
FIELDS = frozenset(field for field, _level in WORDS)
_PUPIL_NUMBER_LENGTH = 13


def number_findings(one: Profile, other: Profile, settings: MatchSettings) -> Iterator[Finding]:
    """What each kind of number says that both sides state."""
    if not one.numbered or not other.numbered:
        return
    for field, level in (
        ("number", _nhs_level(one, other)),
        ("pupil_number", _pupil_level(one, other)),
        ("home_office_ref", _level(one.home_office, other.home_office)),
        ("local_id", _slip_level(one.local, other.local)),
    ):
        if level:
            yield settings.levels[field][level].found


def _nhs_level(one: Profile, other: Profile) -> str | None:
    """Only a number that passes its check says anything; a broken one may be the good one with a slip."""
    if one.numbers and other.numbers:
        if one.nhs == other.nhs:
            return "same"
        return "superseded" if one.numbers & other.numbers else "different"
    near = bool(one.numbers or other.numbers) and len(one.nhs) == len(other.nhs) == 10
    return "slip" if near and OSA.distance(one.nhs, other.nhs, score_cutoff=1) <= 1 else None


def _pupil_level(one: Profile, other: Profile) -> str | None:
    """A number whose check letter does not fit may be the good one with a slip; otherwise it still names a pupil, if badly."""
    if len(one.pupil) != _PUPIL_NUMBER_LENGTH or len(other.pupil) != _PUPIL_NUMBER_LENGTH:
        return None
    if one.pupil_checked != other.pupil_checked and OSA.distance(one.pupil, other.pupil, score_cutoff=1) <= 1:
        return "slip"
    return _level(one.pupil, other.pupil)


def _level(ours: str, theirs: str) -> str | None:
    if not ours or not theirs:
        return None
    return "same" if ours == theirs else "different"


def _slip_level(ours: str, theirs: str) -> str | None:
    if not ours or not theirs or ours == theirs:
        return _level(ours, theirs)
    return "slip" if len(ours) >= 5 and OSA.distance(ours, theirs, score_cutoff=1) <= 1 else "different"
