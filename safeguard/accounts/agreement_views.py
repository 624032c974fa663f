"""The page of the agreement, which stands before every other until somebody has agreed."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from safeguard.access.guard import actor, requires
from safeguard.accounts import agreement, signed_in
from safeguard.accounts.views import bp, plain_path
from safeguard.kernel.database import transaction
from safeguard.web.fields import Form


class AgreeForm(Form):
    """The button, with the version of the text above it."""

    version = HiddenField()


@bp.route("/agreement", methods=["GET", "POST"])
@requires("account.self")
def agree() -> ResponseReturnValue:
    told, form = agreement.in_force(), AgreeForm()
    if told is None:
        return redirect(url_for("accounts.start"))
    if form.validate_on_submit():
        with transaction() as session:
            agreement.agree(session, actor(), form.version.data or "")
        return redirect(plain_path(request.args.get("next", "")) or url_for("accounts.start"))
    form.version.data = told.version
    return render_template("accounts/agreement.html", told=told, button=form, waits=agreement_waits())


def agreement_waits() -> bool:
    """Whether whoever is signed in has not agreed to the text in force."""
    told = agreement.in_force()
    return told is not None and signed_in.agreed_to() != told.version


def ask_to_agree() -> Any:
    """The answer to somebody who has not agreed yet: the text, which leads on to where they were going."""
    return redirect(url_for("accounts.agree", next=request.full_path.rstrip("?")))
