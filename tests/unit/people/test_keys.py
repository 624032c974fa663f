"""Blocking keys: each kind finds what it is there for, and none is moved by order or by chance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeguard.people.matching.keys import KINDS, MOST_KEYS, blocking_keys, hashed, key_rules, keys_by_kind
from safeguard.people.matching.statement import FamilyMember, Statement

MOTHER = FamilyMember("mother", "Sarah", "Ashby", date(1990, 5, 4), "9990000018")
FREYA = Statement(
    id="freya", kind="child", stated_on=date(2026, 1, 5), given_names="Freya", surname="Ashby", birth_date=date(2014, 3, 7),
    nhs_number="9990000026", upn="A999000000001", phone="07700 900123", postcode="QQ1 1AA", family=(MOTHER,),
)  # fmt: skip
UNBORN = Statement(
    id="unborn", kind="child", stated_on=date(2026, 1, 5), given_names="Unborn", surname="Ashby", expected_date=date(2026, 3, 1),
    postcode="QQ1 1AA", family=(replace(MOTHER, birth_date=None, nhs_number=None),),
)  # fmt: skip
ELSEWHERE: dict[str, Any] = {"postcode": "QQ9 9ZZ", "phone": None, "nhs_number": None, "upn": None, "family": ()}


def _kinds(one: Statement, other: Statement) -> set[str]:
    return {kind for kind, _key in set(keys_by_kind(one)) & set(keys_by_kind(other))}


@pytest.mark.parametrize(
    ("kind", "other"),
    [
        ("nhs", replace(FREYA, nhs_number="999 000 0026", surname="Holt", given_names="Baby", birth_date=None)),
        ("upn", replace(FREYA, upn="a999000000001", surname="Holt", nhs_number=None)),
        ("given_birth", replace(FREYA, surname="Holt", birth_date=date(2014, 7, 3), **ELSEWHERE)),
        ("family_birth", replace(FREYA, given_names="Baby", surname="Ashbey", **ELSEWHERE)),
        ("place_birth", replace(FREYA, given_names="Frida", surname="Holt", postcode="qq11aa")),
        ("relative", replace(FREYA, given_names=None, birth_date=None, family=(replace(MOTHER, nhs_number=None, surname="Holt"),))),
        ("place_given", replace(FREYA, surname="Holt", birth_date=None)),
        ("place_family", replace(FREYA, given_names=None, birth_date=None)),
        ("names_year", replace(FREYA, birth_date=date(2014, 1, 1), **ELSEWHERE)),
        ("names_year", replace(FREYA, birth_date=None, estimated_age=11, **ELSEWHERE)),
        ("names_year", replace(FREYA, given_names="Ashby", surname="Freya", birth_date=date(2014, 9, 9), **ELSEWHERE)),
        ("phone", replace(FREYA, given_names=None, surname="Holt", phone="+44 7700 900123", postcode=None)),
        ("names", replace(FREYA, birth_date=None, **ELSEWHERE)),
    ],
)
def test_a_kind_finds_what_it_is_there_for(kind: str, other: Statement) -> None:
    assert kind in _kinds(FREYA, other)
    assert blocking_keys(FREYA) & blocking_keys(other)


@pytest.mark.parametrize(
    "other",
    [
        replace(UNBORN, expected_date=date(2026, 3, 24), surname="Holt"),
        replace(UNBORN, postcode=None),
        replace(UNBORN, family=(FamilyMember("mother", "Sarah", "Holt"),)),
        replace(UNBORN, given_names="Ava", surname="Holt", expected_date=None, birth_date=date(2025, 11, 20)),
    ],
)
def test_a_pregnancy_finds_its_own_and_the_child_born_of_it(other: Statement) -> None:
    assert "pregnancy" in _kinds(UNBORN, other)


def test_a_relative_without_a_birthday_is_known_by_the_number() -> None:
    number_only = replace(MOTHER, birth_date=None)
    assert "relative" in _kinds(replace(UNBORN, family=(number_only,)), replace(FREYA, family=(number_only,)))
    child = FamilyMember("child_of", "Freya", "Ashby", FREYA.birth_date)
    parent = Statement(id="m", kind="adult", stated_on=FREYA.stated_on, given_names="Sarah", family=(child,))
    assert _kinds(parent, replace(parent, given_names="Sally", surname="Holt")) == {"relative"}
    assert "relative" not in _kinds(parent, FREYA)


def test_names_the_other_way_round_share_a_key() -> None:
    turned = replace(FREYA, given_names="Jones", surname="Olivia", **ELSEWHERE)
    assert "names_year" in _kinds(turned, replace(FREYA, given_names="Olivia", surname="Jones", **ELSEWHERE))


def test_another_pregnancy_of_the_same_mother_is_not_found_by_its_weeks() -> None:
    assert "pregnancy" not in _kinds(UNBORN, replace(UNBORN, expected_date=date(2027, 1, 10)))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Lizzie", "Elizabeth"), ("Elizbeth", "Elizabeth"), ("Mohammed Bilal", "Bilal"), ("Muhammad", "Mohamed"), ("Niamh", "Neve")],
)
def test_forms_of_one_name_share_a_key(one: str, other: str) -> None:
    here, there = (replace(FREYA, given_names=name, surname=None, **ELSEWHERE) for name in (one, other))
    assert "given_birth" in _kinds(here, there)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Kowalska", "Kowalski"), ("Choudhury", "Chowdhury"), ("O'Brien", "OBrien"), ("Lloyd-Jones", "Jones"),
     ("Begum", "Begum"), ("Silva Santos", "Santos")],
)
def test_forms_of_one_family_name_share_a_key(one: str, other: str) -> None:
    here, there = (replace(FREYA, given_names=None, surname=name, **ELSEWHERE) for name in (one, other))
    assert "family_birth" in _kinds(here, there)


def test_leap_day_meets_the_first_of_march() -> None:
    assert "given_birth" in _kinds(replace(FREYA, birth_date=date(2012, 2, 29)), replace(FREYA, birth_date=date(2012, 3, 1)))


@pytest.mark.parametrize(
    "nothing",
    [
        {"nhs_number": "0000000000"}, {"nhs_number": "9990000027"}, {"postcode": "ZZ99 3VZ", "given_names": "Freya"},
        {"phone": "none", "given_names": "Freya"}, {"given_names": "Baby", "postcode": "nonsense"}, {"given_names": "F"},
        {"surname": "李"}, {"given_names": "\x00"},
    ],
)  # fmt: skip
def test_what_stands_for_nothing_makes_no_key(nothing: dict[str, Any]) -> None:
    bare = Statement(id="x", kind="child", stated_on=date(2026, 1, 5), **nothing)
    assert len(blocking_keys(bare)) <= 1


def test_every_kind_gives_its_reason_and_is_used() -> None:
    assert all(of.__doc__ for of in KINDS.values())
    assert set(KINDS) == {kind for one in (FREYA, UNBORN) for kind, _key in keys_by_kind(one)}


def test_keys_are_the_same_in_every_process() -> None:
    """They are stored: Python's own hash, which changes from run to run, must not be in them."""
    assert hashed("nhs:9990000026") == 2714791740254692472
    assert len(key_rules()) == 32


def test_a_family_of_twenty_and_names_without_end_keep_within_the_most() -> None:
    crowd = tuple(replace(MOTHER, given_names=f"Name{number}", birth_date=date(1990, 1, 1 + number)) for number in range(20))
    many = replace(FREYA, given_names="Charlie Alex Sam Jo " * 75, surname="Smith-Jones-Brown " * 20, family=crowd)
    assert 0 < len(blocking_keys(many)) <= MOST_KEYS
    assert hashed("nhs:9990000026") in blocking_keys(many)


@settings(max_examples=100)
@given(st.permutations(range(4)))
def test_the_order_of_the_family_makes_no_difference(order: list[int]) -> None:
    family = tuple(FamilyMember("sibling" if n else "mother", f"N{n}a", "Ashby", date(1990 + n, 1, 2)) for n in range(4))
    turned = tuple(family[n] for n in order)
    assert blocking_keys(replace(FREYA, family=family)) == blocking_keys(replace(FREYA, family=turned))
