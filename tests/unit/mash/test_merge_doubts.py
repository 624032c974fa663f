"""What speaks against joining two people is said in words, and silence says nothing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

import pytest

from safeguard.mash.merge_doubts import doubts
from safeguard.people.identifiers import make_nhs_number

_ONE, _OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
_REFERRAL = uuid.UUID(int=3)


@dataclass(frozen=True)
class Said:
    role: str = "child"
    birth_date: date | None = None
    expected_date: date | None = None
    sex: str | None = None
    nhs_number: str | None = None
    upn: str | None = None
    referral_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Related:
    from_person: uuid.UUID
    to_person: uuid.UUID
    kind: str


def _doubts(one: list[Said], other: list[Said], *related: Related) -> tuple[str, ...]:
    return doubts(one, other, people=frozenset((_ONE, _OTHER)), relationships=related)


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (Said(nhs_number=make_nhs_number(1)), Said(nhs_number=make_nhs_number(2)), "NHS numbers differ"),
        (Said(upn="H801200001001"), Said(upn="X801200001002"), "pupil numbers differ"),
        (Said(birth_date=date(2015, 3, 27)), Said(birth_date=date(2015, 3, 28)), "dates of birth differ"),
        (Said(sex="F"), Said(sex="M"), "female and the other as male"),
        (Said(role="adult"), Said(role="subject"), "adult and the other as a child"),
        (Said(referral_id=_REFERRAL), Said(referral_id=_REFERRAL), "names both of them as two people"),
        (Said(expected_date=date(2026, 11, 1)), Said(birth_date=date(2015, 3, 27)), "not born yet"),
    ],
)
def test_each_thing_that_two_people_would_explain_better(one: Said, other: Said, words: str) -> None:
    for found in (_doubts([one], [other]), _doubts([other], [one])):
        assert len(found) == 1
        assert words in found[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([Said()], [Said()]),
        ([Said(sex="U")], [Said(sex="F")]),
        ([Said(nhs_number="1234567890")], [Said(nhs_number=make_nhs_number(1))]),
        ([Said(role="subject")], [Said(role="child")]),
        ([Said(birth_date=date(2015, 3, 27)), Said(birth_date=date(2015, 3, 28))], [Said(birth_date=date(2015, 3, 28))]),
        ([Said(expected_date=date(2026, 11, 1))], [Said(birth_date=date(2026, 10, 20))]),
        ([Said(referral_id=_REFERRAL)], [Said()]),
    ],
)
def test_silence_and_agreement_say_nothing(one: list[Said], other: list[Said]) -> None:
    assert _doubts(one, other) == ()


def test_a_stated_relationship_counts_between_the_two_alone() -> None:
    third = uuid.UUID(int=9)
    assert "related to each other" in _doubts([Said()], [Said()], Related(_ONE, _OTHER, "sibling"))[0]
    assert _doubts([Said()], [Said()], Related(_ONE, third, "sibling"), Related(third, _OTHER, "mother")) == ()
