"""The rules of agency checks: what makes a request and an answer whole, how far a request has come, when it is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguard.kernel.clock import LONDON
from safeguard.mash.checks import words
from safeguard.mash.checks.rules import (
    LONGEST,
    ProposedAnswer,
    ProposedRequest,
    problems_of_answer,
    problems_of_request,
    state_of,
    takes_facts,
)
from safeguard.mash.clocks import ClockPolicy, answer_due

REQUEST = ProposedRequest(("a1",), ("p1",), "any", "", ("address",), "response", "duty_to_share", "no")
TUESDAY = datetime(2025, 9, 2, 9, 0, tzinfo=UTC)  # ten in the morning in London


def _fields(proposed: ProposedRequest) -> list[str]:
    people = {"p1": "Maya", "p2": "Quillon"}
    found = problems_of_request(proposed, agencies={"a1", "a2"}, people=people, restricted={"p2"}, ready=words.QUESTIONS)
    return [one.field for one in found]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []), ({"agencies": ()}, ["agencies"]), ({"agencies": ("a1", "a9")}, ["agencies"]), ({"people": ()}, ["people"]),
        ({"people": ("p9",)}, ["people"]), ({"people": ("p1", "p2")}, ["people"]), ({"template": ""}, ["template"]),
        ({"template": "own"}, ["own_words"]), ({"template": "own", "own_words": "Who collects her?"}, []),
        ({"own_words": "x" * (LONGEST + 1)}, ["own_words"]), ({"details": ("phone",)}, ["details"]), ({"details": ()}, []),
        ({"purpose": ""}, ["purpose"]), ({"basis": "consent"}, ["basis"]), ({"family_told": ""}, ["family_told"]),
    ],
)  # fmt: skip
def test_a_request(changes: dict[str, Any], fields: list[str]) -> None:
    assert _fields(replace(REQUEST, **changes)) == fields


def test_own_words_follow_those_of_the_template() -> None:
    assert replace(REQUEST, own_words="And the dog?").question(words.QUESTIONS) == f"{words.QUESTIONS['any']}\n\nAnd the dog?"
    assert set(words.QUESTIONS) == set(words.TEMPLATES)


@pytest.mark.parametrize(
    ("answer", "fields"),
    [
        (ProposedAnswer("", "", "", ""), ["outcome"]), (ProposedAnswer("maybe", "", "", ""), ["outcome"]),
        (ProposedAnswer("nothing_known", "", "", ""), []), (ProposedAnswer("nothing_known", "", "everybody", ""), ["sharing"]),
        (ProposedAnswer("known", "", "", ""), ["words", "sharing"]), (ProposedAnswer("known", "Seen.", "strategy", ""), []),
        (ProposedAnswer("known", "x" * (LONGEST + 1), "mash", ""), ["words"]),
        (ProposedAnswer("speak_to_us", "", "mash", ""), []), (ProposedAnswer("speak_to_us", "", "", ""), ["sharing"]),
        (ProposedAnswer("refused", "", "mash", ""), ["refusal", "words"]), (ProposedAnswer("refused", "A court.", "mash", "other_bar"), []),
    ],
)  # fmt: skip
def test_an_answer(answer: ProposedAnswer, fields: list[str]) -> None:
    assert [one.field for one in problems_of_answer(answer)] == fields
    assert [one.field for one in problems_of_answer(answer, by_telephone=True)] == [*fields, "told_by"]


@pytest.mark.parametrize("outcome", words.ANSWERS.codes)
@pytest.mark.parametrize("sharing", words.SHARING.codes)
def test_facts_go_only_with_what_a_strategy_discussion_may_read(outcome: str, sharing: str) -> None:
    assert takes_facts(outcome, sharing) is (outcome == "known" and sharing != "mash")


@given(st.integers(0, 6000), st.integers(0, 3000), st.integers(-100, 9000))
def test_a_request_only_ever_gets_later(half: int, more: int, minutes: int) -> None:
    half_at, due_at = TUESDAY + timedelta(minutes=half), TUESDAY + timedelta(minutes=half + more)
    order = ["waiting", "half", "overdue"]
    at = TUESDAY + timedelta(minutes=minutes)
    now, later = (state_of(half_at=half_at, due_at=due_at, closed_as=None, at=one) for one in (at, at + timedelta(minutes=1)))
    assert order.index(now) <= order.index(later)
    assert state_of(half_at=half_at, due_at=due_at, closed_as="answered", at=at) == "answered"
    assert (now == "overdue") is (at > due_at)


@pytest.mark.parametrize(
    ("rating", "half", "due"),
    [("RED", (2, 11), (2, 12)), ("AMBER", (2, 13), (2, 16)), ("GREEN", (3, 14), (5, 10)), (None, (2, 13), (2, 16))],
)
def test_when_an_answer_is_due(rating: str | None, half: tuple[int, int], due: tuple[int, int]) -> None:
    """Asked on a Tuesday at ten: working hours from nine to five, in the authority's own time."""
    found = [one.astimezone(LONDON) for one in answer_due(rating, TUESDAY, ClockPolicy.load())]
    assert [(one.day, one.hour) for one in found] == [half, due]

