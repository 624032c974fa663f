"""Signing in, signing out, and the start page."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from safeguard.access.actor import Actor
from safeguard.access.guard import actor, public, requires
from safeguard.access.policy import permits
from safeguard.agencies import service, signed_in, unsent
from safeguard.agencies.forms import SignInForm
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import Problem

bp = Blueprint("agencies", __name__)

# The first of these that somebody may open is their start page.
_HOMES = (
    ("mash.show_queue", "desk.view"),
    ("referrals.followed", "referral.follow"),
    ("governance.audit", "audit.read"),
    ("mash.notices", "account.self"),
)


@bp.get("/")
@public
def start() -> ResponseReturnValue:
    who = signed_in.current_actor()
    if who is None:
        return redirect(url_for("agencies.sign_in"))
    return redirect(_home(who))


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    status = 200
    if form.validate_on_submit():
        with transaction() as session:
            found = service.sign_in(
                session,
                email=form.email.data,
                password=form.password.data,
                network=request.remote_addr or "unknown",
            )
        if found:
            who, token = found
            signed_in.begin(token, who)
            kept = unsent.opened(request.form.get("unsent", ""), who.account_id)
            if kept:
                return render_template("agencies/resume.html", unsent=kept)
            return redirect(_safe_next(who))
        form.show_problems([Problem("email", "The email address or password is not right")])
        status = 400
    elif form.is_submitted():
        status = 400
    return render_template("agencies/sign_in.html", form=form, unsent=request.form.get("unsent", "")), status


def sign_in_again() -> ResponseReturnValue:
    """The sign-in page in answer to a form whose sender is no longer signed in; what they typed comes along."""
    account_id = signed_in.lapsed_account()
    kept = unsent.seal(account_id) if account_id else ""
    page = render_template("agencies/sign_in.html", form=SignInForm(formdata=None), unsent=kept, again=True)
    return page, 401


@bp.post("/sign-out")
@requires("account.self")
def sign_out() -> ResponseReturnValue:
    token = signed_in.current_token()
    if token:
        with transaction() as session:
            service.sign_out(session, actor(), token)
    signed_in.end()
    return redirect(url_for("agencies.sign_in"))


def _home(who: Actor) -> str:
    """The start page of somebody in this role."""
    return url_for(next(endpoint for endpoint, permission in _HOMES if permits(who, permission)))


def _safe_next(who: Actor) -> str:
    """Where the person was going, if that is a plain path on this site; their start page otherwise."""
    target = request.args.get("next", "")
    # A line break or another character that cannot be seen has no place in an address, and would split a header.
    if target.isprintable() and target.startswith("/") and not target.startswith(("//", "/\\")):
        parts = urlsplit(target)
        if not (parts.scheme or parts.netloc):
            return target
    return _home(who)
