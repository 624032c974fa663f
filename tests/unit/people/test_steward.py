"""The matcher against verdicts that a data steward would defend: pairs written by hand, and families put through a form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from safeguard.people.matching.evaluation import RIGHT, Judged, confusion, disagreements, evaluate
from safeguard.people.matching.pairs import Pair, PairProblem, pairs_of
from safeguard.people.matching.settings import MatchSettings
from tests.unit.people.families import family_pairs

_HAND_MADE = Path(__file__).parents[2] / "data" / "steward_pairs.json"
SETTINGS = MatchSettings.load()


def _turned(pairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**pair, "id": f"{pair['id']}-turned", "a": pair["b"], "b": pair["a"]} for pair in pairs]


def _told(judged: list[Judged]) -> str:
    return "\n".join([confusion(judged), *disagreements(judged)])


def test_pairs_written_by_hand() -> None:
    pairs = json.loads(_HAND_MADE.read_text(encoding="utf-8"))
    judged = evaluate(pairs_of([*pairs, *_turned(pairs)]), SETTINGS)
    print(confusion(judged))  # noqa: T201
    assert len(pairs) > 400
    assert all(one.right for one in judged), _told(judged)


def test_families_put_through_a_form() -> None:
    """Every invented family in every way a form goes wrong."""
    judged = evaluate(pairs_of(family_pairs()), SETTINGS)
    print(confusion(judged))  # noqa: T201
    assert len(judged) > 500
    assert {one.pair.expect for one in judged} == set(RIGHT)
    assert all(one.right for one in judged), _told([one for one in judged if not one.right][:12])


def test_the_document_of_a_pair_is_the_contract() -> None:
    pair = {"id": "x", "expect": "same", "a": {"given": "Ann", "dob": "2014-03-22"}, "b": {"given": "Ann", "dob": "2014-03-22"}}
    (judged,) = evaluate(pairs_of([pair]), SETTINGS)
    document = judged.document()
    assert set(document) == {"id", "expect", "band", "probability", "weights"}
    assert all(set(weight) == {"field", "level", "weight", "words"} for weight in document["weights"])


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "must hold one JSON list"),
        ([1], "Pair 1 is not an object"),
        ([{"id": "p", "a": {}, "b": {}}], "Pair p: expect must be same, different or review"),
        ([{"id": "p", "expect": "same", "a": [], "b": {}}], "Pair p: a must be an object"),
        ([{"id": "p", "expect": "same", "a": {"dob": "2014-02-30"}, "b": {}}], "Pair p, a: dob must be a date such as 2014-03-22"),
        ([{"id": "p", "expect": "same", "a": {"given": ["x"]}, "b": {}}], "Pair p, a: given must be text"),
        ([{"id": "p", "expect": "same", "a": {"estimated_age": "old"}, "b": {}}], "Pair p, a: estimated_age must be a whole number"),
        ([{"id": "p", "expect": "same", "a": {"siblings": "Ann"}, "b": {}}], "Pair p, a: siblings must be a list"),
        ([{"id": "p", "expect": "same", "a": {}, "b": {}}] * 2, "Two pairs have the id 'p'"),
    ],
)
def test_a_file_of_pairs_that_cannot_be_read_says_what_to_mend(said: object, words: str) -> None:
    with pytest.raises(PairProblem, match=r"[Pp]air") as problem:
        pairs_of(said)
    assert words in str(problem.value)


@pytest.mark.parametrize("given", [None, "Baby", "A" * 300, "\0\0", "-", "李小龍", "Bob " * 200])
def test_odd_names_are_survived(given: str | None) -> None:
    sides = {"given": given, "surname": given, "postcode": given, "address": given, "phone": given, "upn": given}
    (judged,) = evaluate(pairs_of([{"id": "p", "expect": "review", "a": sides, "b": sides}]), SETTINGS)
    assert judged.found.band in {"match", "possible", "low", "none"}
    assert isinstance(judged.pair, Pair)
