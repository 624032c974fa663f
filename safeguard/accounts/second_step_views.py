"""The second step of signing in, and setting up an authenticator: on the way in where one is asked for, or later by choice."""

from __future__ import annotations

import segno
from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from safeguard.access.actor import Actor
from safeguard.access.guard import actor, public, requires
from safeguard.accounts import authenticator, noticing, outbox, recovery, second_step, sessions, signed_in
from safeguard.accounts.factors import asked_of, factors_of
from safeguard.accounts.forms import CodeForm, SetUpForm
from safeguard.accounts.step_up import freshly
from safeguard.accounts.views import admitted, bp
from safeguard.agencies.service import account_of
from safeguard.audit.service import record
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import Problem, RuleBroken
from safeguard.web.fields import Form

_WRONG = "The code is not right, or was used before. Wait for the next one, and check that the clock of your telephone is right"


@bp.route("/sign-in/second-step", methods=["GET", "POST"])
@public
def second_step_of_sign_in() -> ResponseReturnValue:
    """Ask for the second factor of a sign-in whose password was right."""
    waits = signed_in.waiting()
    if waits is None:
        return _began_too_long_ago()
    token, who = waits
    has = factors_of(db.session(), who.account_id)
    if not has.any:
        return redirect(url_for("accounts.set_up_at_sign_in", next=request.args.get("next")))
    form = CodeForm()
    kept = request.form.get("unsent", "")
    if not form.is_submitted() or not form.validate():
        return render_template("accounts/second_step.html", form=form, has=has, unsent=kept), 400 if form.is_submitted() else 200
    if not _code_accepted(who, form.code.data):
        form.show_problems([Problem("code", _WRONG)])
        return render_template("accounts/second_step.html", form=form, has=has, unsent=kept), 400
    with transaction() as session:
        fresh = second_step.admit(session, who, token, "code")
        mark = noticing.arrived(session, who.account_id, signed_in.marks())
    if mark:
        signed_in.leave_mark(mark)
    return admitted(who, fresh, kept, request.args.get("next", ""))


def _code_accepted(who: Actor, code: str) -> bool:
    with transaction() as session:
        asked = second_step.ask(session, who, code, marks=signed_in.marks())
    right = second_step.looked_at(asked, code)
    with transaction() as session:
        return second_step.accepted(session, who, asked, code, looked_at=right)


@bp.route("/sign-in/set-up", methods=["GET", "POST"])
@public
def set_up_at_sign_in() -> ResponseReturnValue:
    """Set up an authenticator on the way in: this role is asked for a second factor and has none yet."""
    waits = signed_in.waiting()
    if waits is None:
        return _began_too_long_ago()
    token, who = waits
    if factors_of(db.session(), who.account_id).any:
        return redirect(url_for("accounts.second_step_of_sign_in", next=request.args.get("next")))
    form = SetUpForm()
    codes = _confirmed(who, form)
    if codes is None:
        return _set_up_page(who, form)
    with transaction() as session:
        fresh = second_step.admit(session, who, token, "code")
    signed_in.begin(fresh)
    return render_template("accounts/recovery_codes.html", codes=codes)


@bp.route("/account/authenticator", methods=["GET", "POST"])
@requires("account.self")
@freshly
def set_up_authenticator() -> ResponseReturnValue:
    who = actor()
    if factors_of(db.session(), who.account_id).authenticator:
        flash("You have an authenticator app already. Take it away first to set up another.", "problem")
        return redirect(url_for("accounts.own_account"))
    form = SetUpForm()
    codes = _confirmed(who, form)
    if codes is None:
        return _set_up_page(who, form)
    with transaction() as session:
        fresh = sessions.prove(session, signed_in.current_token() or "", level="second_factor")
    signed_in.go_on(fresh)
    return render_template("accounts/recovery_codes.html", codes=codes)


def _confirmed(who: Actor, form: SetUpForm) -> list[str] | None:
    """The recovery codes of the authenticator that the form's code confirms; None where it confirms none."""
    if not form.is_submitted() or not form.validate():
        return None
    made = recovery.new_codes()
    with transaction() as session:
        confirmed = authenticator.confirm(session, who.account_id, signed_in.shown_app(), form.code.data)
        if confirmed:
            recovery.keep(session, who.account_id, made)
            outbox.put(session, "proof_changed", account_id=who.account_id)
            record(session, who, "account.factor_added", subject_kind="account", subject_id=who.account_id)
    if not confirmed:
        form.show_problems([Problem("code", _WRONG)])
        return None
    return [code for code, _hash in made]


def _set_up_page(who: Actor, form: SetUpForm) -> ResponseReturnValue:
    settings = current_app.config["SETTINGS"]
    with transaction() as session:
        app_id, secret = authenticator.secret_to_set_up(session, who.account_id, signed_in.shown_app())
        address = authenticator.address_of(secret, account_of(session, who), settings.service_name)
    signed_in.show_app(app_id)
    picture = segno.make(address, error="m")
    groups = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    page = render_template(
        "accounts/set_up.html", form=form, groups=groups,
        picture=Markup(picture.svg_inline(border=4, light="#fff", svgclass="app-qr", lineclass=None, omitsize=True)),  # noqa: S704  segno's own
    )  # fmt: skip
    return page, 400 if form.is_submitted() else 200


@bp.post("/account/recovery-codes")
@requires("account.self")
@freshly
def new_recovery_codes() -> ResponseReturnValue:
    """Ten new codes, shown once."""
    if not factors_of(db.session(), actor().account_id).authenticator:
        raise RuleBroken([Problem("code", "Set up an authenticator app first.")])
    made = recovery.new_codes()
    with transaction() as session:
        recovery.keep(session, actor().account_id, made)
        record(session, actor(), "account.recovery_made", subject_kind="account", subject_id=actor().account_id)
    return render_template("accounts/recovery_codes.html", codes=[code for code, _hash in made], again=True)


@bp.route("/account/authenticator/take-away", methods=["GET", "POST"])
@requires("account.self")
@freshly
def take_authenticator_away() -> ResponseReturnValue:
    has = factors_of(db.session(), actor().account_id)
    asked = asked_of(actor().role, current_app.config["SETTINGS"].second_factor)
    form = Form()
    if not form.is_submitted() or not form.validate():
        return render_template("accounts/take_away.html", form=form, only=asked and not has.passkeys)
    with transaction() as session:
        authenticator.take_away(session, actor().account_id)
        recovery.keep(session, actor().account_id, [])
        ended = sessions.end_all(session, actor().account_id, but=signed_in.current_session())
        outbox.put(session, "proof_changed", account_id=actor().account_id)
        record(session, actor(), "account.factor_removed", subject_kind="account", subject_id=actor().account_id, sessions=ended)
    flash("The authenticator app is taken away, and you are signed out everywhere else.")
    return redirect(url_for("accounts.own_account"))


def _began_too_long_ago() -> ResponseReturnValue:
    flash("That sign-in was begun too long ago. Start again.", "problem")
    return redirect(url_for("accounts.sign_in"))
