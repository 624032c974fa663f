"""The signed-in browser: Flask-Login carries our revocable session token instead of an account id."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import Flask, Response, after_this_request, current_app, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from safeguard.access.actor import Actor
from safeguard.access.assurance import Proof
from safeguard.accounts import sessions
from safeguard.agencies.service import actor_of_account
from safeguard.kernel.database import db, transaction

_AWAITS = "awaits"
_SHOWN = "shown_app"
_DEVICE_DAYS = 90
_MARKS = 5


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login holds for a request: the token, and the session it stands for."""

    def __init__(self, token: str, found: sessions.Open | None = None) -> None:
        self.token = token
        self.found = found

    def get_id(self) -> str:
        return self.token


def recognise(app: Flask, *, idle: timedelta, absolute: timedelta) -> None:
    """Let `app` recognise its signed-in browsers, and forget them after `idle` or `absolute` time."""
    manager = LoginManager(app)
    manager.session_protection = None  # our token is revocable; a changed network must not sign people out

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> SignedIn | None:
        found = sessions.open_session(db.session(), token, idle=idle, absolute=absolute)
        if found is None:
            return None
        if found.due:
            with transaction() as writing:
                sessions.touch(writing, token)
        return SignedIn(token, found)


def current_actor() -> Actor | None:
    """The signed-in person of this request, if any."""
    found = _current()
    return found.actor if found else None


def current_proof() -> Proof | None:
    """How and when the actor of this request proved who they are."""
    found = _current()
    return found.proof if found else None


def is_hidden() -> bool:
    """Whether this session's screen was hidden, and nobody has proved since who is there."""
    found = _current()
    return found is not None and found.hidden


def agreed_to() -> str | None:
    """The version of the agreement that whoever is signed in agreed to last."""
    found = _current()
    return found.agreed if found else None


def current_session() -> uuid.UUID | None:
    """The session of this request, as the person's list of them names it."""
    found = _current()
    return found.id if found else None


def current_token() -> str | None:
    return current_user.token if _current() else None


def begin(token: str) -> None:
    """Start a fresh browser session with `token`: nothing of the one before is kept."""
    session.clear()
    g.pop("csrf_token", None)  # the token of the session before must not stand on a page of this one
    session.permanent = False
    login_user(SignedIn(token))


def go_on(token: str) -> None:
    """The same person has just proved who they are again: the browser carries the new token from here on."""
    login_user(SignedIn(token))


def wait(token: str) -> None:
    """The password was right: remember which session waits for its second factor."""
    session.clear()
    g.pop("csrf_token", None)
    session[_AWAITS] = token


def waiting() -> tuple[str, Actor] | None:
    """The session of this browser that waits for its second factor, and who it will be."""
    token = session.get(_AWAITS)
    account = sessions.awaiting(db.session(), token) if isinstance(token, str) else None
    return (str(token), actor_of_account(account)) if account else None


def show_app(app_id: uuid.UUID) -> None:
    """Remember which authenticator app this browser is setting up."""
    session[_SHOWN] = str(app_id)


def shown_app() -> uuid.UUID | None:
    """The authenticator app that this browser was shown last."""
    kept = session.get(_SHOWN)
    return uuid.UUID(kept) if kept else None


def end() -> None:
    """Forget this browser."""
    logout_user()
    session.clear()


def lapsed_account() -> uuid.UUID | None:
    """Whose session this browser had until it was left alone for too long; None where they signed out themselves."""
    token = session.get("_user_id")
    return sessions.lapsed_account(db.session(), token) if isinstance(token, str) else None


def marks() -> list[str]:
    """The marks this browser bears of accounts that signed in from it."""
    return [mark for mark in request.cookies.get(_device_cookie(), "").split(".") if 20 <= len(mark) <= 100][:_MARKS]


def leave_mark(mark: str) -> None:
    """Leave `mark` with this browser beside those it bears."""
    borne = ".".join([mark, *marks()][:_MARKS])

    @after_this_request
    def leave(response: Response) -> Response:
        response.set_cookie(
            _device_cookie(), borne, max_age=_DEVICE_DAYS * 24 * 3600, httponly=True, samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )  # fmt: skip
        return response


def _device_cookie() -> str:
    return "__Host-device" if current_app.config["SESSION_COOKIE_SECURE"] else "device"


def _current() -> sessions.Open | None:
    who = current_user._get_current_object()
    return who.found if isinstance(who, SignedIn) else None
