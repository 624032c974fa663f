"""Labelled pairs as JSON: the form in which cases of matching are written down, and read as statements. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from safeguard.kernel.dates import age_on
from safeguard.people.matching.statement import FamilyMember, Statement

Expected = Literal["same", "different", "review"]
_EXPECTED: tuple[Expected, ...] = ("same", "different", "review")
_TEXTS = (
    "given", "middle", "surname", "known_as", "dob", "edd", "sex", "nhs_number", "upn", "address", "postcode", "phone",
    "email", "mother", "mother_dob", "mother_nhs", "father", "father_dob", "father_nhs", "home_office_ref", "local_id",
    "uprn", "place", "referral_date", "date_of_death", "restricted", "legal_status", "country",
)  # fmt: skip
_UNSTATED: Mapping[str, str | None] = dict.fromkeys(_TEXTS)
_FIELDS = frozenset({*_TEXTS, "estimated_age", "siblings", "superseded_nhs_numbers"})
_YEAR = re.compile(r"\d{4}")
_ISO = re.compile(r"(\d{4})-?(\d{1,2})-?(\d{1,2})")
_BRITISH = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
_ADULT_YEARS = 18
_LONGEST_AGE = 130


class PairProblem(ValueError):
    """What is wrong with a file of pairs; the message names the pair, the field and the mend."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two statements and the verdict a data steward would defend. `ignored`: fields the matcher does not know."""

    id: str
    one: Statement
    other: Statement
    expect: Expected
    ignored: tuple[str, ...] = ()


def pairs_of(said: object) -> list[Pair]:
    """The pairs in a parsed file: a list of `{id, a, b, expect}`.

    A record without `referral_date` is read as of the latest day that the file mentions, so that ages and dates typed
    by mistake mean the same whenever the file is read.

    Raises:
        PairProblem: naming the pair, the field and what would be right.
    """
    if not isinstance(said, Sequence) or isinstance(said, str):
        raise PairProblem("The file must hold one JSON list of pairs, from [ to ]")
    on = _latest_day(said)
    pairs = [_pair(number, one, on) for number, one in enumerate(said, 1)]
    seen: set[str] = set()
    for pair in pairs:
        if pair.id in seen:
            raise PairProblem(f"Two pairs have the id {pair.id!r}. Give each its own")
        seen.add(pair.id)
    return pairs


def _pair(number: int, said: object, on: date) -> Pair:
    if not isinstance(said, Mapping):
        raise PairProblem(f"Pair {number} is not an object. Write each as {{id, a, b, expect}}")
    key = str(said.get("id") or number)
    expect = said.get("expect")
    if expect not in _EXPECTED:
        raise PairProblem(f"Pair {key}: expect must be same, different or review")
    sides: list[Statement] = []
    for side in ("a", "b"):
        facts = said.get(side)
        if not isinstance(facts, Mapping):
            raise PairProblem(f"Pair {key}: {side} must be an object with what one source says")
        sides.append(statement_from(facts, key=side, where=f"Pair {key}, {side}", on=on))
    unknown = sorted({str(name) for side in ("a", "b") for name in said[side]} - _FIELDS)
    return Pair(key, sides[0], sides[1], expect, tuple(unknown))


def _latest_day(said: Sequence[object]) -> date:
    """The latest day that any record mentions as past; ages are reckoned on it."""
    days: list[date] = [date(1900, 1, 1)]
    for pair in said:
        for side in ("a", "b"):
            facts = pair.get(side) if isinstance(pair, Mapping) else None
            if isinstance(facts, Mapping):
                found = (day_or_none(facts.get(name)) for name in ("dob", "referral_date", "date_of_death"))
                days += [day for day in found if day]
    return max(days)


