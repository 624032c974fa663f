"""The agreement stands before every page until somebody agrees, once for each text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

import config
from safeguard import create_app
from safeguard.agencies.model import Account
from safeguard.audit.changes import FieldChange
from safeguard.audit.model import AuditEvent
from safeguard.kernel.database import db
from safeguard.ops.demo.accounts import PASSWORD
from tests.conftest import settings_for
from tests.pages import Visitor

_TEXT = "I look at records because my work needs it.\n\nI tell nobody what I read here."


@pytest.fixture
def asking(database_url: str) -> Iterator[Flask]:
    app = create_app(replace(settings_for(database_url), agreement=_TEXT))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _signs_in(app: Flask, who: str = "screener") -> Visitor:
    visitor = Visitor(app.test_client())
    visitor.submit("/sign-in", {"email": f"{who}@demo.example", "password": PASSWORD})
    return visitor


def test_it_is_asked_once_before_every_page(asking: Flask) -> None:
    screener = _signs_in(asking)
    for path in ("/queue", "/account", "/search", "/people/00000000-0000-0000-0000-000000000007"):
        assert screener.get(path).headers["Location"] == f"/agreement?next={path}"
    page = screener.get("/agreement?next=/queue").get_data(as_text=True)
    assert "I tell nobody what I read here." in page
    agreed = screener.submit("/agreement?next=/queue", {})
    assert agreed.headers["Location"] == "/queue"
    assert screener.get("/queue").status_code == 200
    assert _signs_in(asking).get("/queue").status_code == 200
    assert _signs_in(asking, "manager").get("/queue").status_code == 302, "everybody agrees for themselves"
    assert "I agree" not in screener.get("/agreement").get_data(as_text=True)
    with asking.app_context():
        kept = db.session.scalars(select(Account).where(Account.email == "screener@demo.example")).one()
        change = db.session.scalars(select(FieldChange).where(FieldChange.entity_id == kept.id, FieldChange.field == "agreed")).one()
        assert (change.new, change.account_id) == (kept.agreed, kept.id)
        assert "account.agreed" in list(db.session.scalars(select(AuditEvent.action)))
        db.session.remove()


def test_it_is_asked_again_when_a_word_changes(asking: Flask, database_url: str) -> None:
    _signs_in(asking).submit("/agreement", {})
    other = create_app(replace(settings_for(database_url), agreement=f"{_TEXT} Ever."))
    visitor = _signs_in(other)
    assert visitor.get("/queue").headers["Location"] == "/agreement?next=/queue"
    # Agreeing to a text that is no longer in force, read on a page that was left open, agrees to nothing.
    answer = visitor.submit("/agreement", {"version": "0" * 16})
    assert answer.status_code == 409
    assert visitor.get("/queue").status_code == 302
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


def test_nothing_typed_is_lost_over_it_and_one_may_leave(asking: Flask) -> None:
    school = _signs_in(asking, "school")
    token = {"csrf_token": school.get("/agreement").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]}
    assert school.post("/referrals/new", token).headers["Location"].startswith("/referrals/")
    assert school.get("/agreement?next=https://evil.example").status_code == 200
    assert school.submit("/agreement?next=https://evil.example", {}).headers["Location"] == "/"
    assert school.post("/sign-out", token).headers["Location"] == "/sign-in"


def test_where_no_text_is_named_nobody_is_asked(app: Flask) -> None:
    screener = _signs_in(app)
    assert screener.get("/queue").status_code == 200
    assert screener.get("/agreement").headers["Location"] == "/"


def test_a_file_that_cannot_be_read_or_says_nothing_is_said(tmp_path: Path) -> None:
    empty = tmp_path / "agreement.txt"
    empty.write_text(" \n")
    for name in (str(empty), str(tmp_path / "none.txt")):
        with pytest.raises(config.SettingsError, match="SAFEGUARD_AGREEMENT"):
            config.load({"SAFEGUARD_ENV": "development", "SAFEGUARD_AGREEMENT": name})
