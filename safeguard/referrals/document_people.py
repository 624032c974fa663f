"""The people of a referral document: children, everybody else, how they stand to each other, where they live."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import networkx as nx

from safeguard.concerns.fact_kinds import check_facts
from safeguard.kernel.codes.answer import PARENTAL_RESPONSIBILITY, YES_NO_NOT_KNOWN
from safeguard.kernel.codes.code_set import CodeSet
from safeguard.kernel.codes.concern_category import CONCERN_CATEGORIES
from safeguard.kernel.codes.disability import DISABILITIES
from safeguard.kernel.codes.ethnicity import ETHNICITIES
from safeguard.kernel.codes.link_status import LINK_STATUSES
from safeguard.kernel.codes.relationship import RELATIONSHIPS, traits
from safeguard.kernel.codes.sex import SEXES
from safeguard.kernel.dates import age_on
from safeguard.people.identifiers import (
    nhs_number_problem,
    normalise_nhs_number,
    normalise_postcode,
    normalise_upn,
    upn_problem,
)
from safeguard.referrals.document_fields import LONGEST_EMAIL, LONGEST_NAME, Part, cleaned_line, like_an_email
from safeguard.referrals.local_questions import LocalQuestion, read_local

# Far above any family: these only keep a runaway file from filling the desk.
MOST_CHILDREN = 100
MOST_PEOPLE = 100
MOST_RELATIONSHIPS = 1_000
MOST_ADDRESSES = 100
MOST_ADDRESS_LINES = 6
OLDEST_CHILD = 25
OLDEST_ADULT = 120
LONGEST_PREGNANCY = timedelta(weeks=42)
LATEST_AFTER_EXPECTED = timedelta(weeks=4)

BIRTH_KINDS = CodeSet(
    "what is known of the birth",
    {
        "born": "The date of birth is known",
        "unborn": "Not born yet",
        "estimated": "Only a rough age is known",
        "unknown": "Neither is known",
    },
)
PERSON_KINDS = CodeSet("adult or child", {"adult": "An adult", "child": "A child"})
# What an unborn child can be to somebody.
_OF_THE_UNBORN = frozenset({"sibling", "half_sibling", "step_sibling", "twin", "cousin", "other_relative", "not_known"})
NAMES = ("given_names", "surname", "known_as")
_UPRN = re.compile(r"\d{1,12}", re.ASCII)


def read_children(document: Part, today: date, asked: Sequence[LocalQuestion]) -> list[dict[str, Any]]:
    """The children the referral is about; `asked` are the local questions about each."""
    children = []
    for child in document.parts("children", MOST_CHILDREN, "children"):
        child.key("key", "each child")
        unborn = _read_person(child, today, adult=False, nameless=False)
        child.code("ethnicity", ETHNICITIES)
        child.line("first_language", LONGEST_NAME)
        child.code("interpreter_needed", YES_NO_NOT_KNOWN)
        if "NONE" in (needs := child.codes("disabilities", DISABILITIES)) and len(needs) > 1:
            child.wrong("disabilities", "Choose either “No disability” or the disabilities, not both")
        child.line("school")
        child.line("gp_practice")
        child.raw("upn")
        if not unborn:
            _read_upn(child)
        child.codes("concerns", CONCERN_CATEGORIES, needed="Choose at least one concern about this child")
        facts = check_facts(child.raw("facts"), child.at("facts"), child.problems)
        if facts:
            child.kept["facts"] = facts
        read_local(child, asked)
        children.append(child.finish())
    return children


def read_people(document: Part, today: date) -> list[dict[str, Any]]:
    """The adults, and the children the referral is not about."""
    people = []
    for person in document.parts("people", MOST_PEOPLE, "other people"):
        person.key("key", "each person")
        kind = person.code("kind", PERSON_KINDS, needed="Say whether this is an adult or a child")
        _read_person(person, today, adult=kind != "child", nameless=True)
        phone = person.line("phone", 40)
        if phone and not any(character.isdigit() for character in phone):
            person.wrong("phone", "Enter a phone number, like 01632 960001")
        email = person.line("email", LONGEST_EMAIL)
        if email and not like_an_email(email):
            person.wrong("email", "Enter an email address, like name@example.org")
        _read_death(person, today)
        people.append(person.finish())
    return people


def _read_person(person: Part, today: date, *, adult: bool, nameless: bool) -> bool:
    """What every person has; whether the person is not born yet."""
    names = [person.line(name, LONGEST_NAME) for name in NAMES]
    birth = _read_birth(person, today, adult=adult, needed="" if nameless else "Say when the child was born, or is expected")
    unborn = birth.get("kind") == "unborn"
    if not (nameless or unborn or any(names) or person.troubled(*NAMES)):
        person.wrong("given_names", "Enter the child's first name, family name or the name they are known by")
    person.code("sex", SEXES)
    typed = person.line("nhs_number", 40)
    if typed:
        problem = nhs_number_problem(typed)
        if problem:
            person.wrong("nhs_number", problem)
        else:
            person.kept["nhs_number"] = normalise_nhs_number(typed)
    if person.raw("address") is not None:
        person.key("address", "the address")
    return unborn


def _read_death(person: Part, today: date) -> None:
    died, day = person.code("died", YES_NO_NOT_KNOWN), person.day("died_on")
    born = person.kept.get("birth", {}).get("date")
    if day is None:
        return
    if died != "yes":
        person.wrong("died_on", "Say that this person has died, or leave the date empty")
    elif day > today:
        person.wrong("died_on", "The date must be today or in the past")
    elif born and day.isoformat() < born:
        person.wrong("died_on", "Nobody can die before they are born. Check both dates")


def _read_upn(child: Part) -> None:
    typed = child.line("upn", 40)
    if typed:
        problem = upn_problem(typed)
        if problem:
            child.wrong("upn", problem)
        else:
            child.kept["upn"] = normalise_upn(typed)


def _read_birth(person: Part, today: date, *, adult: bool, needed: str) -> dict[str, Any]:
    birth = person.part("birth", needed=needed)
    if person.said.get("birth") is None:
        person.kept["birth"] = {"kind": "unknown"}
        return {"kind": "unknown"}
    kind = birth.code("kind", BIRTH_KINDS, needed="Say what is known of the birth: born, unborn, estimated or unknown")
    if kind == "born":
        _check_born(birth, today, adult=adult)
    elif kind == "unborn":
        _check_expected(birth, today, adult=adult)
    elif kind == "estimated":
        oldest = OLDEST_ADULT if adult else OLDEST_CHILD
        birth.whole_number("age", 0, oldest, needed="Give the rough age in whole years")
    person.kept["birth"] = birth.finish()
    return birth.kept


def _check_born(birth: Part, today: date, *, adult: bool) -> None:
    day = birth.day("date", needed="Enter the date of birth")
    if day is None:
        return
    if day > today:
        birth.wrong("date", "The date of birth must be today or in the past. For a child not born yet, say so")
    elif not adult and age_on(day, today) > OLDEST_CHILD:
        birth.wrong("date", f"A child can be {OLDEST_CHILD} at most. Check the year, or enter this person as an adult")


def _check_expected(birth: Part, today: date, *, adult: bool) -> None:
    if adult:
        birth.wrong("kind", "An adult cannot be unborn. Enter this person as a child")
    day = birth.day("expected_date", needed="Enter the date on which the baby is expected")
    if day is None:
        return
    if day > today + LONGEST_PREGNANCY:
        weeks = LONGEST_PREGNANCY.days // 7
        birth.wrong("expected_date", f"The expected date is more than {weeks} weeks away. Check the month and the year")
    elif day < today - LATEST_AFTER_EXPECTED:
        birth.wrong("expected_date", "The expected date is over 4 weeks ago. If the baby was born, give the date of birth")


def read_addresses(document: Part) -> list[dict[str, Any]]:
    """The addresses, each with its key."""
    addresses = []
    for address in document.parts("addresses", MOST_ADDRESSES, "addresses"):
        address.key("key", "each address")
        _read_lines(address)
        nowhere = address.mark("no_fixed_abode")
        typed = address.line("postcode", 40)
        if typed:
            address.kept.pop("postcode")
            postcode = normalise_postcode(typed)
            if postcode is None:
                address.wrong("postcode", "Enter a full UK postcode, like QQ1 1AA, or leave it empty")
            else:
                address.kept["postcode"] = postcode
        uprn = address.line("uprn", 20)
        if uprn and not _UPRN.fullmatch(uprn):
            address.wrong("uprn", "A unique property reference number has up to 12 digits and nothing else")
        if not (address.kept.get("lines") or typed or nowhere or address.troubled("lines", "postcode")):
            address.wrong("lines", "Enter the address, a postcode, or say that there is no fixed address")
        addresses.append(address.finish())
    return addresses


def _read_lines(address: Part) -> None:
    value = address.raw("lines")
    if value is None:
        return
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        address.wrong("lines", "Give the lines of the address as a list of texts")
        return
    if len(value) > MOST_ADDRESS_LINES:
        address.wrong("lines", f"An address can have {MOST_ADDRESS_LINES} lines. This has {len(value):,}")
        return
    lines = [line for line in map(cleaned_line, value) if line]
    longest = max(map(len, lines), default=0)
    if longest > LONGEST_NAME:
        address.wrong("lines", f"Each line can have {LONGEST_NAME} characters. The longest has {longest:,}")
        return
    if lines:
        address.kept["lines"] = lines


def read_relationships(document: Part, people: dict[str, dict[str, Any]], today: date) -> list[dict[str, Any]]:
    """How people stand to each other. `people` holds every child and person of the document by key."""
    relationships = []
    seen: set[tuple[str, str]] = set()
    descents: dict[tuple[str, str], Part] = {}
    for stated in document.parts("relationships", MOST_RELATIONSHIPS, "relationships"):
        ends = [_read_end(stated, name, people) for name in ("from", "to")]
        kind = stated.code("kind", RELATIONSHIPS, needed="Say how the first person is related to the second")
        stated.code("parental_responsibility", PARENTAL_RESPONSIBILITY)
        stated.code("lives_with", YES_NO_NOT_KNOWN)
        stated.code("status", LINK_STATUSES)
        _read_span(stated, today)
        one, other = ends
        if one and other:
            if one == other:
                stated.wrong("to", "This relates a person to themselves")
            elif (one, other) in seen or (other, one) in seen:
                stated.wrong("to", "How these two are related is given twice. Keep one of them")
            elif kind:
                _check_fit(stated, kind, people[one], people[other])
                above, turned = RELATIONSHIPS.seen_from_above(kind)
                if traits(above).parent:
                    descents[(other, one) if turned else (one, other)] = stated
            seen.add((one, other))
        relationships.append(stated.finish())
    _check_circles(descents)
    return relationships


def _check_circles(descents: dict[tuple[str, str], Part]) -> None:
    """Refuse parents whose own parent is their child, however many steps it takes."""
    above: nx.DiGraph = nx.DiGraph(list(descents))
    circular = [group for group in nx.strongly_connected_components(above) if len(group) > 1]
    for (parent, child), stated in descents.items():
        if any(parent in group and child in group for group in circular):
            stated.wrong("kind", "Somebody would be their own ancestor. Check who is whose parent")


def _read_span(stated: Part, today: date) -> None:
    since, until = stated.day("since"), stated.day("until")
    for name, day in (("since", since), ("until", until)):
        if day and day > today:
            stated.wrong(name, "The date must be today or in the past")
    if since and until and until < since:
        stated.wrong("until", "A relationship cannot end before it begins. Check both dates")


def _read_end(stated: Part, name: str, people: dict[str, dict[str, Any]]) -> str | None:
    key = stated.key(name, "this end of the relationship")
    if key is not None and key not in people:
        stated.wrong(name, f"Nobody in this referral has the key “{key}”")
        return None
    return key


def _check_fit(stated: Part, kind: str, one: dict[str, Any], other: dict[str, Any]) -> None:
    """Refuse what cannot be: an unborn parent, or a parent younger than their child."""
    births = [person.get("birth") or {} for person in (one, other)]
    if births[0].get("kind") == "unborn" and not (kind in _OF_THE_UNBORN or kind == "child_of"):
        stated.wrong("kind", f"“{RELATIONSHIPS.label(kind)}” does not fit a child who is not born yet")
        return
    older, younger = births if traits(kind).parent else reversed(births)
    if traits(kind).parent or traits(RELATIONSHIPS.reciprocal(kind)).parent:
        dates = [birth.get("date") or birth.get("expected_date") for birth in (older, younger)]
        if all(dates) and str(dates[0]) >= str(dates[1]):
            stated.wrong("kind", "A parent cannot be younger than their child. Check the dates of birth and who is whose parent")
