"""A hidden screen shows nothing more, in any window, until its owner says who they are; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import select

from safeguard.audit.model import AuditEvent
from safeguard.kernel.database import db
from safeguard.ops.demo.accounts import PASSWORD
from tests.pages import hidden_of


def test_nothing_is_shown_until_the_next_proof(app: Flask, sign_in: Callable[[str], Any]) -> None:
    screener, other = sign_in("screener"), sign_in("screener")
    answer = screener.submit("/queue", {"then": "/queue?stage=RECEIVED"}, to="/hide")
    assert answer.headers["Location"] == "/prove?next=/queue?stage%3DRECEIVED"
    for path in ("/queue", "/risk", "/account", "/notices"):
        hidden = screener.get(path)
        assert (hidden.status_code, hidden.headers["Location"].partition("?")[0]) == (302, "/prove"), path
    asks = screener.get(answer.headers["Location"])
    page = asks.get_data(as_text=True)
    assert "The screen was hidden" in page
    # Neither who was working nor where they can go stands on it.
    assert "Example" not in page
    assert "/queue" not in page.replace(answer.headers["Location"].replace("&", "&amp;"), "")
    assert other.get("/queue").status_code == 200, "a session elsewhere goes on"
    assert screener.submit(answer.headers["Location"], {"password": "wrong"}).status_code == 400
    assert screener.get("/queue").status_code == 302
    back = screener.submit(answer.headers["Location"], {"password": PASSWORD})
    assert back.headers["Location"] == "/queue?stage=RECEIVED"
    assert screener.get("/queue").status_code == 200
    with app.app_context():
        assert "account.hidden" in list(db.session.scalars(select(AuditEvent.action)))
        db.session.remove()


def test_what_was_being_typed_comes_back_to_its_owner_alone(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """The page sends its form after the screen was hidden: it is not stored, and comes back with the proof."""
    school = sign_in("school")
    start = school.submit("/referrals", {}, to="/referrals/new")
    question = start.headers["Location"]
    fields = hidden_of(school.get(question).get_data(as_text=True))
    school.submit("/referrals", {}, to="/hide")
    asked = school.post(question, {**fields, "immediate_danger": "yes", "immediate_action": "Kedgeree"})
    assert asked.status_code == 401
    page = asked.get_data(as_text=True)
    assert "What you typed is not lost" in page
    assert "Kedgeree" not in page
    proved = school.post("/prove", {**hidden_of(page), "password": PASSWORD})
    assert "Kedgeree" in proved.get_data(as_text=True)


def test_one_can_sign_out_and_is_led_nowhere_else(sign_in: Callable[[str], Any]) -> None:
    school = sign_in("school")
    token = hidden_of(school.get("/notices").get_data(as_text=True))
    assert school.post("/hide", {**token, "then": "https://evil.example"}).headers["Location"] == "/prove"
    token = hidden_of(school.get("/prove").get_data(as_text=True))
    assert school.post("/sign-out", token).headers["Location"] == "/sign-in"
