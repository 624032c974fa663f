"""Who lived where on a day: told against a brute force that walks the days one by one."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import groupby

import pytest

from safeguard.concerns.homes import homes_on, households_on, stays
from safeguard.concerns.stated import StatedResidence
from tests.unit.concerns.made import key, lives

JAN, FEB, JUN = date(2026, 1, 1), date(2026, 2, 1), date(2026, 6, 1)


def at(rows: list[StatedResidence], on: date) -> dict[int, set[int]]:
    return {person.int: {home.address_id.int for home in homes} for person, homes in homes_on(rows, on).items()}


@pytest.mark.parametrize(
    ("rows", "on", "expected"),
    [
        ([], JAN, {}),
        ([lives(1, 50, on=FEB)], JAN, {}),  # nobody had said so yet
        ([lives(1, 50, on=FEB, since=JAN)], JAN, {1: {50}}),
        ([lives(1, 50, on=JAN)], JUN, {1: {50}}),
        ([lives(1, 50, on=JAN, until=FEB)], FEB, {}),  # the day it ends is the first day no more
        ([lives(1, 50, on=JAN), lives(1, 60, on=JUN)], FEB, {1: {50}}),
        ([lives(1, 50, on=JAN), lives(1, 60, on=JUN)], JUN, {1: {60}}),  # a move
        ([lives(1, 50, on=JAN), lives(1, 60, on=JUN, by=901)], JUN, {1: {60}}),  # a move of which another agency told
        ([lives(1, 50, on=JAN), lives(1, 60, on=JAN + timedelta(9), by=901)], FEB, {1: {50, 60}}),  # two agencies at odds
        ([lives(1, 50, on=JAN), lives(1, 60, on=JAN + timedelta(9))], FEB, {1: {60}}),  # one agency that heard better
        ([lives(1, 50, on=JUN, since=JAN), lives(1, 60, on=FEB, by=901)], JUN, {1: {50, 60}}),
        ([lives(1, 50, on=JAN), lives(1, 60, on=FEB, until=JAN)], JUN, {1: {50}}),  # a past address ends nothing
    ],
)
def test_homes_on_a_day(rows: list[StatedResidence], on: date, expected: dict[int, set[int]]) -> None:
    assert at(rows, on) == expected
    assert all(home.disputed == (len(homes) > 1) for homes in homes_on(rows, on).values() for home in homes)


def test_a_household_is_that_of_a_day() -> None:
    rows = [lives(1, 50, on=JAN), lives(2, 50, on=JAN), lives(3, 50, on=JAN, until=FEB), lives(2, 60, on=JUN)]
    assert households_on(rows, JAN) == {key(50): {key(1), key(2), key(3)}}
    assert households_on(rows, JUN) == {key(50): {key(1)}, key(60): {key(2)}}
    assert households_on(rows, JUN, lives_with=[(key(1), key(4)), (key(1), key(2))]) == {key(50): {key(1), key(4)}, key(60): {key(2)}}


def _by_the_day(rows: list[StatedResidence], on: date) -> dict[int, set[int]]:
    """The rule as its words say it, without any thrift."""
    found: dict[int, set[int]] = {}
    for row in rows:
        begins = row.since or row.stated_on
        if begins > on or (row.until is not None and (row.until <= on or row.until <= begins)):
            continue
        beaten = False
        for other in rows:
            starts = other.since or other.stated_on
            if other.person_id != row.person_id or other.address_id == row.address_id or starts > on:
                continue
            if other.until is not None and other.until <= starts:
                continue
            if (starts, other.stated_at, other.id) < (begins, row.stated_at, row.id):
                continue
            at_odds = other.agency_id != row.agency_id and (
                row.stated_on >= starts
                or (row.until is None and other.since is None and (starts - row.stated_on).days <= 28)
            )
            beaten = beaten or not at_odds
        if not beaten:
            found.setdefault(row.person_id.int, set()).add(row.address_id.int)
    return found


@pytest.mark.parametrize("seed", range(200))
def test_homes_and_stays_are_those_of_brute_force(seed: int) -> None:
    made = random.Random(seed)
    days = [JAN + timedelta(made.randrange(120)) for _ in range(40)]
    rows = [
        lives(
            made.randrange(3), 50 + made.randrange(3), on=made.choice(days), by=900 + made.randrange(2),
            since=made.choice([None, None, made.choice(days)]), until=made.choice([None, None, made.choice(days)]),
        )
        for _ in range(made.randrange(12))
    ]  # fmt: skip
    rows = list({row.id: row for row in rows}.values())
    calendar = [JAN + timedelta(day) for day in range(-1, 125)]
    expected = {day: _by_the_day(rows, day) for day in calendar}
    for day in calendar:
        assert at(rows, day) == expected[day]
    spans = {(stay.person_id.int, stay.address_id.int, stay.begins, stay.ends) for stay in stays(rows)}
    assert spans == _spans(expected, calendar)


def _spans(expected: dict[date, dict[int, set[int]]], calendar: list[date]) -> set[tuple[int, int, date, date | None]]:
    found = set()
    pairs = {(person, address) for homes in expected.values() for person, addresses in homes.items() for address in addresses}
    for person, address in pairs:
        for here, run in groupby(calendar, key=lambda day: address in expected[day].get(person, ())):
            days = list(run)
            if here:
                found.add((person, address, days[0], None if days[-1] == calendar[-1] else days[-1] + timedelta(1)))
    return found
