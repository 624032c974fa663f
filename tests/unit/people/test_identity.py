"""What to call somebody of whom little is known."""

from __future__ import annotations

from datetime import date

import pytest

from safeguard.people.identity import age_words, full_name, identity_of
from tests.unit.people.said import Said

_DUE = date(2027, 3, 3)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (Said(given_names="Maya", surname="Fernsby", known_as="Bubs"), "Maya Fernsby"),
        (Said(known_as="Bubs"), "Bubs"),
        (Said(surname="Fernsby", expected_date=_DUE), "Fernsby"),
        (Said(expected_date=_DUE), "Unborn child (due 3 March 2027)"),
        (Said(), "Name not known"),
    ],
)
def test_what_to_call_somebody(said: Said, name: str) -> None:
    assert full_name(said) == name
    assert identity_of([said]).name == name


def test_a_name_takes_the_place_of_a_nickname_and_of_the_unborn() -> None:
    unborn, nickname, named = Said(expected_date=_DUE), Said(known_as="Bubs"), Said(given_names="Maya")
    assert identity_of([unborn, nickname]).name == "Bubs"
    assert identity_of([named, nickname, unborn]).name == "Maya"
    # Once born, the due date no longer names a child.
    assert identity_of([unborn, Said(birth_date=_DUE)]).name == "Name not known"


def test_an_age_of_nought_is_an_age() -> None:
    assert age_words(identity_of([Said(estimated_age=0)]), _DUE) == "Under 1 year"