def statement_from(facts: Mapping[str, Any], *, key: str, where: str, on: date) -> Statement:
    """What one side of a pair says, as a statement.

    Args:
        facts: by the names of the pair file.
        key: the statement's id.
        where: how a message names this record.
        on: the day it is read as of, where it has no `referral_date`.

    Raises:
        PairProblem: a field is no text, or a date or an age that can be none.
    """
    text = {**_UNSTATED, **{name: _text(value, name, where) for name, value in facts.items() if name in _UNSTATED}}
    stated = _day(text["referral_date"], "referral_date", where) or on
    year_only = bool(text["dob"] and _YEAR.fullmatch(text["dob"]))
    born = None if year_only else _day(text["dob"], "dob", where)
    age = _age(facts.get("estimated_age"), where)
    return Statement(
        id=key,
        kind="adult" if _years(born, age, stated) >= _ADULT_YEARS else "child",
        stated_on=stated,
        given_names=" ".join(filter(None, (text["given"], text["middle"]))) or None,
        surname=text["surname"],
        known_as=text["known_as"],
        birth_date=born,
        birth_year=int(str(text["dob"])) if year_only else None,
        expected_date=_day(text["edd"], "edd", where),
        estimated_age=age,
        sex=_sex(text["sex"]),
        nhs_number=text["nhs_number"],
        superseded_numbers=_texts(facts.get("superseded_nhs_numbers"), "superseded_nhs_numbers", where),
        upn=text["upn"],
        home_office_ref=text["home_office_ref"],
        local_id=text["local_id"],
        phone=text["phone"],
        email=text["email"],
        address_lines=tuple(filter(None, [text["address"]])),
        postcode=text["postcode"],
        uprn=text["uprn"],
        place=text["place"],
        country=text["country"],
        death_date=_day(text["date_of_death"], "date_of_death", where),
        restricted=bool(text["restricted"]),
        dated=bool(text["referral_date"]),
        family=(*_parents(text, where), *_siblings(facts.get("siblings"), where)),
    )


def _parents(text: Mapping[str, str | None], where: str) -> list[FamilyMember]:
    found: list[FamilyMember] = []
    for relation in ("mother", "father"):
        name, born, number = (text[f"{relation}{part}"] for part in ("", "_dob", "_nhs"))
        if name or born or number:
            given, surname = _split(name)
            day = _day(born, f"{relation}_dob", where)
            found.append(FamilyMember(relation, given, surname, day, number))
    return found


def _siblings(said: object, where: str) -> list[FamilyMember]:
    if said is None:
        return []
    if not isinstance(said, Sequence) or isinstance(said, str):
        raise PairProblem(f"{where}: siblings must be a list")
    found = []
    for one in said:
        facts: Mapping[str, Any] = one if isinstance(one, Mapping) else {"given": one}
        text = {name: _text(facts.get(name), f"siblings {name}", where) for name in ("given", "surname", "dob", "sex", "nhs_number")}
        day = _day(text["dob"], "siblings dob", where)
        found.append(FamilyMember("sibling", text["given"], text["surname"], day, text["nhs_number"], _sex(text["sex"])))
    return found


def _split(name: str | None) -> tuple[str | None, str | None]:
    """The given names and the last name of a parent written in one box."""
    words = (name or "").split()
    return (" ".join(words[:-1]) or None, words[-1]) if len(words) > 1 else (name, None)


def _text(value: object, name: str, where: str) -> str | None:
    if value is None or value is False:
        return None
    if value is True:
        return "yes"
    if isinstance(value, str | int | float):
        return str(value).replace("\0", " ").strip() or None
    raise PairProblem(f"{where}: {name} must be text")


def _texts(value: object, name: str, where: str) -> tuple[str, ...]:
    if value is None:
        return ()
    listed = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    return tuple(text for text in (_text(one, name, where) for one in listed) if text)


def _sex(text: str | None) -> Literal["F", "M", "U"] | None:
    letter = (text or "")[:1].upper()
    return "F" if letter == "F" else "M" if letter == "M" else "U" if letter else None


def _age(value: object, where: str) -> int | None:
    text = _text(value, "estimated_age", where)
    if text is None:
        return None
    if not text.isdecimal() or not 0 <= int(text) <= _LONGEST_AGE:
        raise PairProblem(f"{where}: estimated_age must be a whole number of years, such as 7")
    return int(text)


def _years(born: date | None, age: int | None, on: date) -> int:
    return age or 0 if born is None else age_on(born, on)


def _day(text: str | None, name: str, where: str) -> date | None:
    if text is None:
        return None
    day = day_or_none(text)
    if day is None:
        raise PairProblem(f"{where}: {name} must be a date such as 2014-03-22; it is {text[:40]!r}")
    return day


def day_or_none(text: object) -> date | None:
    """A date written 2014-03-22, 20140322 or 22/03/2014."""
    return _parsed(text) if isinstance(text, str) else None


@lru_cache(maxsize=65_536)
def _parsed(text: str) -> date | None:
    plain = text.strip()
    iso, british = _ISO.fullmatch(plain[:10]), _BRITISH.fullmatch(plain)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        return date(int(british[3]), int(british[2]), int(british[1])) if british else None
    except ValueError:
        return None
