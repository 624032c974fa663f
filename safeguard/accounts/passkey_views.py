"""Passkeys: signing in with one, proving again with one, and looking after one's own."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit

from flask import Response, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from safeguard.access.guard import actor, public, requires
from safeguard.accounts import noticing, outbox, passkeys, proving, sessions, signed_in, throttle, unsent
from safeguard.accounts.forms import PasskeyForm
from safeguard.accounts.step_up import freshly
from safeguard.accounts.views import admitted, bp, plain_path, this_device
from safeguard.agencies.service import account_of
from safeguard.audit.service import record
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import RuleBroken

_ASKED = "passkey"


def _site() -> passkeys.Site:
    """The site a passkey is bound to: the configured address; for a trial on this machine the one it is reached by."""
    settings = current_app.config["SETTINGS"]
    origin = settings.address if settings.environment == "production" else request.host_url.rstrip("/")
    return passkeys.Site(host=urlsplit(origin).hostname or "", origin=origin, name=settings.service_name)


def _answer_to(asked: passkeys.Asked) -> ResponseReturnValue:
    session[_ASKED] = str(asked.challenge_id)
    return Response(asked.options, mimetype="application/json")


def _asked_before() -> uuid.UUID | None:
    kept = session.pop(_ASKED, None)
    return uuid.UUID(kept) if kept else None


@bp.post("/sign-in/passkey/options")
@public
def passkey_options() -> ResponseReturnValue:
    with transaction() as writing:
        throttle.spend(writing, (f"passkey network {throttle.network_of(request.remote_addr or '')}", throttle.PASSKEY_FROM_NETWORK))
        asked = passkeys.ask_to_answer(writing, _site())
    return _answer_to(asked)


@bp.post("/sign-in/passkey")
@public
def passkey_sign_in() -> ResponseReturnValue:
    """A passkey whose owner was verified by their device is both factors at once."""
    with transaction() as writing:
        who = passkeys.answered(writing, _asked_before(), request.form.get("credential", ""), _site())
        if who:
            token = sessions.begin(writing, account_of(writing, who), level="second_factor", device=this_device())
            mark = noticing.arrived(writing, who.account_id, signed_in.marks())
            record(writing, who, "account.signed_in", subject_kind="account", subject_id=who.account_id, by="passkey")
    if who is None:
        flash("That passkey does not open an account here. Try again, or sign in with your password.", "problem")
        return redirect(url_for("accounts.sign_in", next=plain_path(request.args.get("next", ""))))
    if mark:
        signed_in.leave_mark(mark)
    return admitted(who, token, request.form.get("unsent", ""), request.args.get("next", ""))


@bp.post("/prove/passkey")
@requires("account.self")
def prove_by_passkey() -> ResponseReturnValue:
    with transaction() as writing:
        who = passkeys.answered(writing, _asked_before(), request.form.get("credential", ""), _site())
        mine = who is not None and who.account_id == actor().account_id
        token = proving.renew(writing, actor(), signed_in.current_token() or "", "second_factor") if mine else None
    then = plain_path(request.args.get("next", ""))
    if token is None:
        flash("That passkey is not one of yours here. Try again, or use your password.", "problem")
        return redirect(url_for("accounts.prove", next=then))
    signed_in.go_on(token)
    found = unsent.opened(request.form.get("unsent", ""), actor().account_id)
    if found:
        return render_template("accounts/resume.html", unsent=found, proved=True)
    return redirect(then or url_for("accounts.start"))


@bp.get("/account/passkeys")
@requires("account.self")
@freshly
def own_passkeys() -> ResponseReturnValue:
    return _page(PasskeyForm(formdata=None), 200)


def _page(form: PasskeyForm, status: int) -> ResponseReturnValue:
    with transaction() as reading:
        held = passkeys.passkeys_of(reading, actor())
    return render_template("accounts/passkeys.html", passkeys=held, form=form), status


@bp.post("/account/passkeys/options")
@requires("account.self")
@freshly
def new_passkey_options() -> ResponseReturnValue:
    with transaction() as writing:
        asked = passkeys.ask_to_make(writing, actor(), account_of(writing, actor()).email, _site())
    return _answer_to(asked)


@bp.post("/account/passkeys")
@requires("account.self")
@freshly
def keep_passkey() -> ResponseReturnValue:
    form = PasskeyForm()
    if not form.validate():
        return _page(form, 400)
    try:
        with transaction() as writing:
            passkeys.make(writing, actor(), _asked_before(), request.form.get("credential", ""), form.name.data, _site())
            outbox.put(writing, "proof_changed", account_id=actor().account_id)
    except RuleBroken as refused:
        form.show_problems(refused.problems)
        return _page(form, 400)
    flash("The passkey is kept. You can sign in with it from now on.")
    return redirect(url_for("accounts.own_passkeys"))


@bp.post("/account/passkeys/<uuid:passkey_id>/take-away")
@requires("account.self")
@freshly
def take_passkey_away(passkey_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as writing:
        passkeys.take_away(writing, actor(), passkey_id, keep=signed_in.current_session())
        outbox.put(writing, "proof_changed", account_id=actor().account_id)
    flash("The passkey opens nothing here any longer, and you are signed out everywhere else.")
    return redirect(url_for("accounts.own_passkeys"))
