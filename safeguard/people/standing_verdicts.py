"""Which of the verdicts given on two sides stands. Pure.

A verdict is between source records, since those are what a person looked at: it holds for every pair of them, whoever
they are linked to later, until a person says otherwise of the same pair.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from safeguard.people.matching.decide import Verdict

Pair = frozenset[uuid.UUID]


@dataclass(frozen=True, slots=True)
class Word:
    """What a person said of two sides: same, different or unsure; each side is a set of source record ids."""

    verdict: Verdict
    at: datetime
    one: frozenset[uuid.UUID]
    other: frozenset[uuid.UUID]


def last_words(words: Iterable[Word], among: Collection[uuid.UUID]) -> dict[Pair, Verdict]:
    """The verdict that stands for each pair of source records with at least one of them in `among`."""
    standing: dict[Pair, Verdict] = {}
    for word in sorted(words, key=lambda one: one.at):
        for pair in _pairs(word, among):
            standing[pair] = word.verdict
    return standing


def _pairs(word: Word, among: Collection[uuid.UUID]) -> Iterator[Pair]:
    for here, there in ((word.one, word.other), (word.other, word.one)):
        for mine in here:
            if mine in among:
                yield from (frozenset((mine, other)) for other in there)


def between_people(standing: Mapping[Pair, Verdict], person_of: Mapping[uuid.UUID, uuid.UUID]) -> dict[Pair, Verdict]:
    """The verdict that stands for each pair of people, where one was given.

    Args:
        person_of: the person each source record belongs to now; records that are not in it are left out.
    """
    given: dict[Pair, set[Verdict]] = {}
    for pair, verdict in standing.items():
        people = frozenset(person_of[record] for record in pair if record in person_of)
        if len(people) == 2:
            given.setdefault(people, set()).add(verdict)
    weighed = {people: weightiest(verdicts) for people, verdicts in given.items()}
    return {people: verdict for people, verdict in weighed.items() if verdict is not None}


def weightiest(verdicts: Iterable[Verdict | None]) -> Verdict | None:
    """What stands between two people: one pair of records said to differ keeps them apart, one unsure leaves them so."""
    given = set(verdicts)
    order: tuple[Verdict, ...] = ("different", "unsure", "same")
    return next((verdict for verdict in order if verdict in given), None)
