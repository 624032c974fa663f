"""What one row of a register says of one person, checked by the rules of the referral form. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from safeguard.kernel.codes.code_set import CodeSet
from safeguard.kernel.codes.ethnicity import ETHNICITIES
from safeguard.kernel.codes.sex import SEXES
from safeguard.kernel.dates import age_on
from safeguard.kernel.errors import Problem
from safeguard.people.identifiers import (
    nhs_number_problem,
    normalise_nhs_number,
    normalise_postcode,
    normalise_upn,
    upn_problem,
)
from safeguard.referrals.document_fields import LONGEST_NAME, Part
from safeguard.referrals.document_people import (
    LATEST_AFTER_EXPECTED,
    LONGEST_PREGNANCY,
    OLDEST_ADULT,
    OLDEST_CHILD,
)
from safeguard.registers.columns import ADDRESS_LINES, PARENTS

KINDS = CodeSet("kind", {"child": "A child", "adult": "An adult"})
LONGEST_LOCAL_ID = 60
_BRITISH_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII)
_UPRN = re.compile(r"\d{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """One person as a register states them; `facts` are columns of a source record."""

    local_id: str
    facts: Mapping[str, Any]


def read_row(values: Mapping[str, str], today: date) -> tuple[Entry | None, list[Problem]]:
    """The entry that a row makes, or None and every problem with it, each by its column."""
    problems: list[Problem] = []
    row = Part({name: value.strip() for name, value in values.items()}, "", problems)
    local_id = row.line("local_id", LONGEST_LOCAL_ID, needed="Give the register's own number for this person")
    kind = _code(row, "kind", KINDS, str.lower) or "child"
    facts: dict[str, Any] = {"role": kind}
    for name in ("given_names", "surname", "known_as"):
        facts[name] = row.line(name, LONGEST_NAME)
    _read_birth(row, facts, today, adult=kind == "adult")
    facts["sex"] = _code(row, "sex", SEXES, str.upper)
    facts["ethnicity"] = _code(row, "ethnicity", ETHNICITIES, str.upper)
    facts["nhs_number"] = _nhs_number(row, "nhs_number")
    facts["upn"] = _upn(row)
    facts["phone"] = row.line("phone", 40)
    if facts["phone"] and not any(character.isdigit() for character in facts["phone"]):
        row.wrong("phone", "Enter a phone number, like 01632 960001")
    _read_address(row, facts)
    facts["family"] = [member for parent in PARENTS if (member := _parent(row, parent, today))]
    facts["other"] = {name: said for name in ("school", "gp_practice") if (said := row.line(name))}
    named = any(facts[name] for name in ("given_names", "surname", "known_as", "nhs_number", "expected_date"))
    if not named and not problems:
        row.wrong("given_names", "The row says of nobody who it is: give a name, an NHS number or an expected date")
    if problems or local_id is None:
        return None, problems
    return Entry(local_id, facts), problems


def _read_birth(row: Part, facts: dict[str, Any], today: date, *, adult: bool) -> None:
    born, expected = _day(row, "birth_date"), _day(row, "expected_date")
    facts["birth_date"], facts["expected_date"] = born, expected
    if born and expected:
        row.wrong("expected_date", "Give either the date of birth or the date the baby is expected, not both")
    if born and born > today:
        row.wrong("birth_date", "The date of birth must be today or in the past. For a child not born yet, give expected_date")
    elif born and age_on(born, today) > (OLDEST_ADULT if adult else OLDEST_CHILD):
        oldest = f"{OLDEST_ADULT} at most" if adult else f"{OLDEST_CHILD} at most. For somebody older, put adult in kind"
        row.wrong("birth_date", f"The age would be {age_on(born, today)}; it can be {oldest}")
    if expected and adult:
        row.wrong("expected_date", "An adult cannot be unborn")
    elif expected and not today - LATEST_AFTER_EXPECTED <= expected <= today + LONGEST_PREGNANCY:
        row.wrong("expected_date", "The expected date must lie between 4 weeks ago and 42 weeks ahead")


def _day(row: Part, name: str) -> date | None:
    """A date as 2015-03-27, or with the day first as 27/03/2015."""
    typed = row.raw(name)
    british = _BRITISH_DATE.fullmatch(typed or "")
    if british:
        day, month, year = british.groups()
        row.said = {**row.said, name: f"{year}-{int(month):02d}-{int(day):02d}"}
    elif typed and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", typed, re.ASCII):
        row.wrong(name, "Write the date as 2015-03-27 or 27/03/2015")
        return None
    return row.day(name)


def _code(row: Part, name: str, codes: CodeSet, usual: Any) -> str | None:
    typed = row.raw(name)
    if typed:
        row.said = {**row.said, name: usual(typed)}
    return row.code(name, codes)


def _nhs_number(row: Part, name: str) -> str | None:
    typed = row.line(name, 40)
    if not typed:
        return None
    problem = nhs_number_problem(typed)
    if problem:
        row.wrong(name, problem)
        return None
    return normalise_nhs_number(typed)


def _upn(row: Part) -> str | None:
    typed = row.line("upn", 40)
    if not typed:
        return None
    problem = upn_problem(typed)
    if problem:
        row.wrong("upn", problem)
        return None
    return normalise_upn(typed)


def _read_address(row: Part, facts: dict[str, Any]) -> None:
    facts["address_lines"] = [line for name in ADDRESS_LINES if (line := row.line(name, LONGEST_NAME))]
    typed = row.line("postcode", 40)
    facts["postcode"] = normalise_postcode(typed) if typed else None
    if typed and facts["postcode"] is None:
        row.wrong("postcode", "Enter a full UK postcode, like QQ1 1AA, or leave it empty")
    facts["uprn"] = row.line("uprn", 20)
    if facts["uprn"] and not _UPRN.fullmatch(facts["uprn"]):
        row.wrong("uprn", "A unique property reference number has up to 12 digits and nothing else")


def _parent(row: Part, parent: str, today: date) -> dict[str, Any] | None:
    """A parent named in the row: evidence for the matcher, not a person of their own."""
    member = {
        "relation": parent,
        "given_names": row.line(f"{parent}_given_names", LONGEST_NAME),
        "surname": row.line(f"{parent}_surname", LONGEST_NAME),
        "birth_date": None,
        "nhs_number": _nhs_number(row, f"{parent}_nhs_number"),
    }
    born = _day(row, f"{parent}_birth_date")
    if born and born > today:
        row.wrong(f"{parent}_birth_date", "The date of birth must be today or in the past")
    elif born:
        member["birth_date"] = born.isoformat()
    return member if any(value for name, value in member.items() if name != "relation") else None
