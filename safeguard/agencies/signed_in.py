"""The signed-in browser: Flask-Login carries our revocable session token instead of an account id."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import Flask, g, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from safeguard.access.actor import Actor
from safeguard.agencies import service
from safeguard.kernel.database import db, transaction


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login holds for a request: the token, and the actor it stands for."""

    def __init__(self, token: str, actor: Actor) -> None:
        self.token = token
        self.actor = actor

    def get_id(self) -> str:
        return self.token


def recognise(app: Flask, *, idle: timedelta, absolute: timedelta) -> None:
    """Let `app` recognise its signed-in browsers, and forget them after `idle` or `absolute` time."""
    manager = LoginManager(app)
    manager.session_protection = None  # our token is revocable; a changed network must not sign people out

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> SignedIn | None:
        found = service.actor_of(db.session(), token, idle=idle, absolute=absolute)
        if found is None:
            return None
        actor, due = found
        if due:
            with transaction() as writing:
                service.touch(writing, token)
        return SignedIn(token, actor)


def current_actor() -> Actor | None:
    """The signed-in person of this request, if any."""
    return current_user.actor if isinstance(current_user._get_current_object(), SignedIn) else None


def begin(token: str, actor: Actor) -> None:
    """Start a fresh browser session for `actor`: nothing of the one before is kept."""
    session.clear()
    g.pop("csrf_token", None)  # the token of the session before must not stand on a page of this one
    session.permanent = False
    login_user(SignedIn(token, actor))


def end() -> None:
    """Forget this browser."""
    logout_user()
    session.clear()


def lapsed_account() -> uuid.UUID | None:
    """Whose session this browser had until it was left alone for too long; None where they signed out themselves."""
    token = session.get("_user_id")
    return service.lapsed_account(db.session(), token) if isinstance(token, str) else None


def current_token() -> str | None:
    return current_user.token if isinstance(current_user._get_current_object(), SignedIn) else None
