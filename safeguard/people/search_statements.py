"""What was asked for as statements that the matcher compares: first and family name either way round. Pure."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from safeguard.people.matching.statement import Statement
from safeguard.people.search_terms import Asked


def statements_of(asked: Asked, *, today: date) -> tuple[Statement, ...]:
    """The statements that `asked` may mean: each way of cutting the names into first names and family name."""
    birth, year = asked.birth, asked.first("year")
    return tuple(
        Statement(
            id=f"search-{number}",
            kind="child",
            # An age in the year asked for is as near as a year alone comes to a date of birth.
            stated_on=today if birth or not year else date(int(year), 12, 31),
            given_names=" ".join(given) or None,
            surname=" ".join(family) or None,
            birth_date=birth,
            estimated_age=0 if year and not birth else None,
            nhs_number=asked.first("nhs_number"),
            upn=asked.first("pupil_number"),
            phone=asked.first("phone"),
            postcode=asked.first("postcode"),
        )
        for number, (given, family) in enumerate(_cuts(asked.of("name")))
    )


def born_in_year(asked: Asked, meant: Iterable[Statement]) -> tuple[Statement, ...]:
    """What was meant, born on each day of the year asked for: for the key that puts a family name and a day together."""
    year = asked.first("year")
    if not year or asked.birth:
        return ()
    first = date(int(year), 1, 1)
    days = [first + timedelta(days=number) for number in range(365 + isleap(int(year)))]
    return tuple(replace(one, birth_date=day, estimated_age=None) for one in meant for day in days)


def _cuts(names: tuple[str, ...]) -> Iterable[tuple[tuple[str, ...], tuple[str, ...]]]:
    """(first names, family name): the family name last, or first; a single name may be either."""
    if not names:
        return [((), ())]
    if len(names) == 1:
        return [(names, ()), ((), names)]
    found = [(names[:-1], names[-1:]), (names[1:], names[:1])]
    if len(names) == 3:
        found.append((names[:1], names[1:]))
    return found
