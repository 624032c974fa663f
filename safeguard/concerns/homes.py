"""Who lived where on a day, worked out from dated statements; membership of a household is never for ever. Pure.

A statement says that somebody lives at an address from `since`, or else from the day on which it was stated, until
`until`, or else until a statement that begins later says otherwise. Two agencies that contradict each other leave both
addresses standing, disputed: where one was stated while the other was already said to hold, or within four weeks of
the other where nobody says since when.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from safeguard.concerns.stated import StatedResidence

_AT_ONCE = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Home:
    """Where a person lived on a day, and the statements that say so; `disputed` where others say somewhere else."""

    person_id: uuid.UUID
    address_id: uuid.UUID
    statements: tuple[StatedResidence, ...]
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Stay:
    """A person was at an address from `begins` until `ends` (the first day no more; None where it goes on)."""

    person_id: uuid.UUID
    address_id: uuid.UUID
    begins: date
    ends: date | None
    statement_ids: tuple[uuid.UUID, ...]

    def overlap(self, other: Stay) -> tuple[date, date | None] | None:
        """The days that both stays share: first and end (None where both go on); None where they share none."""
        begins = max(self.begins, other.begins)
        ends = min((end for end in (self.ends, other.ends) if end is not None), default=None)
        return None if ends is not None and ends <= begins else (begins, ends)


def homes_on(residences: Iterable[StatedResidence], on: date) -> dict[uuid.UUID, tuple[Home, ...]]:
    """Where each person lived on the day `on`: one home, several where that is disputed, none where nothing is known."""
    stated: dict[uuid.UUID, list[StatedResidence]] = defaultdict(list)
    for row in residences:
        if row.begins <= on and not _past_already(row):
            stated[row.person_id].append(row)
    return {person: homes for person, rows in stated.items() if (homes := _homes(person, rows, on))}


def households_on(
    residences: Iterable[StatedResidence], on: date, *, lives_with: Iterable[tuple[uuid.UUID, uuid.UUID]] = ()
) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """The people of each address on the day `on`, by address.

    Args:
        lives_with: pairs of people said to live together on that day. Who has no address of their own then lives
            where the other does.
    """
    homes = {person: {home.address_id for home in found} for person, found in homes_on(residences, on).items()}
    joined = dict(homes)
    for one, other in lives_with:
        for homeless, host in ((one, other), (other, one)):
            if homeless not in homes and host in homes:
                joined[homeless] = joined.get(homeless, set()) | homes[host]
    members: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for person, addresses in joined.items():
        for address in addresses:
            members[address].add(person)
    return {address: frozenset(people) for address, people in members.items()}


def stays(residences: Iterable[StatedResidence]) -> list[Stay]:
    """Every stay of every person: the stretches of days on which `homes_on` finds them at an address."""
    stated: dict[uuid.UUID, list[StatedResidence]] = defaultdict(list)
    for row in residences:
        if not _past_already(row):
            stated[row.person_id].append(row)
    return [stay for person, rows in stated.items() for stay in _stays(person, rows)]


def until_death(residences: Iterable[StatedResidence], gone: Mapping[uuid.UUID, date]) -> list[StatedResidence]:
    """The same, save that nobody lives anywhere after their death: `gone` says from which day."""
    return [
        replace(row, until=gone[row.person_id])
        if row.person_id in gone and (row.until is None or row.until > gone[row.person_id])
        else row
        for row in residences
    ]


def _stays(person: uuid.UUID, rows: list[StatedResidence]) -> Iterable[Stay]:
    turns = sorted({row.begins for row in rows} | {row.until for row in rows if row.until})
    open_ones: dict[uuid.UUID, tuple[date, dict[uuid.UUID, None]]] = {}
    for day in turns:
        here = {home.address_id: home for home in _homes(person, [row for row in rows if row.begins <= day], day)}
        for address in [address for address in open_ones if address not in here]:
            begins, ids = open_ones.pop(address)
            yield Stay(person, address, begins, day, tuple(ids))
        for address, home in here.items():
            _begins, ids = open_ones.setdefault(address, (day, {}))
            ids.update(dict.fromkeys(said.id for said in home.statements))
    for address, (begins, ids) in open_ones.items():
        yield Stay(person, address, begins, None, tuple(ids))


def _homes(person: uuid.UUID, rows: list[StatedResidence], on: date) -> tuple[Home, ...]:
    """`rows` are those of the person that have begun."""
    rows = sorted(rows, key=lambda row: (row.begins, row.stated_at, row.id))
    standing = [
        row
        for place, row in enumerate(rows)
        if (row.until is None or row.until > on)
        and not any(later.address_id != row.address_id and not _contradict(row, later) for later in rows[place + 1 :])
    ]
    by_address: dict[uuid.UUID, list[StatedResidence]] = defaultdict(list)
    for row in standing:
        by_address[row.address_id].append(row)
    return tuple(Home(person, address, tuple(said), len(by_address) > 1) for address, said in by_address.items())


def _past_already(row: StatedResidence) -> bool:
    """Whether it says only that it is over, or ends before it begins: no day is known on which it held."""
    return row.until is not None and row.until <= row.begins


def _contradict(earlier: StatedResidence, later: StatedResidence) -> bool:
    """Whether two statements of different addresses are at odds, rather than a move from the one to the other."""
    if earlier.agency_id == later.agency_id:
        return False
    if earlier.stated_on >= later.begins:
        return True
    return earlier.until is None and later.since is None and later.begins - earlier.stated_on <= _AT_ONCE
