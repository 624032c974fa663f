"""Changing one's own password."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from safeguard.access.guard import actor, requires
from safeguard.accounts import new_password, sessions, signed_in
from safeguard.accounts.forms import NewPasswordForm
from safeguard.accounts.step_up import freshly
from safeguard.accounts.views import bp
from safeguard.agencies.passwords import hash_password
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import Problem


@bp.route("/account/password", methods=["GET", "POST"])
@requires("account.self")
@freshly
def own_password() -> ResponseReturnValue:
    form = NewPasswordForm()
    if not form.is_submitted() or not form.validate():
        return render_template("accounts/password.html", form=form), 400 if form.is_submitted() else 200
    wrong = new_password.problem_with(db.session(), actor().account_id, form.password.data)
    if wrong:
        form.show_problems([Problem("password", wrong)])
        return render_template("accounts/password.html", form=form), 400
    hashed = hash_password(form.password.data)
    with transaction() as session:
        new_password.change(session, actor(), hashed, keep=signed_in.current_session())
        token = sessions.prove(session, signed_in.current_token() or "")
    signed_in.go_on(token)
    flash("Your password is changed. You are signed out everywhere else.")
    return redirect(url_for("accounts.own_account"))
