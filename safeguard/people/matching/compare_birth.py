"""Comparing births: dates and their usual slips, estimated ages, and pregnancies with the children born of them."""

from __future__ import annotations

from datetime import date

from rapidfuzz.distance import OSA

from safeguard.people.matching.line import Finding
from safeguard.people.matching.profile import age_of
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.statement import Statement

WORDS = {
    "exact": "Same date of birth",
    "first_of_january": "Both say 1 January, which often stands for a date that is not known",
    "swapped": "Day and month swapped",
    "leap_day": "One says 29 February, the other 1 March",
    "one_slip": "Dates of birth differ by one figure",
    "year_slip": "Same day and month of birth, with the year a slip apart",
    "two_parts": "Dates of birth agree in part",
    "different": "Different dates of birth",
    "generation": "Born a generation apart",
    "other_january": "Both say 1 January, of different years",
    "default": "One date of birth looks like a stand-in",
    "same_year": "Same year of birth, and no more is known",
    "near_year": "Years of birth one apart",
    "other_year": "Different years of birth",
    "age_within_one": "The rough age fits the date of birth",
    "age_within_three": "The rough age is not far from the date of birth",
    "age_apart": "The rough age does not fit",
    "age_far": "The rough age is far from fitting",
    "same_pregnancy": "Expected within two weeks of each other",
    "late_pregnancy": "Expected within four weeks of each other",
    "other_pregnancy": "Not of the same pregnancy by the dates",
    "born_of_pregnancy": "Born when the unborn child was expected",
    "unknown": "The date of birth is not known on both sides",
}
_EARLIEST_BIRTH_DAYS = 119  # 23 weeks of 40
_LATEST_BIRTH_DAYS = 28
_GENERATION_YEARS = 12
_NOBODY_SINCE = 1900


def birth_finding(one: Statement, other: Statement, settings: MatchSettings) -> Finding:
    """What the two births say."""
    level = _level(one, other)
    name = level
    if level in {"exact", "different"}:
        name = f"{level}_{'adult' if 'adult' in {one.kind, other.kind} else 'child'}"
    found = settings.levels["birth"].get(name)
    return found.found if found else Finding("birth", level, 0.0, 0.0, 0.0)


def birth_said(statement: Statement) -> str:
    """What one side says of the birth, for a person to read."""
    if statement.birth_date:
        return statement.birth_date.isoformat()
    if statement.expected_date:
        return f"expected {statement.expected_date.isoformat()}"
    if statement.birth_year:
        return f"in {statement.birth_year}"
    return "" if statement.estimated_age is None else f"about {statement.estimated_age}"


def _level(one: Statement, other: Statement) -> str:
    if one.birth_date and other.birth_date:
        return _dates(one, other, one.birth_date, other.birth_date)
    if one.expected_date and other.expected_date:
        apart = abs((one.expected_date - other.expected_date).days)
        return "same_pregnancy" if apart <= 14 else "late_pregnancy" if apart <= 28 else "other_pregnancy"
    if one.birth_written or other.birth_written:
        written = _written(_figures(one), _figures(other))
        if written:
            return written
    for born, unborn in ((one, other), (other, one)):
        if born.birth_date and unborn.expected_date:
            early = (unborn.expected_date - born.birth_date).days
            return "born_of_pregnancy" if -_LATEST_BIRTH_DAYS <= early <= _EARLIEST_BIRTH_DAYS else "other_pregnancy"
    return _years(one, other) or _ages(one, other)


def _dates(one: Statement, other: Statement, ours: date, theirs: date) -> str:
    if ours == theirs:
        return "default" if ours.year <= _NOBODY_SINCE else "first_of_january" if (ours.month, ours.day) == (1, 1) else "exact"
    years = abs(ours.year - theirs.year)
    if (ours.month, ours.day) == (theirs.month, theirs.day) == (1, 1) and min(ours.year, theirs.year) > _NOBODY_SINCE:
        return "default" if years <= 1 else "other_january"
    if stands_in(one, ours) or stands_in(other, theirs):
        return "default"
    if (ours.year, ours.month, ours.day) == (theirs.year, theirs.day, theirs.month):
        return "swapped"
    if ours.year == theirs.year and {(ours.month, ours.day), (theirs.month, theirs.day)} == {(2, 29), (3, 1)}:
        return "leap_day"
    same_day = (ours.month, ours.day) == (theirs.month, theirs.day)
    if same_day and years in {1, 10}:
        return "year_slip"
    if OSA.distance(ours.isoformat(), theirs.isoformat(), score_cutoff=1) <= 1:
        return "one_slip"
    if same_day and years >= _GENERATION_YEARS and one.kind != other.kind:
        return "generation"  # a daughter named after her mother, and born on her birthday
    if same_day or (years == 0 and (ours.month == theirs.month or ours.day == theirs.day)):
        return "two_parts"
    return "generation" if years >= _GENERATION_YEARS else "different"


def _figures(statement: Statement) -> str:
    return statement.birth_date.strftime("%Y%m%d") if statement.birth_date else statement.birth_written or ""


def _written(ours: str, theirs: str) -> str | None:
    """Eight figures of which at least one side can be no day, such as 19151341: most are a slip from a real one."""
    if not ours or not theirs:
        return None
    if ours[:4] == theirs[:4] and ours[4:6] == theirs[6:] and ours[6:] == theirs[4:6]:
        return "exact" if ours == theirs else "swapped"
    if OSA.distance(ours, theirs, score_cutoff=1) <= 1:
        return "one_slip" if ours != theirs else "exact"
    parts = (ours[:4] == theirs[:4]) + (ours[4:6] == theirs[4:6]) + (ours[6:] == theirs[6:])
    return "two_parts" if parts == 2 else "different"


def stands_in(statement: Statement, day: date) -> bool:
    """Whether a date of birth is what forms hold when nobody knew: 1 January, 1900 and before, or the day it was typed."""
    return (day.month, day.day) == (1, 1) or day == statement.stated_on or day.year <= _NOBODY_SINCE


def _years(one: Statement, other: Statement) -> str | None:
    ours, theirs = (s.birth_date.year if s.birth_date else s.birth_year for s in (one, other))
    if not ours or not theirs:
        return None
    apart = abs(ours - theirs)
    return "same_year" if apart == 0 else "near_year" if apart == 1 else "other_year"


def _ages(one: Statement, other: Statement) -> str:
    if (one.expected_date and not one.birth_date) or (other.expected_date and not other.birth_date):
        return "unknown"
    ours, theirs = age_of(one, other.stated_on), age_of(other, one.stated_on)
    if ours is None or theirs is None:
        return "unknown"
    apart = abs(ours - theirs)
    return "age_within_one" if apart <= 1 else "age_within_three" if apart <= 3 else "age_apart" if apart <= 5 else "age_far"
