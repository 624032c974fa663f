"""What speaks against two people being one, in words, before somebody joins them. Pure: it warns and stops nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Protocol

from safeguard.kernel.codes.relationship import RELATIONSHIPS
from safeguard.people.identifiers import is_nhs_number
from safeguard.people.standing_verdicts import Pair


class Said(Protocol):
    """What one source record says, as far as it can speak against a joining."""

    role: str
    birth_date: date | None
    expected_date: date | None
    sex: str | None
    nhs_number: str | None
    upn: str | None
    referral_id: uuid.UUID | None


class Related(Protocol):
    """A stated relationship between two people."""

    @property
    def from_person(self) -> uuid.UUID: ...
    @property
    def to_person(self) -> uuid.UUID: ...
    @property
    def kind(self) -> str: ...


def doubts(one: Sequence[Said], other: Sequence[Said], *, people: Pair, relationships: Iterable[Related]) -> tuple[str, ...]:
    """Each thing that two different people would explain better, the strongest first.

    Args:
        one, other: what is said of each of the two.
        people: the ids of the two.
        relationships: what is stated around them; only what is stated between the two counts.
    """
    return (
        *_related(people, relationships),
        *_together(one, other),
        *_numbers(one, other),
        *_births(one, other),
        *_others(one, other),
    )


def _related(people: Pair, relationships: Iterable[Related]) -> Iterator[str]:
    kinds = [one.kind for one in relationships if {one.from_person, one.to_person} == people]
    for kind in dict.fromkeys(kinds):
        words = RELATIONSHIPS.label(kind).lower()
        yield f"They are stated to be related to each other: {words}"


def _together(one: Sequence[Said], other: Sequence[Said]) -> Iterator[str]:
    if {said.referral_id for said in one if said.referral_id} & {said.referral_id for said in other}:
        yield "One referral names both of them as two people"


def _numbers(one: Sequence[Said], other: Sequence[Said]) -> Iterator[str]:
    """Two living people never share a number, and one person never has two that both hold."""
    numbers = [{said.nhs_number for said in side if is_nhs_number(said.nhs_number)} for side in (one, other)]
    if all(numbers) and not numbers[0] & numbers[1]:
        yield "Their NHS numbers differ, and both are possible numbers"
    pupils = [{said.upn for said in side if said.upn} for side in (one, other)]
    if all(pupils) and not pupils[0] & pupils[1]:
        yield "Their unique pupil numbers differ"


def _births(one: Sequence[Said], other: Sequence[Said]) -> Iterator[str]:
    born = [{said.birth_date for said in side if said.birth_date} for side in (one, other)]
    if all(born) and not born[0] & born[1]:
        yield "Their dates of birth differ"
    for here, there in ((one, other), (other, one)):
        due = [said.expected_date for said in here if said.expected_date]
        days = [said.birth_date for said in there if said.birth_date]
        if due and days and not any(said.birth_date for said in here) and min(abs((a - b).days) for a in due for b in days) > 120:
            yield "One was not born yet when the other was a child: the expected date is more than four months from the birth"


def _others(one: Sequence[Said], other: Sequence[Said]) -> Iterator[str]:
    sexes = [{said.sex for said in side if said.sex in {"F", "M"}} for side in (one, other)]
    if all(sexes) and not sexes[0] & sexes[1]:
        yield "One is recorded as female and the other as male"
    kinds = [{said.role == "adult" for said in side} for side in (one, other)]
    if not kinds[0] & kinds[1]:
        yield "One is recorded as an adult and the other as a child"
