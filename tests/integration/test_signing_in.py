"""Signing in: one message for every failure, tries counted, a fresh session, an idle one forgotten, all of it audited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from safeguard.agencies.model import Account
from safeguard.audit.model import AuditEvent
from safeguard.kernel.clock import now, told_time
from safeguard.kernel.database import db
from tests.pages import Visitor


def _visitor(app: Flask) -> Visitor:
    return Visitor(app.test_client())


def test_wrong_password_and_unknown_address_look_the_same(app: Flask) -> None:
    pages = []
    for email in ("school@demo.example", "nobody@demo.example"):
        answer = _visitor(app).submit("/sign-in", {"email": email, "password": "not-the-password"})
        assert answer.status_code == 400
        pages.append("The email address or password is not right" in answer.get_data(as_text=True))
    assert pages == [True, True]
    with app.app_context():
        assert len(db.session.scalars(select(AuditEvent).where(AuditEvent.action == "account.sign_in_failed")).all()) == 2


def test_too_many_tries_are_slowed_down(app: Flask) -> None:
    visitor = _visitor(app)
    for _try in range(10):
        visitor.submit("/sign-in", {"email": "school@demo.example", "password": "guess"})
    answer = visitor.submit("/sign-in", {"email": "school@demo.example", "password": "willow-lantern-42"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_the_session_is_new_after_signing_in(app: Flask) -> None:
    visitor = _visitor(app)
    visitor.get("/sign-in")
    before = visitor.client.get_cookie("session")
    visitor.submit("/sign-in", {"email": "school@demo.example", "password": "willow-lantern-42"})
    after = visitor.client.get_cookie("session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert after.http_only
    assert after.same_site == "Lax"


def test_an_idle_session_is_forgotten(app: Flask, sign_in: Callable[[str], Any]) -> None:
    screener = sign_in("screener")
    assert screener.get("/queue").status_code == 200
    with told_time(now() + timedelta(minutes=31)):
        assert screener.get("/queue").status_code == 302


def test_signing_out_ends_the_session_for_good(app: Flask, sign_in: Callable[[str], Any]) -> None:
    screener = sign_in("screener")
    kept = screener.client.get_cookie("session")
    screener.submit("/queue", {}, to="/sign-out")
    assert screener.get("/queue").status_code == 302
    screener.client.set_cookie("session", kept.value)
    assert screener.get("/queue").status_code == 302, "a copied cookie must not open the door again"


def test_next_never_leads_off_the_site(app: Flask) -> None:
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        answer = _visitor(app).submit(
            f"/sign-in?next={target}", {"email": "school@demo.example", "password": "willow-lantern-42"}
        )
        assert "evil" not in answer.headers["Location"]


def test_passwords_are_kept_as_argon2id(app: Flask) -> None:
    with app.app_context():
        for account in db.session.scalars(select(Account)):
            assert account.password_hash.startswith("$argon2id$")
