"""The agreement stands before every page until somebody agrees, once for each text."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

import config
from safeguard import create_app
from safeguard.access.guard import PUBLIC, stamp_of
from safeguard.access.policy import is_for_machines
from safeguard.accounts.agreement_model import AgreementGiven, AgreementText
from safeguard.agencies.model import Account
from safeguard.audit.changes import FieldChange
from safeguard.audit.model import AuditEvent
from safeguard.kernel.database import db, transaction
from safeguard.ops.demo.accounts import PASSWORD
from safeguard.referrals.model import Referral
from tests.conftest import SCHOOL, settings_for
from tests.documents import siblings
from tests.pages import Visitor, hidden_of

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


def _token(visitor: Visitor) -> dict[str, str]:
    return {"csrf_token": hidden_of(visitor.get("/agreement").get_data(as_text=True))["csrf_token"]}


def test_nothing_changes_before_it_nothing_typed_is_lost_and_one_may_leave(asking: Flask) -> None:
    school, administrator = _signs_in(asking, "school"), _signs_in(asking, "administrator")
    refused = school.post("/referrals/new", _token(school))
    assert refused.status_code == 403
    with asking.app_context():
        assert db.session.scalars(select(Referral)).all() == []
        db.session.remove()
    # What was sent comes along, and is saved by its own button once they agree.
    typed = {"name": "Ida <Nguyen>", "email": "ida@school.example", "role": "responder", "job_title": "Office\r\nmanager"}
    refused = administrator.post("/accounts/invite", {**_token(administrator), **typed})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 403
    assert "What you typed is not lost" in page
    kept = administrator.post("/agreement", hidden_of(page)).get_data(as_text=True)
    assert "You were asked to agree before your last answer was taken" in kept
    assert 'action="/accounts/invite"' in kept
    assert "Ida &lt;Nguyen&gt;" in kept
    assert "ida@school.example" in kept
    # Somebody else's sealed form opens for nobody else.
    other = _signs_in(asking, "manager")
    stolen = {**hidden_of(other.get("/agreement").get_data(as_text=True)), "unsent": hidden_of(page)["unsent"]}
    assert other.post("/agreement", stolen).headers["Location"] == "/"
    assert school.get("/agreement?next=https://evil.example").status_code == 200
    assert school.submit("/agreement?next=https://evil.example", {}).headers["Location"] == "/"
    assert school.post("/referrals/new", _token(school)).headers["Location"].startswith("/referrals/")
    assert school.post("/sign-out", _token(school)).headers["Location"] == "/sign-in"


def test_every_door_stays_shut_before_it(asking: Flask) -> None:
    """Every route that somebody could use, by every method: what is not asked first is public or one of six."""
    manager, token = _signs_in(asking, "manager"), {}
    token = _token(manager)
    free = {f"accounts.{one}" for one in ("prove", "prove_by_passkey", "prove_by_single_sign_on", "agree", "hide", "sign_out")}
    with asking.test_request_context():
        tried = [
            (rule, method, re.sub(r"<[^>]+>", str(uuid.UUID(int=7)), str(rule)))
            for rule in asking.url_map.iter_rules()
            for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}
            if rule.endpoint not in free and stamp_of(asking, rule.endpoint) != PUBLIC
        ]
    assert len(tried) > 100
    for rule, method, path in tried:
        if is_for_machines(stamp_of(asking, rule.endpoint)):
            assert manager.client.open(path, method=method, data=token).status_code == 401, path
            continue
        answer = manager.client.open(path, method=method, data=token)
        if answer.status_code == 404 and "UUIDConverter" not in str(rule._converters):
            continue  # no such number, word or kind: there is no door
        asked = "/agreement" in answer.headers.get("Location", "") if method == "GET" else answer.status_code == 403
        assert asked, (method, path, answer.status_code)
        assert method == "GET" or "asks everybody who works here to agree" in answer.get_data(as_text=True), path


def test_a_token_is_no_way_around_it_and_a_machine_is_not_asked(asking: Flask) -> None:
    """Another system agrees to nothing: its agency does. Its token opens no page, and nobody's session opens its doors."""
    issue = ["tokens", "issue", "records@oakfield.example", "--agency", SCHOOL, "--scope", "referral.send"]
    made = asking.test_cli_runner().invoke(args=issue)
    bearer = {"Authorization": f"Bearer {made.output.strip()}"}
    sent = asking.test_client().post("/api/referrals", json=siblings(), headers=bearer)
    assert sent.status_code == 201
    screener = _signs_in(asking)
    token = _token(screener)
    for headers in (bearer, {"Authorization": "Bearer made-up"}):
        answer = screener.client.post("/your-home", data={**token, "postcode": "AM1 1AA"}, headers=headers)
        assert answer.status_code in {401, 403}
        assert "application/problem+json" in answer.headers["Content-Type"]
    assert screener.client.post("/api/referrals", json=siblings()).status_code == 401


def test_the_text_that_was_agreed_to_is_kept_word_for_word(asking: Flask, database_url: str) -> None:
    screener = _signs_in(asking)
    screener.submit("/agreement", {})
    later = create_app(replace(settings_for(database_url), agreement="Another text."))
    again = _signs_in(later)
    again.submit("/agreement", {})
    _signs_in(later, "manager").submit("/agreement", {})
    links = re.findall(r'href="(/agreement/[0-9a-f]{16})"', again.get("/agreement").get_data(as_text=True))
    assert len(links) == 2
    assert "Another text." in again.get(links[0]).get_data(as_text=True)
    old = again.get(links[1]).get_data(as_text=True)
    assert "I tell nobody what I read here." in old
    assert "You agreed to this text on" in old
    assert again.get("/agreement/0000000000000000").status_code == 404
    manager = _signs_in(later, "manager")
    assert "You did not agree to this text yourself" in manager.get(links[1]).get_data(as_text=True)
    with later.app_context():
        key = db.session.scalars(select(Account.id).where(Account.email == "screener@demo.example")).one()
        assert db.session.scalars(select(AgreementText.text).order_by(AgreementText.kept_at)).all() == [_TEXT, "Another text."]
        db.session.remove()
    assert links[0] in manager.get(f"/accounts/{key}").get_data(as_text=True)
    for change in (update(AgreementText).values(text="x"), delete(AgreementGiven), update(AgreementGiven).values(version="x")):
        with later.app_context():
            with pytest.raises((IntegrityError, DBAPIError)), transaction() as session:
                session.execute(change)
            db.session.remove()
    with later.app_context():
        db.engine.dispose()


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
