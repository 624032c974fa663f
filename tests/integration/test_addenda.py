"""What is told after a referral was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from safeguard.kernel.database import db, transaction
from safeguard.meetings.model import CaseSummary
from safeguard.referrals.model import Addendum, Referral
from tests.integration.test_pages import _draft, _fill
from tests.pages import hidden_of

MORE = "Leo told his teacher that he slept in the car.\n\nHe was cold."


def _sent(app: Flask, school: Any) -> str:
    draft = _draft(app, school)
    _fill(app, draft)
    hidden = hidden_of(school.get(f"/referrals/{draft}/check").get_data(as_text=True))
    assert school.post(f"/referrals/{draft}/submit", hidden).status_code == 302
    return draft


def test_a_referrer_adds_and_the_desk_reads(app: Flask, sign_in: Callable[[str], Any]) -> None:
    school, screener = sign_in("school"), sign_in("screener")
    sent = _sent(app, school)
    page = f"/referrals/{sent}/add"
    assert page in school.get(f"/referrals/{sent}/followed").get_data(as_text=True)
    empty = school.submit(page, {"words": ""})
    assert empty.status_code == 400
    assert "Enter what you want to add" in empty.get_data(as_text=True)
    answers = {"kind": "information", "words": MORE}
    hidden = hidden_of(school.get(page).get_data(as_text=True))
    for _click in range(2):
        assert school.post(page, {**hidden, **answers}).status_code == 302
    shown = school.get(f"/referrals/{sent}/followed").get_data(as_text=True)
    assert shown.count("slept in the car") == 1
    assert "Not read by the front door yet" in shown
    assert "nobody here has read it" in screener.get("/queue").get_data(as_text=True)
    case = screener.get(f"/referrals/{sent}/case").get_data(as_text=True)
    assert "slept in the car" in case
    with app.app_context():
        document = db.session.scalars(select(Referral)).one().document
        assert "slept" not in str(document), "what was sent stays as it was"
        addendum = db.session.scalars(select(Addendum.id)).one()
        db.session.remove()
    for _again in range(2):
        read = screener.submit(f"/referrals/{sent}/case", {}, to=f"/addenda/{addendum}/read", follow=True)
        assert "I have read it" not in read.get_data(as_text=True)
    assert "nobody here has read it" not in screener.get("/queue").get_data(as_text=True)
    assert "Read by the front door" in school.get(f"/referrals/{sent}/followed").get_data(as_text=True)


def test_the_desk_adds_what_it_was_told_and_the_referrer_is_not_told_of_it(app: Flask, sign_in: Callable[[str], Any]) -> None:
    school, screener = sign_in("school"), sign_in("screener")
    sent = _sent(app, school)
    added = screener.submit(
        f"/referrals/{sent}/case/add", {"kind": "correction", "words": "His aunt says he was at hers.", "told_by": "An aunt"}, follow=True
    ).get_data(as_text=True)
    assert "as told by An aunt" in added
    assert "Not read yet" not in added
    assert "at hers" not in school.get(f"/referrals/{sent}/followed").get_data(as_text=True)
    made = screener.submit(f"/referrals/{sent}/summaries", {}, to=f"/referrals/{sent}/summary", follow=True)
    assert made.status_code == 200
    with app.app_context():
        content = db.session.scalars(select(CaseSummary)).one().content
        assert "at hers" in str(content)


def test_another_school_adds_nothing_and_a_draft_takes_nothing(app: Flask, sign_in: Callable[[str], Any]) -> None:
    school = sign_in("school")
    sent, draft = _sent(app, school), _draft(app, school)
    nurse = sign_in("health.visitor")
    assert nurse.get(f"/referrals/{sent}/add").status_code == 404
    answers = {"kind": "information", "words": MORE}
    assert nurse.submit("/referrals", answers, to=f"/referrals/{sent}/add").status_code == 404
    assert school.submit("/referrals", answers, to=f"/referrals/{draft}/add").status_code == 404
    assert sign_in("partner").get(f"/referrals/{sent}/case/add").status_code == 403
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Addendum)) == 0


def test_what_was_added_is_never_changed(app: Flask, sign_in: Callable[[str], Any]) -> None:
    school = sign_in("school")
    sent = _sent(app, school)
    school.submit(f"/referrals/{sent}/add", {"kind": "information", "words": MORE})
    with app.app_context():
        for statement in ("UPDATE addendum SET words_sealed = words_sealed", "DELETE FROM addendum"):
            with pytest.raises(DBAPIError, match="never changed"), transaction() as session:
                session.execute(text(statement))
        db.session.remove()
