"""What one source said about one person, as the matcher reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """A parent, brother or sister that came with a statement; `relation` is a relationship code, such as "mother"."""

    relation: str
    given_names: str | None = None
    surname: str | None = None
    birth_date: date | None = None
    nhs_number: str | None = None
    sex: Literal["F", "M", "U"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A person as one source stated them. None is "not stated", which never counts as disagreement.

    `birth_year` is for a source that knows no more than the year, `birth_written` for eight figures that are no day;
    `superseded_numbers` are NHS numbers that were replaced by `nhs_number`; `local_id` is the number of a register that
    both sides belong to; `place` is a town, or any other words on where somebody lives or was born; `restricted` records
    are never linked without a person; `dated` is False where `stated_on` is only the day it is read as of.
    """

    id: str
    kind: Literal["child", "adult"]
    stated_on: date
    given_names: str | None = None
    surname: str | None = None
    known_as: str | None = None
    birth_date: date | None = None
    expected_date: date | None = None
    estimated_age: int | None = None
    sex: Literal["F", "M", "U"] | None = None
    nhs_number: str | None = None
    upn: str | None = None
    phone: str | None = None
    address_lines: tuple[str, ...] = ()
    postcode: str | None = None
    uprn: str | None = None
    birth_year: int | None = None
    birth_written: str | None = None
    death_date: date | None = None
    superseded_numbers: tuple[str, ...] = ()
    home_office_ref: str | None = None
    local_id: str | None = None
    email: str | None = None
    place: str | None = None
    country: str | None = None
    restricted: bool = False
    dated: bool = True
    family: tuple[FamilyMember, ...] = ()
