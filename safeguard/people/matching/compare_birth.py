"""Comparing births: dates and their usual slips, estimated ages, and pregnancies with the children born of them."""

from __future__ import annotations

from datetime import date

from rapidfuzz.distance import OSA

from safeguard.people.matching.line import Line
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.statement import Statement

_WORDS = {
    "exact": "Same date of birth",
    "first_of_january": "Both say 1 January, which often stands for a date that is not known",
    "swapped": "Same date of birth with day and month the other way round",
    "leap_day": "Dates of birth are 29 February and 1 March",
    "one_slip": "Dates of birth differ by one figure",
    "year_slip": "Same day and month of birth, with the year a slip apart",
    "two_parts": "Dates of birth agree in part",
    "different": "Different dates of birth",
    "default": "One date of birth looks like a stand-in",
    "age_within_one": "The rough age fits the date of birth",
    "age_within_three": "The rough age is not far from the date of birth",
    "age_apart": "The rough age does not fit",
    "same_pregnancy": "Expected within two weeks of each other",
    "late_pregnancy": "Expected within four weeks of each other",
    "other_pregnancy": "Not of the same pregnancy by the dates",
    "born_of_pregnancy": "Born when the unborn child was expected",
    "unknown": "The date of birth is not known on both sides",
}
_EARLIEST_BIRTH_DAYS = 119  # 23 weeks of 40
_LATEST_BIRTH_DAYS = 28


def birth_line(one: Statement, other: Statement, settings: MatchSettings) -> Line:
    """What the two births say."""
    level = _level(one, other)
    name = level
    if level in {"exact", "different"}:
        adult = "adult" in {one.kind, other.kind}
        name = f"{level}_{'adult' if adult else 'child'}"
    weight = settings.weights["birth"].get(name, 0.0)
    return Line("birth", _said(one), _said(other), level, weight, _WORDS[level])


def _said(statement: Statement) -> str:
    if statement.birth_date:
        return statement.birth_date.isoformat()
    if statement.expected_date:
        return f"expected {statement.expected_date.isoformat()}"
    return "" if statement.estimated_age is None else f"about {statement.estimated_age}"


def _level(one: Statement, other: Statement) -> str:
    if one.birth_date and other.birth_date:
        return _dates(one, other, one.birth_date, other.birth_date)
    if one.expected_date and other.expected_date:
        apart = abs((one.expected_date - other.expected_date).days)
        return "same_pregnancy" if apart <= 14 else "late_pregnancy" if apart <= 28 else "other_pregnancy"
    for born, unborn in ((one, other), (other, one)):
        if born.birth_date and unborn.expected_date:
            early = (unborn.expected_date - born.birth_date).days
            return "born_of_pregnancy" if -_LATEST_BIRTH_DAYS <= early <= _EARLIEST_BIRTH_DAYS else "other_pregnancy"
    return _ages(one, other)


def _dates(one: Statement, other: Statement, ours: date, theirs: date) -> str:
    if ours == theirs:
        return "first_of_january" if (ours.month, ours.day) == (1, 1) else "exact"
    if _stands_in(one, ours) or _stands_in(other, theirs):
        return "default"
    if (ours.year, ours.month, ours.day) == (theirs.year, theirs.day, theirs.month):
        return "swapped"
    if ours.year == theirs.year and {(ours.month, ours.day), (theirs.month, theirs.day)} == {(2, 29), (3, 1)}:
        return "leap_day"
    same_day = (ours.month, ours.day) == (theirs.month, theirs.day)
    if same_day and abs(ours.year - theirs.year) in {1, 10}:
        return "year_slip"
    if OSA.distance(ours.isoformat(), theirs.isoformat(), score_cutoff=1) <= 1:
        return "one_slip"
    parts = (ours.year == theirs.year) + (ours.month == theirs.month) + (ours.day == theirs.day)
    return "two_parts" if ours.year == theirs.year and parts == 2 else "different"


def _stands_in(statement: Statement, day: date) -> bool:
    """Whether a date of birth is what forms hold when nobody knew: 1 January, or the day it was typed."""
    return (day.month, day.day) == (1, 1) or day == statement.stated_on


def _ages(one: Statement, other: Statement) -> str:
    ours, theirs = _age(one, other.stated_on), _age(other, one.stated_on)
    if ours is None or theirs is None:
        return "unknown"
    apart = abs(ours - theirs)
    return "age_within_one" if apart <= 1 else "age_within_three" if apart <= 3 else "age_apart"


def _age(statement: Statement, on: date) -> int | None:
    """The age in years on the later of two days."""
    day = max(on, statement.stated_on)
    if statement.birth_date:
        born = statement.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    if statement.estimated_age is not None:
        return statement.estimated_age + (day - statement.stated_on).days // 365
    return None
