"""The door for other systems: a token opens what its scopes name and nothing else; whatever is wrong is answered in JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from safeguard.access.guard import stamp_of
from safeguard.access.policy import is_for_machines
from safeguard.accounts import throttle
from safeguard.accounts.proof_model import ServiceToken
from safeguard.audit.model import AuditEvent
from safeguard.kernel.clock import now, told_time
from safeguard.kernel.database import db
from safeguard.referrals.model import Referral
from tests.conftest import SCHOOL
from tests.documents import siblings

_EMAIL = "records@oakfield.example"


def _token(app: Flask, *scopes: str, agency: str = SCHOOL, email: str = _EMAIL) -> str:
    words = [word for scope in scopes for word in ("--scope", scope)]
    made = app.test_cli_runner().invoke(args=["tokens", "issue", email, "--agency", agency, *words])
    assert made.exit_code == 0, made.output
    return str(made.output.strip())


def _bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _actions(app: Flask) -> list[str]:
    with app.app_context():
        found = list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))
        db.session.remove()
    return found


def test_a_referral_is_sent_and_asked_after(app: Flask) -> None:
    client, token = app.test_client(), _token(app, "referral.send", "referral.status")
    sent = client.post("/api/referrals", json=siblings(), headers=_bearing(token))
    assert sent.status_code == 201, sent.get_data(as_text=True)
    assert sent.json is not None
    assert sent.json["reference"].startswith("SR-")
    assert sent.headers["Location"].endswith(f"/api/referrals/{sent.json['reference']}")
    # Whom it was matched with, and what was flagged, is the hub's; and a token begins no session.
    assert set(sent.json) == {"reference", "client_reference", "received_at", "response_due_at", "status", "repeated"}
    assert "Set-Cookie" not in sent.headers
    assert sent.headers["Cache-Control"] == "no-store"
    again = client.post("/api/referrals", json={**siblings(), "agency": SCHOOL}, headers=_bearing(token))
    assert (again.status_code, again.json and again.json["repeated"]) == (200, True)
    stands = client.get(sent.json["status"], headers=_bearing(token))
    assert stands.json is not None
    assert (stands.status_code, stands.json["stage"], stands.json["feedback_waits"]) == (200, "received", False)
    with app.app_context():
        kept = db.session.scalars(select(Referral)).one()
        assert (kept.channel, kept.status) == ("import", "submitted")
        by = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "referral.submitted")).one()
        assert (by.actor_role, by.actor_id) == ("machine", kept.created_by)
        assert db.session.scalars(select(ServiceToken.last_used_at)).one() is not None
        db.session.remove()
    assert "referral.status_asked" in _actions(app)


def test_none_a_wrong_and_an_old_token_are_401(app: Flask) -> None:
    client, token = app.test_client(), _token(app, "referral.status")
    wrong = ("Bearer sgt_wrong", "bearer", "Bearer sgt_é".encode().decode("latin-1"))
    for headers, why in (
        ({}, ""), ({"Authorization": "Basic eDp5"}, ""), *(({"Authorization": one}, "invalid_token") for one in wrong),
    ):  # fmt: skip
        for path in ("/api/referrals/SR-0000-0000", "/api/referrals"):
            answer = client.open(path, method="POST" if path.endswith("s") else "GET", headers=headers, json={})
            assert answer.status_code == 401, headers
            assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="safeguard"')
            assert (why in answer.headers["WWW-Authenticate"]) is True
            assert ("error=" in answer.headers["WWW-Authenticate"]) is bool(why)
            assert answer.mimetype == "application/problem+json"
            assert "Set-Cookie" not in answer.headers
    with told_time(now() + timedelta(days=91)):
        assert client.get("/api/referrals/SR-0000-0000", headers=_bearing(token)).status_code == 401
    assert _actions(app).count("token.refused") == 7


def test_a_scope_that_is_missing_is_403_and_noted(app: Flask) -> None:
    client, token = app.test_client(), _token(app, "referral.status")
    answer = client.post("/api/referrals", json=siblings(), headers=_bearing(token))
    assert answer.status_code == 403
    assert answer.mimetype == "application/problem+json"
    assert 'error="insufficient_scope", scope="referral.send"' in answer.headers["WWW-Authenticate"]
    assert _actions(app)[-1] == "access.denied"


def test_a_token_opens_no_page_and_no_session_opens_the_door(app: Flask, sign_in: Callable[[str], Any]) -> None:
    token, screener = _token(app, "referral.send", "referral.status"), sign_in("screener")
    assert screener.get("/queue").status_code == 200
    # Whoever shows a token acts for it alone, even from a browser that is signed in.
    for headers, status in ((_bearing(token), 403), (_bearing("sgt_wrong"), 401)):
        assert screener.get("/queue", headers=headers).status_code == status
        assert screener.client.post("/referrals/new", headers=headers, data={}).status_code in {400, status}
    for who in ("screener", "school", "administrator"):
        # No form of another site can use somebody's session here: there is no token of a form, and the cookie counts for nothing.
        assert sign_in(who).client.post("/api/referrals", json=siblings()).status_code == 401
    with app.app_context():
        assert db.session.scalars(select(Referral)).all() == []
        db.session.remove()


def test_only_what_bears_tokens_is_spared_the_token_of_forms(app: Flask) -> None:
    """CSRF is asked of every endpoint that a session opens."""
    csrf = app.extensions["csrf"]
    spared = {
        rule.endpoint for rule in app.url_map.iter_rules()
        if app.blueprints.get(rule.endpoint.partition(".")[0]) in csrf._exempt_blueprints
        or f"{app.view_functions[rule.endpoint].__module__}.{app.view_functions[rule.endpoint].__name__}" in csrf._exempt_views
    }  # fmt: skip
    assert spared == {"api.send", "api.status"}
    assert all(is_for_machines(stamp_of(app, endpoint)) for endpoint in spared)


def test_a_referral_of_somebody_else_is_not_there(app: Flask) -> None:
    client, token = app.test_client(), _token(app, "referral.send", "referral.status")
    mine = client.post("/api/referrals", json=siblings(), headers=_bearing(token)).json
    assert mine is not None
    for other in (
        _token(app, "referral.status", email="second@oakfield.example"),
        _token(app, "referral.status", agency="hillside-high-school", email="records@hillside.example"),
    ):
        hidden, missing = (client.get(f"/api/referrals/{one}", headers=_bearing(other)) for one in (mine["reference"], "SR-0000-0000"))
        assert (hidden.status_code, missing.status_code) == (404, 404)
        strip = lambda answer: {name: value for name, value in (answer.json or {}).items() if name != "reference"}  # noqa: E731
        assert strip(hidden) == strip(missing)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_wrong_with_a_document_is_said_by_field(app: Flask) -> None:
    client, token = app.test_client(), _token(app, "referral.send")
    said = siblings()
    for data, field in (
        (b"{", "document"), (b"[]", "document"), (b'{"a":1,"a":2}', "a"), (b"[" * 100_000, "document"), (b"\xff\xfe", "document"),
        (json.dumps({**said, "agency": "police"}).encode(), "agency"), (json.dumps({**said, "agency": ["x"]}).encode(), "agency"),
        (json.dumps({**said, "received_at": "2020-01-01T00:00:00+00:00"}).encode(), "received_at"),
        (json.dumps({**said, "immediate_danger": "perhaps"}).encode(), "immediate_danger"),
        (json.dumps({key: value for key, value in said.items() if key != "client_reference"}).encode(), "client_reference"),
    ):  # fmt: skip
        answer = client.post("/api/referrals", data=data, headers=_bearing(token), content_type="application/json")
        assert answer.status_code == 400, (field, answer.get_data(as_text=True))
        assert field in {one["field"] for one in (answer.json or {})["problems"]}
    assert client.post("/api/referrals", data=json.dumps(said), headers=_bearing(token)).status_code == 415


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_calls_are_counted_by_token_and_wrong_ones_by_network(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safeguard.accounts.tokens.CALLS_OF_TOKEN", throttle.Limit(3, throttle.QUARTER))
    monkeypatch.setattr("safeguard.accounts.tokens.BAD_TOKEN_FROM_NETWORK", throttle.Limit(3, throttle.QUARTER))
    client, token, other = app.test_client(), _token(app, "referral.status"), _token(app, "referral.status", email="two@oakfield.example")
    for shown, right in ((token, 404), ("sgt_wrong", 401)):
        statuses = [client.get("/api/referrals/SR-0000-0000", headers=_bearing(shown)).status_code for _n in range(5)]
        assert statuses == [right] * 3 + [429] * 2
    # One system that asks too often, or somebody who guesses from the same network, keeps no other out.
    answer = client.get("/api/referrals/SR-0000-0000", headers=_bearing(other))
    assert answer.status_code == 404
    spent = client.get("/api/referrals/SR-0000-0000", headers=_bearing(token))
    assert spent.headers["Retry-After"] == "900"
    assert _actions(app).count("token.refused") == 3
