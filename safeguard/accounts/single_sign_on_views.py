"""Single sign-on: signing in by it, proving again by it, linking and unlinking one's account."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from safeguard.access.actor import Actor
from safeguard.access.assurance import is_fresh
from safeguard.access.guard import actor, public, requires
from safeguard.accounts import factors, noticing, proving, sessions, signed_in
from safeguard.accounts import provider as provider_of
from safeguard.accounts import single_sign_on as sso
from safeguard.accounts.step_up import freshly
from safeguard.accounts.views import admitted, bp, plain_path, this_device
from safeguard.agencies.service import account_of, actor_of_account
from safeguard.audit.service import record
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import NotFound, RuleBroken
from safeguard.web.log import log

_WISH = "single_sign_on"
_FAILED = "Single sign-on did not work. Try again. If it fails again, sign in with your password, or tell your IT team."


@bp.post("/sign-in/organisation")
@public
def single_sign_on() -> ResponseReturnValue:
    """Send somebody to the provider: to sign in, or to take up the invitation whose code they have."""
    code = request.form.get("code", "").strip()[:200]
    return _sent({"what": "invitation" if code else "sign_in", "code": code, "next": plain_path(request.args.get("next", ""))})


@bp.post("/prove/organisation")
@requires("account.self")
def prove_by_single_sign_on() -> ResponseReturnValue:
    wish = {"what": "prove", "account": str(actor().account_id), "next": plain_path(request.args.get("next", ""))}
    return _sent(wish, again=True)


@bp.post("/account/organisation/link")
@requires("account.self")
@freshly
def link_single_sign_on() -> ResponseReturnValue:
    return _sent({"what": "link", "account": str(actor().account_id)}, again=True)


@bp.post("/account/organisation/unlink")
@requires("account.self")
@freshly
def unlink_single_sign_on() -> ResponseReturnValue:
    with transaction() as writing:
        sso.unlink(writing, actor(), keep=signed_in.current_session())
    flash("Your account is no longer linked, and you are signed out everywhere else.")
    return redirect(url_for("accounts.own_account"))


def _sent(wish: dict[str, Any], *, again: bool = False) -> ResponseReturnValue:
    if provider_of.provider() is None:
        raise NotFound("there is no provider")
    session[_WISH] = wish
    callback = current_app.config["SETTINGS"].address + url_for("accounts.back_from_provider")
    try:
        answer: ResponseReturnValue = provider_of.send_to(callback, again=again)
    except provider_of.NotVouched as error:
        return _failed(error.kind)
    return answer


@bp.get("/sign-in/organisation/back")
@public
def back_from_provider() -> ResponseReturnValue:
    """Take the provider's answer, once, and do what it was asked for."""
    provider, wish = provider_of.provider(), session.pop(_WISH, None)
    if provider is None or wish is None:
        return _failed("NothingAsked")
    try:
        told = provider_of.told()
    except provider_of.NotVouched as error:
        return _failed(error.kind)
    try:
        if wish["what"] in {"link", "prove"}:
            return _within(wish, provider, told)
        return _signed_in(wish, provider, told)
    except RuleBroken as refused:
        with transaction() as writing:
            record(writing, None, "account.identity_refused")
        flash(refused.problems[0].message, "problem")
        return redirect(url_for("accounts.sign_in"))


def _within(wish: dict[str, Any], provider: Any, told: sso.Told) -> ResponseReturnValue:
    """Link or prove, for the very person who is signed in and asked for it."""
    who = signed_in.current_actor()
    if who is None or wish["account"] != str(who.account_id):
        return _failed("AnotherAccount")
    if wish["what"] == "link":
        if not is_fresh(signed_in.current_proof(), now()) or not _is_recent(told):
            return _failed("NotFresh")
        with transaction() as writing:
            sso.link(writing, who, provider, told)
        flash("Your account is linked. You can sign in by single sign-on from now on.")
        return redirect(url_for("accounts.own_account"))
    strong = provider.had_second_factor(told.claims)
    with transaction() as writing:
        theirs = sso.is_theirs(writing, who, provider, told) and _is_recent(told)
        asked = factors.awaits(writing, account_of(writing, who), current_app.config["SETTINGS"].second_factor)
        level = "second_factor" if strong else None
        token = proving.renew(writing, who, signed_in.current_token() or "", level) if theirs and (strong or not asked) else None
    if token is None:
        return _not_enough(wish) if theirs else _failed("NotTheirs")
    signed_in.go_on(token)
    return redirect(wish.get("next") or url_for("accounts.start"))


def _not_enough(wish: dict[str, Any]) -> ResponseReturnValue:
    """The account asks for a second factor, and the provider did not say that one was given: its word is no more than a password."""
    flash("Your organisation did not say that a second factor was given. Say who you are in another way.", "problem")
    return redirect(url_for("accounts.prove", next=wish.get("next")))


def _is_recent(told: sso.Told) -> bool:
    """Whether the provider asked them just now, as it was told to."""
    at = told.claims.get("auth_time", 0)
    return isinstance(at, int) and now().timestamp() - at < 300


def _signed_in(wish: dict[str, Any], provider: Any, told: sso.Told) -> ResponseReturnValue:
    with transaction() as writing:
        if wish["what"] == "invitation":
            account = sso.link_by_invitation(writing, wish["code"], provider, told)
        else:
            account = sso.account_told(writing, provider, told)
        whom = current_app.config["SETTINGS"].second_factor
        strong = provider.had_second_factor(told.claims)
        awaits = not strong and factors.awaits(writing, account, whom)
        token = sessions.begin(writing, account, level="second_factor" if strong else "password", device=this_device(), awaits=awaits)
        who: Actor = actor_of_account(account)
        mark = None
        if not awaits:
            record(writing, who, "account.signed_in", subject_kind="account", subject_id=who.account_id, by="single sign-on")
            mark = noticing.arrived(writing, who.account_id, signed_in.marks())
    if mark:
        signed_in.leave_mark(mark)
    if awaits:
        signed_in.wait(token)
        return redirect(url_for("accounts.second_step_of_sign_in", next=wish.get("next")))
    return admitted(who, token, "", wish.get("next") or "")


def _failed(kind: str) -> ResponseReturnValue:
    log.warning("single_sign_on_failed", kind=kind)
    flash(_FAILED, "problem")
    return redirect(url_for("accounts.start") if signed_in.current_actor() else url_for("accounts.sign_in"))
