"""Local questions: what may be asked, of whom, and what an answer may be."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguard.kernel.errors import RuleBroken
from safeguard.referrals.answers import told
from safeguard.referrals.document import check, look
from safeguard.referrals.in_words import sections_of
from safeguard.referrals.journey import Step, page_of, steps
from safeguard.referrals.local_questions import LOCAL_QUESTIONS, asked_now
from tests.unit.referrals.sample import TODAY, whole

ATTENDANCE = {
    "code": "attendance", "label": "Attendance this term", "kind": "choice", "choices": ["Above 95%", "Below 95%"], "about": "child",
    "sources": ["education"],
}  # fmt: skip
PLAN = {"code": "plan", "label": "Is there an early help plan?", "kind": "yes_no", "about": "referral", "hint": "In any area."}
SINCE = {"code": "since", "label": "Since when?", "kind": "date", "about": "referral", "sources": ["health", "education"]}
OTHER = {"code": "other", "label": "Anything of this area?", "kind": "text", "about": "child"}
CONTENT = {"questions": [ATTENDANCE, PLAN, SINCE, OTHER]}


def _asked(**more: Any) -> dict[str, Any]:
    """A whole document from a school that was asked all four."""
    return {**whole(), "local_asked": asked_now(CONTENT, 3, "2A"), **more}


def test_a_clean_content_stays_as_it_is() -> None:
    assert LOCAL_QUESTIONS.read(CONTENT) == CONTENT
    assert LOCAL_QUESTIONS.read({}) == {}
    assert len({line.where for line in LOCAL_QUESTIONS.lines(CONTENT)}) == 5


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"label": ""}, "label"), ({"label": "x" * 151}, "label"), ({"label": PLAN["label"]}, "label"), ({"code": ""}, "code"),
        ({"code": "Attendance"}, "code"), ({"code": "plan"}, "code"), ({"kind": "number"}, "kind"), ({"kind": None}, "kind"),
        ({"about": "people"}, "about"), ({"sources": ["2A"]}, "sources"), ({"choices": ["One"]}, "choices"), ({"choices": None}, "choices"),
        ({"choices": ["One", " One "]}, "choices"), ({"choices": ["x" * 101, "y"]}, "choices"), ({"choices": ["One", 2]}, "choices"),
        ({"choices": [str(n) for n in range(13)]}, "choices"), ({"kind": "date"}, "choices"), ({"needed": True}, "needed"),
    ],
)  # fmt: skip
def test_a_question_that_is_not_in_order_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        LOCAL_QUESTIONS.read({"questions": [PLAN, {**ATTENDANCE, **change}]})
    assert [problem.field for problem in refused.value.problems] == [f"questions[1].{field}"]


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        ("2B", ["attendance", "plan", "since", "other"]), ("3E", ["plan", "since", "other"]), ("6", ["plan", "other"]),
        ("1A", ["plan", "other"]),
    ],
)  # fmt: skip
def test_each_kind_of_sender_is_asked_its_own(source: str, codes: list[str]) -> None:
    asked = asked_now(CONTENT, 3, source)
    assert asked is not None
    assert (asked["version"], [one["code"] for one in asked["questions"]]) == (3, codes)


def test_who_is_asked_nothing_holds_nothing() -> None:
    assert asked_now({"questions": [ATTENDANCE]}, 3, "6") is None
    assert asked_now({}, 0, "2A") is None
    assert not [step for step in steps(whole()) if "local" in step.question]
    assert not [section for section in sections_of(whole()) if "ocal" in section.title]


def test_answers_are_kept_and_read_as_they_were_asked() -> None:
    said = _asked(local={"plan": "not_known", "since": "2026-03-02"})
    said["children"][0]["local"] = {"attendance": "Below 95%", "other": " <b>two\u202e buses</b> "}
    clean = check(said, today=TODAY)
    assert check(clean, today=TODAY) == clean
    assert clean["children"][0]["local"] == {"attendance": "Below 95%", "other": "<b>two buses</b>"}
    rows = [row for section in sections_of(clean) for row in section.rows]
    assert ("Since when?", "2 March 2026") in rows
    assert ("Is there an early help plan?", "Not known") in rows
    assert ("Asked under", "Version 3 of the local questions") in rows
    assert rows.count(("Attendance this term", "Below 95%")) == 1
    assert rows.count(("Attendance this term", "Not stated")) == 2  # the children of whom nobody answered
    cards = {card.heading: card for card in told(clean)}
    assert [row.said for row in cards["Local questions"].rows] == ["Not known", "2 March 2026"]


@pytest.mark.parametrize(
    ("local", "field"),
    [
        ({"plan": "maybe"}, "local.plan"), ({"since": "2026-02-30"}, "local.since"), ({"attendance": "Below 95%"}, "local.attendance"),
        ({"narrative": "x"}, "local.narrative"), ("yes", "local"), ({"plan": ["yes"]}, "local.plan"),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_in_order_is_named_and_mended_on_its_page(local: Any, field: str) -> None:
    problems = look(_asked(local=local), today=TODAY)[1]
    assert [problem.field for problem in problems] == [field]
    assert page_of(problems[0], _asked()) == Step("local")


def test_an_answer_about_a_child_is_mended_on_the_page_of_that_child() -> None:
    said = _asked()
    said["children"][1]["local"] = {"attendance": "Sometimes", "other": "x" * 501}
    problems = look(said, today=TODAY)[1]
    assert [problem.field for problem in problems] == ["children[1].local.attendance", "children[1].local.other"]
    assert page_of(problems[0], said) == Step("child-local", "c2")
    assert [step for step in steps(said) if "local" in step.question] == [
        Step("child-local", "c1"), Step("child-local", "c2"), Step("child-local", "c3"), Step("local"),
    ]  # fmt: skip


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["plan", "child", "text", "code"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["version", "questions", "code", "label", "kind"]), inner),
)


@given(asked=_ANY, local=_ANY)
def test_nothing_that_may_be_sent_breaks_the_rules(asked: Any, local: Any) -> None:
    said = {**whole(), "local_asked": asked, "local": local}
    before = copy.deepcopy(said)
    clean, _problems = look(said, today=TODAY)
    assert said == before
    assert "local" not in clean or isinstance(clean["local"], dict)
