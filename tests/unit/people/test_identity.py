"""What to call somebody of whom little is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from safeguard.people.identity import age_words, full_name, identity_of


@dataclass(frozen=True)
class _Said:
    role: str = "subject"
    given_names: str | None = None
    surname: str | None = None
    known_as: str | None = None
    birth_date: date | None = None
    expected_date: date | None = None
    estimated_age: int | None = None
    sex: str | None = None
    nhs_number: str | None = None


_DUE = date(2027, 3, 3)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (_Said(given_names="Maya", surname="Fernsby", known_as="Bubs"), "Maya Fernsby"),
        (_Said(known_as="Bubs"), "Bubs"),
        (_Said(surname="Fernsby", expected_date=_DUE), "Fernsby"),
        (_Said(expected_date=_DUE), "Unborn child (due 3 March 2027)"),
        (_Said(), "Name not known"),
    ],
)
def test_what_to_call_somebody(said: _Said, name: str) -> None:
    assert full_name(said) == name
    assert identity_of([said]).name == name


def test_a_name_takes_the_place_of_a_nickname_and_of_the_unborn() -> None:
    unborn, nickname, named = _Said(expected_date=_DUE), _Said(known_as="Bubs"), _Said(given_names="Maya")
    assert identity_of([unborn, nickname]).name == "Bubs"
    assert identity_of([named, nickname, unborn]).name == "Maya"
    # Once born, the due date no longer names a child.
    assert identity_of([unborn, _Said(birth_date=_DUE)]).name == "Name not known"


def test_an_age_of_nought_is_an_age() -> None:
    assert age_words(identity_of([_Said(estimated_age=0)]), _DUE) == "Under 1 year"
