"""Signing in, signing out, and the start page."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from safeguard.access.actor import Actor
from safeguard.access.guard import actor, public, requires
from safeguard.access.policy import permits
from safeguard.accounts import noticing, proving, sessions, signed_in, signing_in, throttle, unsent
from safeguard.accounts.device_words import device_words
from safeguard.accounts.factors import factors_of
from safeguard.accounts.forms import CodeForm, ProveForm, SignInForm
from safeguard.agencies.passwords import password_is_right
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import Problem, TooManyTries

bp = Blueprint("accounts", __name__)

# The first of these that somebody may open is their start page.
_HOMES = (
    ("mash.show_queue", "desk.view"),
    ("referrals.followed", "referral.follow"),
    ("mash.requests", "check.answer"),
    ("governance.audit", "audit.read"),
    ("mash.notices", "account.self"),
)


@bp.get("/")
@public
def start() -> ResponseReturnValue:
    who = signed_in.current_actor()
    if who is None:
        return redirect(url_for("accounts.sign_in"))
    return redirect(home_of(who))


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if not form.is_submitted():
        return _sign_in_page(form, 200)
    if not form.validate():
        return _sign_in_page(form, 400)
    try:
        found = _tried(form.email.data, form.password.data)
    except TooManyTries as slowed:
        return _sign_in_page(form, 429, slowed=slowed)
    if found is None:
        form.show_problems([Problem("email", "The email address or password is not right")])
        return _sign_in_page(form, 400)
    kept, then = request.form.get("unsent", ""), request.args.get("next", "")
    if found.awaits:
        signed_in.wait(found.token)
        has = factors_of(db.session(), found.actor.account_id)
        if kept and has.any:  # what was typed comes along in the page of the second step
            return render_template("accounts/second_step.html", form=CodeForm(formdata=None), has=has, unsent=kept)
        return redirect(url_for("accounts.second_step_of_sign_in", next=plain_path(then)))
    return admitted(found.actor, found.token, kept, then)


def _tried(email: str, password: str) -> signing_in.SignedInAs | None:
    """Count the try, check the password while no transaction is open, and begin a session where it is right."""
    marks = signed_in.marks()
    with transaction() as session:
        asked = signing_in.ask(session, email=email, network=request.remote_addr or "", marks=marks)
    right = password_is_right(asked.password_hash, password)
    with transaction() as session:
        found = signing_in.conclude(
            session, asked, right=right, password=password, device=this_device(), whom=current_app.config["SETTINGS"].second_factor
        )
        mark = noticing.arrived(session, found.actor.account_id, marks) if found and not found.awaits else None
        if found is None:
            noticing.guessed(session, asked.key, throttle.PASSWORD_OF_ACCOUNT, address=asked.address)
    if mark:
        signed_in.leave_mark(mark)
    return found


def admitted(who: Actor, token: str, kept: str, then: str) -> ResponseReturnValue:
    """The first page of a session that has just begun: what was typed before, where they were going, or their start page."""
    signed_in.begin(token)
    found = unsent.opened(kept, who.account_id)
    if found:
        return render_template("accounts/resume.html", unsent=found)
    return redirect(plain_path(then) or home_of(who))


def _sign_in_page(form: SignInForm, status: int, *, slowed: TooManyTries | None = None) -> ResponseReturnValue:
    page = render_template("accounts/sign_in.html", form=form, unsent=request.form.get("unsent", ""), slowed=slowed)
    return (page, status, {"Retry-After": str(slowed.retry_after_seconds)}) if slowed else (page, status)


def sign_in_again() -> ResponseReturnValue:
    """The sign-in page in answer to a form whose sender is no longer signed in; what they typed comes along."""
    account_id = signed_in.lapsed_account()
    kept = unsent.seal(account_id) if account_id else ""
    page = render_template("accounts/sign_in.html", form=SignInForm(formdata=None), unsent=kept, again=True)
    return page, 401


@bp.route("/prove", methods=["GET", "POST"])
@requires("account.self")
def prove() -> ResponseReturnValue:
    """Ask somebody who is signed in once more, and go on to where they were going."""
    form = ProveForm()
    kept = request.form.get("unsent", "")
    has = factors_of(db.session(), actor().account_id)
    if not form.is_submitted() or not has.password_proves or not form.validate():
        return render_template("accounts/prove.html", form=form, unsent=kept, has=has), 400 if form.is_submitted() else 200
    code = form.code.data or ""
    with transaction() as session:
        asked = proving.ask(session, actor(), code if has.authenticator else None, marks=signed_in.marks())
    right = proving.looked_at(asked, form.password.data, code)
    with transaction() as session:
        token = proving.conclude(session, actor(), asked, signed_in.current_token() or "", code, right=right)
    if token is None:
        wrong = "The password or the code is not right" if has.authenticator else "The password is not right"
        form.show_problems([Problem("password", wrong)])
        return render_template("accounts/prove.html", form=form, unsent=kept, has=has), 400
    signed_in.go_on(token)
    found = unsent.opened(kept, actor().account_id)
    if found:
        return render_template("accounts/resume.html", unsent=found, proved=True)
    return redirect(plain_path(request.args.get("next", "")) or url_for("accounts.start"))


@bp.post("/hide")
@requires("account.self")
def hide() -> ResponseReturnValue:
    """Hide the screen at once: somebody has come in. Whoever was working goes on where they were, once they say who they are."""
    token = signed_in.current_token()
    if token:
        with transaction() as session:
            sessions.hide(session, actor(), token)
    return redirect(url_for("accounts.prove", next=plain_path(request.form.get("then", ""))))


@bp.post("/sign-out")
@requires("account.self")
def sign_out() -> ResponseReturnValue:
    token = signed_in.current_token()
    if token:
        with transaction() as session:
            sessions.sign_out(session, actor(), token)
    signed_in.end()
    return redirect(url_for("accounts.sign_in"))


def home_of(who: Actor) -> str:
    """The start page of somebody in this role."""
    return url_for(next(endpoint for endpoint, permission in _HOMES if permits(who, permission)))


def this_device() -> str:
    """The browser of this request, in words."""
    return device_words(request.user_agent.string)


def plain_path(target: str) -> str | None:
    """Where somebody was going, if that is a plain path on this site."""
    # A line break or another character that cannot be seen has no place in an address, and would split a header.
    if target.isprintable() and target.startswith("/") and not target.startswith(("//", "/\\")):
        parts = urlsplit(target)
        if not (parts.scheme or parts.netloc):
            return target
    return None
