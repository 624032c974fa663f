"""The local guidance of the referral form: what is refused, and where it speaks."""

from __future__ import annotations

from typing import Any

import pytest

from safeguard.kernel.errors import RuleBroken
from safeguard.referrals.guidance import GUIDANCE, LONGEST_HINT, SHIPPED, Guidance

_THRESHOLDS = {"thresholds_name": "Right help, right time", "thresholds_link": "https://www.example.org/thresholds?v=2#top"}


def _with(**more: Any) -> dict[str, Any]:
    return {**SHIPPED, **more}


def test_what_the_service_comes_with_is_in_order() -> None:
    assert GUIDANCE.read(SHIPPED) == SHIPPED


def test_a_clean_content_stays_as_it_is() -> None:
    said = _with(**_THRESHOLDS, front_door_phone=" 01632  960100 ", questions={"narrative": " One\r\nTwo ", "danger": ""}, sections={})
    clean = GUIDANCE.read(said)
    assert clean["front_door_phone"] == "01632 960100"
    assert clean["questions"] == {"narrative": "One\nTwo"}
    assert "sections" not in clean
    assert GUIDANCE.read(clean) == clean
    assert [line.where for line in GUIDANCE.lines(clean)][-1] == "Page: What are you worried about?"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"emergency": " "}, "emergency"),
        ({"emergency": "x" * (LONGEST_HINT + 1)}, "emergency"),
        ({"emergency": 999}, "emergency"),
        ({"front_door_phone": "call us"}, "front_door_phone"),
        ({"out_of_hours_phone": "x1" * 30}, "out_of_hours_phone"),
        ({"thresholds_name": "Thresholds"}, "thresholds_link"),
        ({"thresholds_link": "https://www.example.org/x"}, "thresholds_name"),
        ({"questions": {"narrative": "x" * (LONGEST_HINT + 1)}}, "questions.narrative"),
        ({"questions": {"no-such-page": "words"}}, "questions.no-such-page"),
        ({"questions": "words"}, "questions"),
        ({"surprise": "words"}, "surprise"),
    ],
)
def test_what_is_not_in_order_is_named(said: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        GUIDANCE.read(_with(**said))
    assert [problem.field for problem in refused.value.problems] == [field]


@pytest.mark.parametrize(
    "link",
    [
        "http://www.example.org/x", "javascript:alert(1)", "https://", "https://nowhere", "//www.example.org", "https://a@www.example.org/",
        "https://www.example.org/<b>", "https://www.example.org/a b", "https://[x", "https://x.org:port/",
        "data:text/html,x", "https:\\\\www.example.org",
    ],
)  # fmt: skip
def test_a_link_that_could_lead_astray_is_refused(link: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        GUIDANCE.read(_with(**{**_THRESHOLDS, "thresholds_link": link}))
    assert {problem.field for problem in refused.value.problems} == {"thresholds_link"}


def test_where_it_speaks() -> None:
    told = Guidance.of(_with(**_THRESHOLDS, questions={"voice": "Ask a teacher."}))
    assert [page for page in ("danger", "danger-action", "narrative", "child-concerns", "voice", "history") if told.speaks(page)] == [
        "danger", "danger-action", "narrative", "child-concerns", "voice",
    ]  # fmt: skip


def test_words_about_a_page_that_is_gone_are_left_out() -> None:
    """A version is never changed, but the form may be."""
    assert Guidance.of({"questions": {"gone": "x", "voice": "y"}}).questions == {"voice": "y"}
