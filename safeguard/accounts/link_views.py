"""Asking for a new password, and setting one through a link in an email."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from safeguard.access.guard import public
from safeguard.accounts import links, new_password, outbox, signed_in, signing_in, throttle
from safeguard.accounts.forms import ForgottenForm, LinkForm
from safeguard.accounts.views import bp
from safeguard.agencies.passwords import hash_password
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import Problem

_OPENS_NOTHING = "The code does not open anything: it was used, it is too old, or a newer one was sent. Ask for a new email"


@bp.route("/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> ResponseReturnValue:
    """Take an address; the answer and the work are the same whether or not it has an account."""
    form = ForgottenForm()
    if not form.is_submitted() or not form.validate():
        return render_template("accounts/forgotten.html", form=form), 400 if form.is_submitted() else 200
    address = form.email.data.strip().lower()[:254]
    with transaction() as session:
        throttle.spend(
            session,
            (f"mail account {address}", throttle.MAIL_TO_ADDRESS),
            (f"mail network {throttle.network_of(request.remote_addr or '')}", throttle.MAIL_FROM_NETWORK),
        )
        outbox.put(session, "reset", address=address)
    return render_template("accounts/sent.html")


@bp.route("/link", methods=["GET", "POST"])
@public
def link() -> ResponseReturnValue:
    """Set a password with the code of an email. The code stands behind # in the address, so no server on the way logs it."""
    form = LinkForm()
    if not form.is_submitted() or not form.validate():
        return render_template("accounts/link.html", form=form), 400 if form.is_submitted() else 200
    code = form.code.data
    with transaction() as session:
        tries = throttle.spend(session, (f"link network {throttle.network_of(request.remote_addr or '')}", throttle.LINK_FROM_NETWORK))
        found = links.opened(session, code)
        wrong = new_password.problem_with(session, found.account.id, form.password.data) if found else _OPENS_NOTHING
        if found:
            throttle.give_back(session, tries)
    if wrong:
        form.show_problems([Problem("password" if found else "code", wrong)])
        return render_template("accounts/link.html", form=form), 400
    mark = None
    hashed = hash_password(form.password.data)
    with transaction() as session:
        used = links.use(session, code)
        if used:
            new_password.set_by_link(session, used.account, hashed)
            # Whoever reads the account's email has tries of their own from here on, however much others guess.
            mark = signing_in.know_device(session, used.account.id, ())
    if used is None:
        form.show_problems([Problem("code", _OPENS_NOTHING)])
        return render_template("accounts/link.html", form=form), 400
    if mark:
        signed_in.leave_mark(mark)
    flash("Your password is set. Sign in with it.")
    return redirect(url_for("accounts.sign_in"))
