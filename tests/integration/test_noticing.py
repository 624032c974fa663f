"""People are told of sign-ins they may not know of and of guesses, once; and nobody is signed in at more places than they may be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from safeguard.accounts import sessions, throttle
from safeguard.accounts.proof_model import Authenticator, Mail
from safeguard.audit.model import AuditEvent
from safeguard.kernel.clock import now, told_time
from safeguard.kernel.database import db, transaction
from safeguard.ops.demo.accounts import PASSWORD
from tests.integration.help import somebody
from tests.pages import Visitor

_EMAIL = "screener@demo.example"


def _signs_in(app: Flask, password: str = PASSWORD, email: str = _EMAIL, browser: Visitor | None = None) -> Visitor:
    visitor = browser or Visitor(app.test_client())
    visitor.submit("/sign-in", {"email": email, "password": password})
    return visitor


def _mails(app: Flask) -> list[str]:
    with app.app_context():
        kinds = list(db.session.scalars(select(Mail.kind).order_by(Mail.made_at)))
        db.session.remove()
    return kinds


def test_the_owner_is_told_of_a_browser_that_is_new(app: Flask) -> None:
    first = _signs_in(app)
    assert _mails(app) == [], "the first browser of all is no news"
    _signs_in(app, browser=first)
    assert _mails(app) == []
    _signs_in(app, password="wrong")
    assert _mails(app) == []
    _signs_in(app)
    assert _mails(app) == ["new_browser"]


@pytest.mark.parametrize("email", [_EMAIL, "nobody@demo.example"])
def test_guesses_are_told_once_and_alike_for_an_address_without_an_account(app: Flask, email: str) -> None:
    """What an unknown address does to the database is what a known one does; that it has no account is seen when the email is sent."""
    for _n in range(throttle.PASSWORD_OF_ACCOUNT.tries - 1):
        _signs_in(app, password="wrong", email=email)
    assert _mails(app) == []
    for _n in range(3):
        _signs_in(app, password="wrong", email=email)
    assert _mails(app) == ["guessed"]
    with told_time(now() + timedelta(minutes=30)):
        for _n in range(throttle.PASSWORD_OF_ACCOUNT.tries):
            _signs_in(app, password="wrong", email=email)
    assert _mails(app) == ["guessed"], "once an hour at most"


def test_codes_that_are_guessed_are_told(app: Flask) -> None:
    """Whoever guesses codes has the password already."""
    with app.app_context():
        with transaction() as session:
            made = Authenticator(account_id=somebody(session).account_id, last_step=0, made_at=now(), confirmed_at=now())
            made.secret = pyotp.random_base32()
            session.add(made)
        db.session.remove()
    visitor = _signs_in(app)
    for _n in range(throttle.CODE_OF_ACCOUNT.tries + 1):
        visitor.submit("/sign-in/second-step", {"code": "000000"})
    assert _mails(app) == ["guessed"]


def test_signing_in_once_too_often_ends_the_session_used_longest_ago(app: Flask) -> None:
    at, visitors = now(), []
    for place in range(sessions.MOST + 1):
        with told_time(at + timedelta(minutes=2 * place)):
            visitors.append(_signs_in(app))
            if place == 2:
                visitors[0].get("/queue")  # and so the second one is now the one used longest ago
    with told_time(at + timedelta(minutes=2 * sessions.MOST + 1)):
        opens: list[Any] = [visitor.get("/queue").status_code for visitor in visitors]
    assert sessions.MOST == 5, "as the documentation says"
    assert opens == [200, 302, *[200] * (sessions.MOST - 1)]
    with app.app_context():
        ended = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "account.sessions_ended")).one()
        assert ended.details["over"] == sessions.MOST
        db.session.remove()


def test_a_password_without_its_second_factor_ends_nobody_s_session(app: Flask) -> None:
    owner = _signs_in(app)
    with app.app_context():
        with transaction() as session:
            made = Authenticator(account_id=somebody(session).account_id, last_step=0, made_at=now(), confirmed_at=now())
            made.secret = pyotp.random_base32()
            session.add(made)
        db.session.remove()
    for _n in range(sessions.MOST + 2):
        _signs_in(app)
    assert owner.get("/queue").status_code == 200
