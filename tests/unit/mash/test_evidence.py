"""Evidence as a reader sees it: under the fact it speaks of, signed, summed, and never a certainty."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from safeguard.mash.evidence import OTHER, evidence_of, fact_of, signed
from safeguard.people.model import MatchProposal, PersonLink

AT = datetime(2026, 11, 16, 10, tzinfo=UTC)
LINES: list[dict[str, Any]] = [
    {"field": "given_name", "words": "Same first name", "weight": 6.8},
    {"field": "surname", "words": "Different family names", "weight": -3.0},
    {"field": "number", "words": "Same unique pupil number", "weight": 20.0},
    {"field": "kind", "words": "One is a child, the other an adult", "weight": -8.0},
]


def _proposal(probability: float = 0.4) -> MatchProposal:
    return MatchProposal(
        band="possible", probability=probability, weight=-0.8, reason="Same first name.", lines=LINES, matcher_version="x", proposed_at=AT
    )


@pytest.mark.parametrize(("weight", "words"), [(6.14, "+6.1"), (-3.0, "−3.0"), (0.0, "0"), (-0.04, "0"), (0.05, "+0.1")])
def test_weights_carry_their_sign(weight: float, words: str) -> None:
    assert signed(weight) == words


def test_each_finding_stands_under_its_fact_and_none_is_lost() -> None:
    found = evidence_of(_proposal(), None)
    assert {fact: [line.words for line in lines] for fact, lines in found.by_fact.items()} == {
        "Name": ["Same first name", "Different family names"],
        "Unique pupil number": ["Same unique pupil number"],
        OTHER: ["One is a child, the other an adult"],
    }
    assert found.lines == pytest.approx(15.8)
    assert found.start + found.lines == pytest.approx(found.weight)
    assert fact_of({"field": "something_new", "words": "x"}) == OTHER


@pytest.mark.parametrize(
    ("probability", "words"), [(0.9999, "more than 0.999"), (0.0001, "less than 0.001"), (0.4, "0.400"), (0.9994, "0.999")]
)
def test_no_probability_is_a_certainty(probability: float, words: str) -> None:
    assert evidence_of(_proposal(probability), None).probability_words == words


def test_what_a_person_joined_has_a_reason_and_no_probability() -> None:
    link = PersonLink(band="match", reason="The school knows her", lines=[], matcher_version=None, made_at=AT)
    found = evidence_of(None, link)
    assert (found.reason, found.probability, found.by_fact) == ("The school knows her", None, {})
