"""The page of the agreement, which stands before every other until somebody has agreed."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from safeguard.access.guard import actor, requires
from safeguard.accounts import agreement, signed_in, unsent
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
        found = unsent.opened(request.form.get("unsent", ""), actor().account_id)
        if found:
            return render_template("accounts/resume.html", unsent=found, agreed=True)
        return redirect(plain_path(request.args.get("next", "")) or url_for("accounts.start"))
    return _page(told, "")


@bp.get("/agreement/<version>")
@requires("account.self")
def agreed_text(version: str) -> ResponseReturnValue:
    """A text that somebody agreed to, as it was then."""
    with transaction() as session:
        told, given = agreement.text_of(session, version), agreement.given_by(session, actor().account_id)
    return render_template("accounts/agreement_text.html", told=told, given=[one for one in given if one.version == version])


def _page(told: agreement.Agreement, kept: str) -> str:
    form = AgreeForm(formdata=None)
    form.version.data = told.version
    with transaction() as session:
        given = agreement.given_by(session, actor().account_id)
    return render_template("accounts/agreement.html", told=told, button=form, waits=agreement_waits(), given=given, unsent=kept)


def agreement_waits() -> bool:
    """Whether whoever is signed in has not agreed to the text in force."""
    told = agreement.in_force()
    return told is not None and signed_in.agreed_to() != told.version


def ask_to_agree() -> Any:
    """The answer to somebody who has not agreed yet: the text, which leads on to where they were going, with what they sent."""
    told = agreement.in_force()
    if request.method in {"GET", "HEAD"} or told is None:
        return redirect(url_for("accounts.agree", next=request.full_path.rstrip("?")))
    return _page(told, unsent.seal(actor().account_id)), 403
