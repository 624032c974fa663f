"""Service tokens: issued once, for some scopes, until a day; rotated with an overlap, revoked at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from safeguard.access.assurance import Assurance, is_fresh
from safeguard.access.bearer import Bearer
from safeguard.accounts import administration, tokens
from safeguard.accounts.proof_model import ServiceToken
from safeguard.kernel.clock import now, told_time
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import NotFound, RuleBroken
from safeguard.ops.demo.accounts import PASSWORD
from tests.conftest import SCHOOL
from tests.pages import Visitor

_EMAIL = "records@oakfield.example"


def _run(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=["tokens", *words])


def _issued(app: Flask, *more: str) -> str:
    made = _run(app, "issue", _EMAIL, "--agency", SCHOOL, "--scope", "referral.send", *more)
    assert made.exit_code == 0, made.output
    return str(made.output.strip())


def _shown(app: Flask, token: str) -> Bearer | None:
    with app.app_context():
        found = tokens.shown(db.session(), f"Bearer {token}")
        db.session.remove()
        return found


def _id(app: Flask) -> Any:
    with app.app_context():
        found = db.session.scalars(select(ServiceToken).order_by(ServiceToken.made_at.desc())).first()
        db.session.remove()
        assert found is not None
        return found.id


def test_a_token_opens_what_its_scopes_name_for_its_agency(app: Flask) -> None:
    token = _issued(app)
    found = _shown(app, token)
    assert found is not None
    assert found.scopes == {"referral.send"}
    assert found.actor.agency_name == "Oakfield Primary School"
    assert found.proof.level is Assurance.MACHINE
    assert not is_fresh(found.proof, found.proof.at)
    listed = _run(app, "list").output
    assert token not in listed
    assert _EMAIL in listed
    with app.app_context():
        row = db.session.scalars(select(ServiceToken)).one()
        assert token not in repr(vars(row))
        db.session.remove()


def test_anything_else_opens_nothing(app: Flask) -> None:
    token = _issued(app)
    headers = (None, "", "Bearer", "Bearer x", f"Basic {token}", f"Bearer {token}x", token, "Bearer sgt_", f"Bearer {_id(app)}")
    with app.app_context():
        for header in headers:
            assert tokens.shown(db.session(), header) is None, header
        db.session.remove()


def test_it_ends_with_its_day_its_account_or_at_once(app: Flask) -> None:
    token = _issued(app, "--days", "30")
    with told_time(now() + timedelta(days=29)):
        assert _shown(app, token)
    with told_time(now() + timedelta(days=31)):
        assert _shown(app, token) is None
    assert _run(app, "revoke", str(_id(app))).exit_code == 0
    assert _shown(app, token) is None
    assert "no such token" in _run(app, "revoke", str(_id(app))).output.lower()
    elsewhere = _run(app, "issue", _EMAIL, "--agency", "front-door", "--scope", "referral.send")
    assert elsewhere.exit_code == 2, "it would act for the agency of its account, whatever was asked"
    assert "another agency" in elsewhere.output
    other = _issued(app)
    with app.app_context():
        with transaction() as session:
            account = administration.open_account_of(session, _EMAIL)
            assert account is not None
            administration.close(session, None, account)
        db.session.remove()
    assert _shown(app, other) is None


def test_rotation_lets_both_hold_for_a_while(app: Flask) -> None:
    token = _issued(app)
    fresh = _run(app, "rotate", str(_id(app)), "--overlap-hours", "2").output.strip()
    assert fresh.startswith("sgt_")
    assert fresh != token
    assert _shown(app, token)
    with told_time(now() + timedelta(hours=3)):
        assert _shown(app, token) is None
        found = _shown(app, fresh)
        assert found is not None
        assert found.scopes == {"referral.send"}


def test_only_a_machine_has_tokens_and_none_for_ever(context: Flask) -> None:
    with transaction() as session:
        person = administration.open_account_of(session, "school@demo.example")
        assert person is not None
        with pytest.raises(RuleBroken, match="machine"):
            tokens.issue(session, person, ["referral.send"], timedelta(days=1))
        person.role = "machine"
        send = ["referral.send"]
        for scopes, days, words in ((["everything"], 1, "scopes"), ([], 1, "scopes"), (send, 400, "year"), (send, 0, "year")):
            with pytest.raises(RuleBroken, match=words):
                tokens.issue(session, person, scopes, timedelta(days=days))
        session.rollback()
    with transaction() as session, pytest.raises(NotFound):
        tokens.revoke(session, person.id)


def test_a_machine_never_signs_in(app: Flask) -> None:
    """Even where its account was a person's, with a password and an open session."""
    visitor = Visitor(app.test_client())
    visitor.submit("/sign-in", {"email": "school@demo.example", "password": PASSWORD})
    with app.app_context():
        with transaction() as session:
            account = administration.open_account_of(session, "school@demo.example")
            assert account is not None
            account.role = "machine"
        db.session.remove()
    assert visitor.get("/account").status_code == 302
    again = Visitor(app.test_client())
    assert again.submit("/sign-in", {"email": "school@demo.example", "password": PASSWORD}).status_code == 400
    assert app.test_cli_runner().invoke(args=["accounts", "role", "school@demo.example", "machine"]).exit_code == 2
