"""Ages in words, and the newest statement of each fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from safeguard.people.identity import age_words, identity_of
from tests.unit.people.said import Said

ON = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (Said(estimated_age=0), "Under 1 year"),
        (Said(estimated_age=1), "About 1 year old"),
        (Said(estimated_age=7), "About 7 years old"),
        (Said(), "Age not known"),
        (Said(birth_date=date(2026, 10, 24)), "1 month"),
        (Said(birth_date=date(2026, 11, 20)), "Under 1 month"),
        (Said(birth_date=date(2015, 11, 25)), "10 years"),
        (Said(expected_date=date(2027, 3, 3)), "Unborn, due 3 March 2027"),
    ],
)
def test_ages_in_words(says: Said, words: str) -> None:
    assert age_words(identity_of([says]), ON) == words


def test_a_newer_guess_of_nought_replaces_an_older_one() -> None:
    older = Said(estimated_age=3)
    assert identity_of([older, replace(older, estimated_age=0)]).estimated_age == 0
