"""Descriptions side by side: what one record says of a person, and what is known of others. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from safeguard.kernel.codes.relationship import RELATIONSHIPS
from safeguard.kernel.codes.sex import SEXES
from safeguard.kernel.dates import long_date
from safeguard.people.identity import about_words, full_name
from safeguard.people.model import SourceRecord
from safeguard.referrals.in_words import spaced_nhs_number

NOT_STATED = "Not stated"


@dataclass(frozen=True, slots=True)
class Known:
    """Everything different that was said of one fact of a known person, newest first; empty where nothing was."""

    words: tuple[str, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """One fact: what one record says, and what is known of each person beside it."""

    fact: str
    ours: str
    theirs: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class BothSides:
    """One fact of two people: every different thing said of each, newest first. `differs`: they share none of it."""

    fact: str
    one: tuple[str, ...]
    other: tuple[str, ...]
    differs: bool


def both_sides(one: Sequence[SourceRecord], other: Sequence[SourceRecord]) -> tuple[BothSides, ...]:
    """Each fact that is stated of either person, all that is said of it side by side; records come oldest first."""
    rows = []
    for fact, read in _FACTS:
        here, there = (tuple(dict.fromkeys(words for record in reversed(side) if (words := read(record)))) for side in (one, other))
        if here or there:
            shared = {words.casefold() for words in here} & {words.casefold() for words in there}
            rows.append(BothSides(fact, here, there, bool(here and there and not shared)))
    return tuple(rows)


def compare(ours: SourceRecord, *people: Sequence[SourceRecord]) -> tuple[Compared, ...]:
    """Each fact of `ours` beside all that the records of each of `people` (oldest first) say of it.

    A fact that nobody states is left out.
    """
    return tuple(row for fact, read in _FACTS if (row := _row(fact, read, ours, people)))


def _row(
    fact: str, read: Callable[[SourceRecord], str], ours: SourceRecord, people: Sequence[Sequence[SourceRecord]]
) -> Compared | None:
    mine = read(ours)
    theirs = tuple(_known(mine, [read(one) for one in reversed(records)]) for records in people)
    if not mine and not any(known.words for known in theirs):
        return None
    return Compared(fact, mine or NOT_STATED, theirs)


def _known(mine: str, said: Sequence[str]) -> Known:
    different = tuple(dict.fromkeys(words for words in said if words))
    differs = bool(mine and different and mine.casefold() not in {words.casefold() for words in different})
    return Known(different, differs)


def birth_of(record: SourceRecord) -> str:
    """What a record says of a person's birth, or that it says nothing."""
    return _birth(record) or "Date of birth not stated"


def _birth(record: SourceRecord) -> str:
    if record.birth_date:
        return long_date(record.birth_date)
    if record.expected_date:
        return f"Unborn, expected {long_date(record.expected_date)}"
    return about_words(record.estimated_age) if record.estimated_age is not None else ""


def _family(record: SourceRecord) -> str:
    words = []
    for member in record.family:
        name = " ".join(part for part in (member.get("given_names"), member.get("surname")) if part)
        if name:
            born = member.get("birth_date")
            kind = RELATIONSHIPS.label(member["relation"]) if member["relation"] in RELATIONSHIPS else "Relative"
            words.append(f"{kind}: {name}" + (f", born {long_date(date.fromisoformat(born))}" if born else ""))
    return "; ".join(words)


def _address(record: SourceRecord) -> str:
    return ", ".join([*record.address_lines, *([record.postcode] if record.postcode else [])])


_FACTS: tuple[tuple[str, Callable[[SourceRecord], str]], ...] = (
    ("Name", full_name),
    ("Also known as", lambda record: record.known_as or ""),
    ("Date of birth", _birth),
    ("Sex", lambda record: SEXES.label(record.sex) if record.sex in SEXES and record.sex else ""),
    ("NHS number", lambda record: spaced_nhs_number(record.nhs_number) or ""),
    ("Unique pupil number", lambda record: record.upn or ""),
    ("Address", _address),
    ("Phone", lambda record: record.phone or ""),
    ("Email", lambda record: str(record.other.get("email") or "")),
    ("School", lambda record: str(record.other.get("school", ""))),
    ("GP practice", lambda record: str(record.other.get("gp_practice", ""))),
    ("Family", _family),
)
