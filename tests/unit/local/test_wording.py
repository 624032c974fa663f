"""Words to agencies: placeholders that are not known are named, and an email says nothing of a case."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguard.kernel.errors import RuleBroken
from safeguard.local.wording import PLACEHOLDERS, SHIPPED, SUBJECTS, WORDING, email_subject, email_words, fill_in, ready_words

READY = {"name": "Early help", "outcome": "EARLY_HELP", "text": "About {reference} of {received}: {decision}. {today}, {front_door_phone}"}
ANY = {"name": "Thanks", "text": "Thank you for {reference}."}


def _with(*ready: dict[str, Any], **emails: str) -> dict[str, Any]:
    said = copy.deepcopy(SHIPPED)
    said["emails"] |= emails
    return {**said, "outcomes": list(ready)}


def test_a_clean_content_stays_as_it_is() -> None:
    assert WORDING.read(SHIPPED) == SHIPPED
    assert WORDING.read(_with(READY, ANY)) == _with(READY, ANY)
    assert len({line.where for line in WORDING.lines(_with(READY, ANY))}) == 4


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"text": "About {child}"}, "text", "{child}"), ({"text": "About {}"}, "text", "{}"),
        ({"text": "{reference.name}"}, "text", "{reference.name}"), ({"text": "{{reference}}"}, "text", "stands alone"),
        ({"text": "Sixes } and {"}, "text", "stands alone"), ({"text": ""}, "text", "Enter"),
        ({"text": "x" * 3001}, "text", "3,000"), ({"name": ""}, "name", "Enter a name"), ({"name": "Thanks"}, "name", "same name"),
        ({"outcome": "REFUSED"}, "outcome", "Choose a decision"), ({"to": "all"}, "to", "no such answer"),
    ],
)  # fmt: skip
def test_ready_words_that_are_not_in_order_are_named(change: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        WORDING.read(_with(ANY, {**READY, **change}))
    (problem,) = refused.value.problems
    assert problem.field == f"outcomes[1].{field}"
    assert words in problem.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Enter what the email says"), ("About {reference}", "{reference}"), ("About SR-7K3F-9Q2X", "a reference"),
        ("NHS 999 000 0018", "a long number"), ("Call 01632 960100", "a long number"), ("Open https://x.example", "an address"),
        ("Write to a@b.example", "an address"), ("}{", "curly"), ("x" * 601, "600"),
    ],
)  # fmt: skip
def test_an_email_tells_of_no_case(text: str, words: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        WORDING.read(_with(check_asked=text))
    (problem,) = refused.value.problems
    assert problem.field == "emails.check_asked"
    assert words in problem.message


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "Enter the subject"), ("About {reference}", "{reference}"), ("SR-7K3F-9Q2X", "a reference"), ("x" * 81, "80"),
     ("See www.x.example", "an address")],
)  # fmt: skip
def test_nor_does_its_subject(text: str, words: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        WORDING.read({**SHIPPED, "subjects": {"check_chased": text}})
    (problem,) = refused.value.problems
    assert problem.field == "subjects.check_chased"
    assert words in problem.message


def test_a_subject_is_one_line_and_kept_where_it_is_not_the_services_own() -> None:
    said = WORDING.read({**SHIPPED, "subjects": {"check_asked": "A question\r\nBcc: everybody"}})
    assert said["subjects"] == {"check_asked": "A question Bcc: everybody"}
    assert [email_subject(said, kind) for kind in SUBJECTS] == ["A question Bcc: everybody", SUBJECTS["check_chased"]]
    assert WORDING.read({**SHIPPED, "subjects": dict(SUBJECTS)}) == SHIPPED


def test_ready_words_are_offered_by_decision() -> None:
    said = _with(READY, ANY)
    assert [name for _place, name, _text in ready_words(said, "EARLY_HELP")] == ["Early help", "Thanks"]
    assert [(place, name) for place, name, _text in ready_words(said, "NFA")] == [(1, "Thanks")]
    assert email_words({}, "check_asked") == SHIPPED["emails"]["check_asked"]


@given(text=st.text(alphabet="{}a ref", max_size=12), value=st.sampled_from(["x", "{today}", "{reference}", "{"]))
def test_what_is_put_in_is_not_looked_at_again(text: str, value: str) -> None:
    assert fill_in(text, {}) == text
    assert fill_in("{reference}", dict.fromkeys(PLACEHOLDERS, value)) == value
