"""Signing in, signing out, and the start page."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from safeguard.access.actor import Actor, Role
from safeguard.access.guard import actor, public, requires
from safeguard.agencies import service, signed_in, unsent
from safeguard.agencies.forms import SignInForm
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import Problem

bp = Blueprint("agencies", __name__)

_HOME = {
    Role.REFERRER: "referrals.followed",
    Role.AGENCY_LEAD: "referrals.followed",
    Role.SCREENER: "mash.show_queue",
    Role.MANAGER: "mash.show_queue",
    Role.AUDITOR: "governance.audit",
}


@bp.get("/")
@public
def start() -> ResponseReturnValue:
    who = signed_in.current_actor()
    if who is None:
        return redirect(url_for("agencies.sign_in"))
    return redirect(url_for(_HOME[who.role]))


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


def _safe_next(who: Actor) -> str:
    """Where the person was going, if that is a plain path on this site; their start page otherwise."""
    target = request.args.get("next", "")
    # A line break or another character that cannot be seen has no place in an address, and would split a header.
    if target.isprintable() and target.startswith("/") and not target.startswith(("//", "/\\")):
        parts = urlsplit(target)
        if not (parts.scheme or parts.netloc):
            return target
    return url_for(_HOME[who.role])
