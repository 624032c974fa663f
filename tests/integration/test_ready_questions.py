"""Ready questions to agencies are a local setting: worded anew, put in another order, and asked as whoever asks has read them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from safeguard.kernel.clock import today
from safeguard.kernel.database import db
from safeguard.kernel.errors import RuleBroken
from safeguard.mash.checks.model import AgencyCheck
from safeguard.mash.checks.ready_questions import READY_QUESTIONS, SHIPPED, names_in, texts_in
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.integration.help import agency, transaction_at
from tests.pages import hidden_of

PAGE = "/local-settings/check_questions/new"


def _boxes() -> dict[str, str]:
    """What the page of a new version shows of what the service comes with."""
    day = {"from_day-day": str(today().day), "from_day-month": str(today().month), "from_day-year": str(today().year)}
    said = {"reason": "Schools asked for it", **day}
    for place, one in enumerate(SHIPPED["questions"]):
        said |= {f"questions[{place}].{name}": words for name, words in one.items()}
        said[f"questions[{place}].order"] = str(place + 1)
    return said


def test_questions_are_worded_moved_and_asked_as_they_were_read(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        with transaction_at() as (session, at):
            made = receive(session, agency(session, "police"), siblings(), at=at)
            referral, record = made.referral.id, made.people[0].record.id
            school = str(agency(session, "oakfield-primary-school").id)
        db.session.remove()
    screener, manager, governance = sign_in("screener"), sign_in("manager"), sign_in("governance")
    ask = f"/referrals/{referral}/checks/ask"
    before = screener.get(ask).get_data(as_text=True)
    assert "Are these people known to you?" in before
    # The last comes first, the second goes to the end, a new one has no number, and the fourth is asked no longer.
    said = _boxes() | {
        "questions[5].order": "1", "questions[1].order": "6", "questions[1].text": "How is the child in school, in a word?",
        "questions[3].out": "yes", "questions[6].name": "Early years", "questions[6].text": "Who collects the child?",
    }  # fmt: skip
    wrong = manager.submit(PAGE, said | {"questions[5].order": "first"})
    assert (wrong.status_code, "Enter the place as a number" in wrong.get_data(as_text=True)) == (400, True)
    assert "Who collects the child?" in wrong.get_data(as_text=True)
    assert manager.submit(PAGE, said).status_code == 302
    at = "/local-settings/check_questions/1"
    assert governance.submit(at, {"reason": "Read"}, to=f"{at}/approve").status_code == 302
    answers = {
        "template": "education", "own_words": "Kept on the page.", "purpose": "response", "basis": "duty_to_share", "family_told": "no",
        "agencies": [school], "people": [str(record)], "school": "",
    }  # fmt: skip
    late = screener.post(ask, {**hidden_of(before), **answers})
    shown = late.get_data(as_text=True)
    assert late.status_code == 409
    assert "Another version of the ready questions came into use" in shown
    assert "Kept on the page." in shown
    offered = re.findall(r'name="template" type="radio" value="(\w+)"', shown)
    assert offered == ["adults", "any", "health", "housing", "education", "early_years", "own"]
    assert screener.submit(ask, answers).status_code == 302
    with app.app_context():
        check = db.session.scalars(select(AgencyCheck)).one()
        assert check.question == "How is the child in school, in a word?\n\nKept on the page."
        db.session.remove()
    assert screener.submit(ask, {**answers, "template": "police"}).status_code == 400


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "questions[0].name"), ({"text": " "}, "questions[0].text"), ({"code": "own"}, "questions[0].code"),
        ({"code": "Not so"}, "questions[0].code"), ({"code": "health"}, "questions[2].code"), ({"name": "Police"}, "questions[3].name"),
        ({"text": "x" * 1_001}, "questions[0].text"), ({"more": "?"}, "questions[0].more"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(change: dict[str, str], field: str) -> None:
    first, *rest = SHIPPED["questions"]
    with pytest.raises(RuleBroken) as refused:
        READY_QUESTIONS.read({"questions": [{**first, **change}, *rest]})
    assert field in [one.field for one in refused.value.problems]


def test_what_the_service_comes_with_is_in_order_and_own_words_are_always_there() -> None:
    assert READY_QUESTIONS.read(SHIPPED) == SHIPPED
    assert names_in({"questions": []}) == [("own", "My own words alone")]
    assert texts_in({"questions": []}) == {"own": ""}
    moved = {"questions": [*SHIPPED["questions"][1:], SHIPPED["questions"][0]]}
    assert READY_QUESTIONS.lines(moved) != READY_QUESTIONS.lines(SHIPPED)
