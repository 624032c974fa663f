"""Of all that people said of two sides the last word on each pair stands, whoever the records belong to by then."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safeguard.people.standing_verdicts import Word, between_people, last_words, weightiest

# The same examples in every run, however slow the machine.
_STEADY = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
_START = datetime(2026, 1, 1, tzinfo=UTC)
_RECORDS = [uuid.UUID(int=n) for n in range(1, 7)]
_VERDICTS = st.sampled_from(["same", "different", "unsure"])


@st.composite
def _words(draw: st.DrawFn) -> list[Word]:
    words = []
    for day in range(draw(st.integers(0, 6))):
        order = draw(st.permutations(_RECORDS))
        cut, end = draw(st.integers(1, 3)), draw(st.integers(4, 6))
        words.append(Word(draw(_VERDICTS), _START + timedelta(days=day), frozenset(order[:cut]), frozenset(order[cut:end])))
    return words


@_STEADY
@given(_words(), st.randoms(use_true_random=False))
def test_the_last_word_on_a_pair_stands_in_whatever_order_they_are_read(words: list[Word], random: object) -> None:
    expected = {}
    for word in words:
        for one in word.one:
            for other in word.other:
                expected[frozenset((one, other))] = word.verdict
    shuffled = list(words)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert last_words(shuffled, _RECORDS) == expected
    swapped = [Word(word.verdict, word.at, word.other, word.one) for word in words]
    assert last_words(swapped, _RECORDS) == expected
    some = set(_RECORDS[:2])
    assert last_words(words, some) == {pair: verdict for pair, verdict in expected.items() if pair & some}


@_STEADY
@given(_words(), st.lists(st.integers(0, 3), min_size=6, max_size=6))
def test_one_pair_that_differs_keeps_two_people_apart_however_records_are_linked(words: list[Word], homes: list[int]) -> None:
    people = [uuid.UUID(int=100 + n) for n in range(4)]
    person_of = {record: people[home] for record, home in zip(_RECORDS, homes, strict=True)}
    standing = last_words(words, _RECORDS)
    found = between_people(standing, person_of)
    for one, other in combinations(people, 2):
        said = [verdict for pair, verdict in standing.items() if {person_of[record] for record in pair} == {one, other}]
        assert found.get(frozenset((one, other))) == weightiest(said)
        assert ("different" in said) == (found.get(frozenset((one, other))) == "different")


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ([], None), ([None], None), (["same"], "same"), (["same", "unsure"], "unsure"), (["same", "different", "unsure"], "different"),
    ],
)  # fmt: skip
def test_the_weightiest_word(said: list[str], stands: str | None) -> None:
    assert weightiest(said) == stands  # type: ignore[arg-type]
