"""Where a passkey is what an account asks for, a password is never enough; and what ends with a passkey, or an account."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from safeguard.accounts import administration, sessions
from safeguard.accounts.model import SignInSession
from safeguard.accounts.proof_model import Passkey
from safeguard.agencies.service import account_of
from safeguard.kernel.clock import now
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import NotFound
from safeguard.ops.demo.accounts import PASSWORD
from tests.integration.help import somebody


def _passkey(app: Flask) -> uuid.UUID:
    with app.app_context():
        with transaction() as session:
            made = Passkey(
                id=uuid.uuid4(), account_id=somebody(session).account_id, credential_id=b"an id", public_key=b"a key", sign_count=0,
                name="Laptop", made_at=now(),
            )  # fmt: skip
            session.add(made)
        db.session.remove()
        return made.id


def test_a_stolen_session_and_the_password_take_no_passkey_away(app: Flask, sign_in: Callable[[str], Any]) -> None:
    thief, owner = sign_in("screener"), sign_in("screener")
    passkey = _passkey(app)
    path = f"/account/passkeys/{passkey}/take-away"
    with app.app_context():
        with transaction() as session:
            session.execute(update(SignInSession).values(proved_at=now() - timedelta(hours=1)))
        db.session.remove()
    assert thief.submit("/account", {}, to=path).status_code == 401, "asked first"
    page = thief.get("/prove").get_data(as_text=True)
    assert 'type="password"' not in page
    assert "protected by a passkey" in page
    assert thief.submit("/prove", {"password": PASSWORD}).status_code == 400
    assert thief.submit("/account", {}, to=path).status_code == 401
    with app.app_context():
        with transaction() as session:
            assert session.scalars(select(Passkey.id)).one() == passkey
            session.execute(update(SignInSession).values(proved_at=now()))
        db.session.remove()
    assert owner.submit("/account", {}, to=path).status_code == 302
    assert thief.get("/queue").status_code == 302, "a session that may have begun with that passkey has ended"
    assert owner.get("/queue").status_code == 200


def test_no_session_begins_for_somebody_whose_account_was_closed_meanwhile(context: Flask) -> None:
    """It would open again, with all its rights, on the day that the account is opened again."""
    with transaction() as session:
        account = account_of(session, somebody(session))
    with transaction() as session:
        administration.close(session, None, account_of(session, somebody(session)))
    with pytest.raises(NotFound), transaction() as session:
        sessions.begin(session, account, level="second_factor", device="a browser")
    assert not db.session.scalars(select(SignInSession)).all()
