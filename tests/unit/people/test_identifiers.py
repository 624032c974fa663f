"""NHS numbers, pupil numbers and postcodes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguard.people.identifiers import (
    is_nhs_number,
    is_pseudo_postcode,
    make_nhs_number,
    nhs_number_problem,
    normalise_postcode,
    upn_problem,
)


@given(st.integers(0, 899_998))
def test_made_numbers_are_valid_and_in_the_range_never_issued(stem: int) -> None:
    assert is_nhs_number(make_nhs_number(stem))
    assert make_nhs_number(stem).startswith("999")


@given(st.integers(0, 899_997))
def test_made_numbers_never_repeat(stem: int) -> None:
    assert int(make_nhs_number(stem)) < int(make_nhs_number(stem + 1))


@given(st.integers(0, 899_998), st.integers(0, 9), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(stem: int, place: int, shift: int) -> None:
    number = make_nhs_number(stem)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert nhs_number_problem(wrong)


@pytest.mark.parametrize("text", ["0000000000", "1234567890", "99900000", "9990000019", "abc", "999 000 001X", ""])
def test_what_is_no_nhs_number(text: str) -> None:
    assert nhs_number_problem(text)


@pytest.mark.parametrize("text", ["999 000 0018", "999-000-0018", "9990000018"])
def test_nhs_numbers_as_people_type_them(text: str) -> None:
    assert nhs_number_problem(text) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [("H801200001001", False), ("h801 2000 01001", False), ("A801200001001", True), ("H80", True)],
)
def test_pupil_numbers(text: str, problem: bool) -> None:
    assert bool(upn_problem(text)) is problem


@pytest.mark.parametrize(
    ("text", "postcode"),
    [("ls9o1aa", "LS90 1AA"), ("qq1 1aa", "QQ1 1AA"), ("W1A 1HQ", "W1A 1HQ"), ("LS9 OAA", "LS9 0AA"),
     ("XX", None), ("", None), ("12345", None)],
)  # fmt: skip
def test_postcodes(text: str, postcode: str | None) -> None:
    assert normalise_postcode(text) == postcode


@given(st.text(max_size=40))
def test_any_text_is_survived(text: str) -> None:
    nhs_number_problem(text), upn_problem(text)
    found = normalise_postcode(text)
    assert found is None or normalise_postcode(found) == found


def test_pseudo_postcodes_are_no_place() -> None:
    assert is_pseudo_postcode("ZZ99 3VZ")
    assert not is_pseudo_postcode("QQ1 1AA")
