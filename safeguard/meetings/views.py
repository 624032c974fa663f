"""Case summaries: the list of versions, making one, downloading one as it is or under a password."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from safeguard.access.guard import actor, requires
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.kernel.deployment import kind_of_data
from safeguard.mash.answering import opened_case
from safeguard.mash.case import open_case
from safeguard.meetings.handover import locked, password_page, sent_password
from safeguard.meetings.service import Made, downloads, make_summary, summary_for, versions
from safeguard.web.fields import Form

bp = Blueprint("meetings", __name__)


class Confirmed(Form):
    """A button that changes something."""


@bp.get("/referrals/<uuid:referral_id>/summaries")
@requires("summary.make")
def summaries(referral_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        case = opened_case(session, referral_id)
        made = versions(session, referral_id)
        taken = downloads(session, referral_id, made)
    return render_template("meetings/summaries.html", case=case, made=made, taken=taken, button=Confirmed())


@bp.post("/referrals/<uuid:referral_id>/summary")
@requires("summary.make")
def make(referral_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        case = open_case(session, actor(), referral_id, at=now())
        made = make_summary(session, actor(), case, authority=current_app.config["SETTINGS"].authority_name, at=now())
    flash(
        f"Nothing has changed since version {made.summary.number}, so it still stands"
        if made.again
        else f"Version {made.summary.number} is ready to download"
    )
    return redirect(url_for("meetings.summaries", referral_id=referral_id))


@bp.get("/summaries/<uuid:summary_id>.pdf")
@requires("summary.make")
def download(summary_id: uuid.UUID) -> ResponseReturnValue:
    made, body = _drawn(summary_id, "summary.downloaded")
    return _file(made, body)


@bp.post("/summaries/<uuid:summary_id>/password")
@requires("summary.make")
def password(summary_id: uuid.UUID) -> ResponseReturnValue:
    return _password_page(summary_id), 200


@bp.post("/summaries/<uuid:summary_id>/protected.pdf")
@requires("summary.make")
def download_protected(summary_id: uuid.UUID) -> ResponseReturnValue:
    shown = sent_password(summary_id, actor().account_id)
    if shown is None:
        return _password_page(summary_id, again=True), 409
    made, body = _drawn(summary_id, "export.summary")
    return _file(made, locked(body, shown), "-protected")


def _password_page(summary_id: uuid.UUID, *, again: bool = False) -> str:
    with transaction() as session:
        summary = summary_for(session, actor(), summary_id, noted_as="export.password_made").summary
    return password_page(
        summary_id, actor().account_id, what=f"version {summary.number} of the case summary", reference=summary.content["reference"],
        to=url_for("meetings.download_protected", summary_id=summary_id),
        back=(url_for("meetings.summaries", referral_id=summary.referral_id), "Case summary"), again=again,
    )  # fmt: skip


def _drawn(summary_id: uuid.UUID, noted_as: str) -> tuple[Made, bytes]:
    # WeasyPrint takes half a second to import, which every command would pay for.
    from safeguard.meetings.pdf import pdf_of

    with transaction() as session:
        made = summary_for(session, actor(), summary_id, noted_as=noted_as)
        synthetic = kind_of_data(session) == "synthetic"
    return made, pdf_of(made, synthetic=synthetic)


def _file(made: Made, body: bytes, ending: str = "") -> Response:
    name = f"case-summary-{made.summary.content['reference']}-v{made.summary.number}{ending}.pdf"
    response = Response(body, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
