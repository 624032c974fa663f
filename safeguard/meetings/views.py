"""Case summaries: the list of versions, making one, downloading one."""

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
from safeguard.meetings.service import make_summary, summary_for, versions
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
    return render_template("meetings/summaries.html", case=case, made=made, button=Confirmed())


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
    # WeasyPrint takes half a second to import, which every command would pay for.
    from safeguard.meetings.pdf import pdf_of

    with transaction() as session:
        made = summary_for(session, actor(), summary_id)
        synthetic = kind_of_data(session) == "synthetic"
    name = f"case-summary-{made.summary.content['reference']}-v{made.summary.number}.pdf"
    response = Response(pdf_of(made, synthetic=synthetic), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
