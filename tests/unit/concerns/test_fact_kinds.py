"""Structured facts: what is taken, what is refused and in which words, what an event is coded as, what the page says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from safeguard.concerns.fact_kinds import FACT_KINDS, check_facts, in_words, kinds_about
from safeguard.concerns.fact_table import placed
from safeguard.concerns.marks import marks_of
from safeguard.kernel.codes.concern_category import CONCERN_CATEGORIES
from safeguard.kernel.errors import Problem

ROOT = Path(__file__).parents[3]


def _checked(said: Any) -> tuple[dict[str, Any], dict[str, str]]:
    problems: list[Problem] = []
    kept = check_facts(said, "facts", problems)
    return kept, {problem.field: problem.message for problem in problems}


def test_good_answers_are_kept_and_cleaned() -> None:
    said = {"injury": {"sites": ["ear", "ear"], "hours": 14, "accounts": " He\u200b fell\r\n ", "mobility": ""}, "missing": {"hours": 0}}
    kept, problems = _checked(said)
    assert problems == {}
    assert kept == {"injury": {"sites": ["ear"], "hours": 14, "accounts": "He fell"}, "missing": {"hours": 0}}


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ("injury", "facts", "as an object"), ({"injuries": {}}, "facts.injuries", "no such kind of fact"),
        ({"injury": []}, "facts.injury", "as an object"), ({"injury": {"site": ["ear"]}}, "facts.injury.site", "no such answer"),
        ({"injury": {"sites": "ear"}}, "facts.injury.sites", "as a list"),
        ({"injury": {"sites": ["nose"]}}, "facts.injury.sites", "“nose”"),
        ({"injury": {"hours": -1}}, "facts.injury.hours", "from 0 to 8,760"),
        ({"injury": {"hours": True}}, "facts.injury.hours", "whole number"),
        ({"injury": {"hours": "14"}}, "facts.injury.hours", "whole number"),
        ({"injury": {"mobility": "walks"}}, "facts.injury.mobility", "not_mobile, mobile, not_known"),
        ({"injury": {"accounts": "x" * 501}}, "facts.injury.accounts", "This has 501"),
        ({"visit": {}}, "facts.visit.result", "what came of it"),
        ({"step": {"step": "visit", "due_on": "2026-02-30"}}, "facts.step.due_on", "no such date"),
        ({"step": {"step": "visit", "due_on": "3 May"}}, "facts.step.due_on", "like 2026-03-27"),
        ({"step": {"step": "visit", "due_on": "1066-01-01"}}, "facts.step.due_on", "Check the year"),
        ({"seen": {"by": 7}}, "facts.seen.by", "not one of the codes"),
    ],
)  # fmt: skip
def test_bad_answers_are_refused_by_name(said: Any, field: str, words: str) -> None:
    assert words in _checked(said)[1][field]


@pytest.mark.parametrize(
    ("kind", "answers", "expected"),
    [
        ("visit", {"result": "refused"}, ("refused_access",)), ("visit", {"result": "child_seen"}, ("routine_contact",)),
        ("appointment", {"result": "cancelled"}, ()), ("appointment", {"result": "not_brought"}, ("medical_neglect_not_brought",)),
        ("injury", {}, ("physical_injury",)), ("injury", {"patterns": ["burn"]}, ("physical_injury", "burn_scald")),
        ("exploitation", {"markers": ["weapon", "drugs"]}, ("weapons",)),
        ("exploitation", {"markers": ["cash"]}, ("exploitation_criminal",)),
        ("registration", {"standing": "deregistered"}, ("non_engagement",)),
    ],
)  # fmt: skip
def test_what_an_event_is_coded_as(kind: str, answers: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert FACT_KINDS[kind].categories(answers) == expected


def test_every_kind_fits_together() -> None:
    for kind in FACT_KINDS.values():
        assert kind.questions
        codes = {code for coded in kind.coded.values() for code in coded} | set(kind.about)
        assert codes <= set(CONCERN_CATEGORIES), kind.code
        assert not kind.coded_by or kind.coded_by in {question.name for question in kind.questions}
        assert all((question.codes is not None) == (question.form in {"one", "many"}) for question in kind.questions)


def test_facts_in_words_and_asked_for_by_concern() -> None:
    assert in_words({"step": {"step": "visit", "due_on": "2026-03-03"}}) == [("Step", "Visit to the child"), ("Due on", "3 March 2026")]
    assert [kind.code for kind in kinds_about(["domestic_abuse", "neglect"])] == ["domestic_abuse"]


def test_marks_join_spellings_and_leave_out_what_is_too_short() -> None:
    said = {"link": {"vehicle": "AB12 CDE", "phone": "07700-900 123", "venue": "Park"}}
    assert [(kind, mark) for kind, mark, _label in marks_of(said)] == [("vehicle", "ab12cde"), ("phone", "07700900123")]


def test_the_page_is_up_to_date() -> None:
    page = (ROOT / "docs/referral-json.md").read_text(encoding="utf-8")
    assert placed(page) == page
