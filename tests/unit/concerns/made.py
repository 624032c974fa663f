"""Statements for tests of the graph's rules, with as little said as a test needs."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from safeguard.concerns.stated import SaidOfRelationship, StatedRelationship, StatedResidence
from safeguard.people.identity import Identity

MARCH = date(2026, 3, 1)


def key(number: int) -> uuid.UUID:
    """The same id for the same number."""
    return uuid.UUID(int=number)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def related(one: int, kind: str, other: int, *, on: date = MARCH, by: int = 900, **more: Any) -> StatedRelationship:
    """`one` is the `kind` of `other`, stated on a day by an agency."""
    said = {"parental_responsibility": "not_asked", "lives_with": "not_known", "since": None, "until": None, **more}
    return StatedRelationship(
        id=more.pop("id", None) or uuid.uuid5(key(one), f"{kind}{other}{on}{by}{sorted(more.items())}"), from_person=key(one),
        to_person=key(other), kind=kind, agency_id=key(by), stated_at=noon(on), **{name: said[name] for name in said if name != "id"},
    )  # fmt: skip


def said_of(stated: StatedRelationship, word: str, *, on: date = MARCH, ended_on: date | None = None) -> SaidOfRelationship:
    return SaidOfRelationship(stated.id, word, ended_on, "Because.", key(901), noon(on))


def lives(
    person: int, address: int, *, on: date = MARCH, by: int = 900, since: date | None = None, until: date | None = None
) -> StatedResidence:
    """A person is said on a day to live at an address."""
    return StatedResidence(
        uuid.uuid5(key(person), f"{address}{on}{by}{since}{until}"), key(person), key(address), since, until, key(by), noon(on)
    )


def born(birth: date | None = None, *, expected: date | None = None, child: bool = True, name: str = "Somebody") -> Identity:
    return Identity(name, None, (), child, birth, expected, None, None, None)
