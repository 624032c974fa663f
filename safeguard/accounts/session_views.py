"""Where somebody is signed in, and signing out there."""

from __future__ import annotations

import uuid

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from safeguard.access.guard import actor, requires
from safeguard.accounts import sessions, signed_in, single_sign_on
from safeguard.accounts.factors import factors_of
from safeguard.accounts.views import bp
from safeguard.agencies.service import account_of
from safeguard.audit.service import record
from safeguard.kernel.database import db, transaction


@bp.get("/account")
@requires("account.self")
def own_account() -> ResponseReturnValue:
    has = factors_of(db.session(), actor().account_id)
    linked = single_sign_on.is_linked(db.session(), actor())
    return render_template("accounts/account.html", account=account_of(db.session(), actor()), has=has, linked=linked)


@bp.get("/account/sessions")
@requires("account.self")
def own_sessions() -> ResponseReturnValue:
    settings = current_app.config["SETTINGS"]
    with transaction() as session:
        found = sessions.open_sessions(session, actor().account_id, idle=settings.idle_timeout, absolute=settings.absolute_timeout)
        record(session, actor(), "account.sessions_viewed", subject_kind="account", subject_id=actor().account_id, sessions=len(found))
    return render_template("accounts/sessions.html", sessions=found, here=signed_in.current_session(), most=sessions.MOST)


@bp.post("/account/sessions/end")
@requires("account.self")
def end_other_sessions() -> ResponseReturnValue:
    with transaction() as session:
        ended = sessions.end_all(session, actor().account_id, but=signed_in.current_session())
        record(session, actor(), "account.sessions_ended", subject_kind="account", subject_id=actor().account_id, sessions=ended)
    flash("You are signed out everywhere else.")
    return redirect(url_for("accounts.own_sessions"))


@bp.post("/account/sessions/<uuid:session_id>/end")
@requires("account.self")
def end_own_session(session_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        sessions.end_one(session, actor(), session_id)
    if session_id == signed_in.current_session():
        signed_in.end()
        return redirect(url_for("accounts.sign_in"))
    flash("That session has ended.")
    return redirect(url_for("accounts.own_sessions"))
