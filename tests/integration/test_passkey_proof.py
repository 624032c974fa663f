"""What a passkey's device must not be believed; where an account asks for one a password is not enough; what ends with one."""

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
from tests.integration.soft_passkey import PRESENT, VERIFIED, Device
from tests.pages import Visitor, hidden_of


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


LIES: dict[str, dict[str, Any]] = {
    "nobody was verified": {"flags": PRESENT}, "nobody was there": {"flags": VERIFIED}, "another host": {"host": "evil.example"},
    "another origin": {"origin": "http://evil.example"}, "a longer origin": {"origin": "http://localhost.evil.example"},
    "another scheme": {"origin": "https://localhost"}, "no origin": {"origin": ""},
}  # fmt: skip


def test_what_a_device_must_not_be_believed_opens_nothing(app: Flask, sign_in: Callable[[str], Any]) -> None:
    device, owner = Device(), sign_in("screener")
    for lie in LIES.values():
        assert _made(owner, lambda asked, lie=lie: device.made(asked, **lie)).status_code == 400, lie
    assert _made(owner, device.made).status_code == 302
    assert _made(owner, device.made).status_code == 400, "one passkey is kept once"
    for lie in (*LIES.values(), {"kind": "webauthn.create"}):
        device.count += 1
        assert not _lets_in(app, lambda asked, lie=lie: device.answered(asked, **lie)), lie
    assert not _lets_in(app, lambda asked: Device().answered(asked)), "another key under the same name"
    assert not _lets_in(app, lambda asked: device.answered("AAAA" + asked[4:])), "another challenge"
    said: list[str] = []
    assert _lets_in(app, lambda asked: said.append(device.answered(asked)) or said[0])
    assert not _lets_in(app, lambda asked: said[0]), "said again"
    assert not _lets_in(app, device.answered), "a copy of the device, which counts no further"
    device.count += 1
    assert _lets_in(app, device.answered)


def _asked(visitor: Visitor, page: str, path: str) -> tuple[str, str]:
    """The token of a page, and the challenge that its script asks for."""
    token = hidden_of(visitor.get(page).get_data(as_text=True))["csrf_token"]
    return token, visitor.client.post(path, headers={"X-CSRFToken": token}).get_json()["challenge"]


def _made(visitor: Visitor, answer: Callable[[str], str]) -> Any:
    token, challenge = _asked(visitor, "/account/passkeys", "/account/passkeys/options")
    return visitor.post("/account/passkeys", {"csrf_token": token, "name": "Laptop", "credential": answer(challenge)})


def _lets_in(app: Flask, answer: Callable[[str], str]) -> bool:
    visitor = Visitor(app.test_client())
    token, challenge = _asked(visitor, "/sign-in", "/sign-in/passkey/options")
    visitor.post("/sign-in/passkey", {"csrf_token": token, "credential": answer(challenge)})
    return visitor.get("/queue").status_code == 200


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
