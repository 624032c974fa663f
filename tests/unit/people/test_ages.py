"""Ages in words, and the newest statement of each fact."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest

from safeguard.people.identity import age_words, identity_of

ON = date(2026, 11, 24)


@dataclass(frozen=True)
class Says:
    """What one source record says."""

    role: str = "subject"
    given_names: str | None = "Maya"
    surname: str | None = None
    known_as: str | None = None
    birth_date: date | None = None
    expected_date: date | None = None
    estimated_age: int | None = None
    sex: str | None = None
    nhs_number: str | None = None


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (Says(estimated_age=0), "Under 1 year"),
        (Says(estimated_age=1), "About 1 year old"),
        (Says(estimated_age=7), "About 7 years old"),
        (Says(), "Age not known"),
        (Says(birth_date=date(2026, 10, 24)), "1 month"),
        (Says(birth_date=date(2026, 11, 20)), "Under 1 month"),
        (Says(birth_date=date(2015, 11, 25)), "10 years"),
        (Says(expected_date=date(2027, 3, 3)), "Unborn, due 3 March 2027"),
    ],
)
def test_ages_in_words(says: Says, words: str) -> None:
    assert age_words(identity_of([says]), ON) == words


def test_a_newer_guess_of_nought_replaces_an_older_one() -> None:
    older = Says(estimated_age=3)
    assert identity_of([older, replace(older, estimated_age=0)]).estimated_age == 0
