"""Who may sign in is opened and closed from the command line, and every step is in the audit."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import select

from safeguard.audit.model import AuditEvent
from safeguard.kernel.database import db
from tests.pages import Visitor


def _run(app: Flask, *words: str, said: str | None = None) -> Any:
    return app.test_cli_runner().invoke(args=list(words), input=said)


def _opened(app: Flask) -> str:
    made = _run(app, "agencies", "add", "st-example", "--name", "St Example Infants", "--kind", "school", "--source-code", "2A")
    assert made.exit_code == 0, made.output
    person = ("--agency", "st-example", "--name", "Pat Example", "--role", "agency_lead")
    made = _run(app, "accounts", "add", "Head@st-example.example", *person)
    assert made.exit_code == 0, made.output
    return re.search(r"Password: (\S+)", made.output)[1]  # type: ignore[index]


def test_a_new_agency_and_account_can_sign_in_and_be_closed(app: Flask) -> None:
    password = _opened(app)
    head = Visitor(app.test_client())
    assert head.submit("/sign-in", {"email": "head@st-example.example", "password": password}).status_code == 302
    assert "St Example Infants" in head.get("/referrals").get_data(as_text=True)
    closed = _run(app, "accounts", "close", "head@st-example.example")
    assert closed.exit_code == 0, closed.output
    assert head.get("/referrals").status_code == 302, "the session ends with the account"
    again = Visitor(app.test_client())
    assert again.submit("/sign-in", {"email": "head@st-example.example", "password": password}).status_code == 400
    with app.app_context():
        done = list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))
        assert {"agency.opened", "account.opened", "account.closed"} <= set(done)


def test_what_cannot_be_opened_is_said_plainly(app: Flask) -> None:
    _opened(app)
    add = ("accounts", "add", "--name", "Pat Example", "--role", "referrer")
    for words, said, expected in (
        ((*add, "head@st-example.example", "--agency", "st-example"), None, "has an account already"),
        ((*add, "new@st-example.example", "--agency", "nowhere"), None, "No agency has that short name"),
        ((*add, "no address", "--agency", "st-example"), None, "Give an email address"),
        ((*add, "new@st-example.example", "--agency", "st-example", "--password-stdin"), "short\n", "at least 12 characters"),
        (("agencies", "add", "St Example", "--name", "x", "--kind", "school", "--source-code", "2A"), None, "small letters"),
        (("agencies", "add", "st-example", "--name", "x", "--kind", "school", "--source-code", "2A"), None, "already"),
        (("accounts", "close", "nobody@st-example.example"), None, "No open account"),
    ):
        refused = _run(app, *words, said=said)
        assert refused.exit_code != 0
        assert expected in refused.output
        assert "Traceback" not in refused.output


def test_real_settings_refuse_made_up_people(database_url: str) -> None:
    """Everybody knows the demo's password: its database must not open on production settings."""
    from dataclasses import replace

    from safeguard import create_app
    from tests.conftest import settings_for

    app = create_app(replace(settings_for(database_url), environment="production"))
    try:
        visitor = app.test_client()
        page = visitor.get("/sign-in", base_url="https://localhost").get_data(as_text=True)
        from tests.pages import hidden_of

        answers = {**hidden_of(page), "email": "screener@demo.example", "password": "willow-lantern-42"}
        answer = visitor.post("/sign-in", data=answers, base_url="https://localhost", headers={"Referer": "https://localhost/sign-in"})
        assert answer.status_code == 503
        assert "made-up people" in answer.get_data(as_text=True)
        refused = _run(app, "audit", "verify")
        assert refused.exit_code == 1
        assert "holds synthetic data" in refused.output
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def test_an_empty_database_becomes_a_real_one(copies: Callable[[str], Any], tmp_path: Any) -> None:
    from dataclasses import replace

    from safeguard import create_app
    from safeguard.kernel.deployment import kind_of_data
    from tests.conftest import migrated, settings_for

    url = f"sqlite:///{tmp_path / 'real.sqlite3'}"
    migrated(url)
    app = create_app(replace(settings_for(url), environment="production"))
    assert _run(app, "agencies", "add", "st-example", "--name", "x", "--kind", "school", "--source-code", "2A").exit_code == 0
    with app.app_context():
        assert kind_of_data(db.session()) == "real"
        db.session.remove()
        db.engine.dispose()
    assert "production settings" in _run(app, "demo", "load").output
