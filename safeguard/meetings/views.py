"""Case summaries: the list of versions, making one, downloading one under a password or without, handing one over by link."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.guard import actor, requires
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.kernel.deployment import kind_of_data
from safeguard.mash.answering import opened_case
from safeguard.mash.case import open_case
from safeguard.mash.paging import page_number
from safeguard.mash.purpose.gate import of_referral, opens, stands_before
from safeguard.meetings.handing.forms import UnprotectedForm
from safeguard.meetings.handing.pages import Shown, hand_page, listed, take_back, unprotected_page
from safeguard.meetings.handing.rules import UNPROTECTED
from safeguard.meetings.handing.service import Document, handing_of
from safeguard.meetings.handover import attached, locked, password_page, sent_password
from safeguard.meetings.model import CaseSummary
from safeguard.meetings.service import Made, downloads, file_name, make_summary, summary_and_people, summary_for, versions
from safeguard.web.fields import Form

bp = Blueprint("meetings", __name__)
stands_before(bp)
opens("summary_id", lambda session, key: of_referral(session, select(CaseSummary.referral_id).where(CaseSummary.id == key)))


class Confirmed(Form):
    """A button that changes something."""


@bp.get("/referrals/<uuid:referral_id>/summaries")
@requires("summary.make")
def summaries(referral_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        case = opened_case(session, referral_id)
        made = versions(session, referral_id)
        taken = downloads(session, referral_id, made, page_number("downloads"))
        handings = listed(session, {one.summary.id: one.summary.number for one in made}, page_number())
    return render_template(
        "meetings/summaries.html", case=case, made=made, taken=taken, handings=handings, why=UNPROTECTED, button=Confirmed()
    )


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


@bp.route("/summaries/<uuid:summary_id>/unprotected", methods=["GET", "POST"])
@requires("summary.make")
def download(summary_id: uuid.UUID) -> ResponseReturnValue:
    """The file without a password, for a reason that is kept."""
    with transaction() as session:
        shown = _shown(summary_and_people(session, actor(), summary_id)[0])

    def file(why: str) -> ResponseReturnValue:
        made, body = _drawn(summary_id, "summary.downloaded", why=why)
        return _file(made, body)

    return unprotected_page(shown, file, UnprotectedForm())


@bp.route("/summaries/<uuid:summary_id>/hand", methods=["GET", "POST"])
@requires("summary.hand")
def hand(summary_id: uuid.UUID) -> ResponseReturnValue:
    """Hand a version to somebody named, by link."""
    with transaction() as session:
        shown = _shown(summary_and_people(session, actor(), summary_id)[0])

    def document_in(session: Session) -> Document:
        made, people = summary_and_people(session, actor(), summary_id)
        return Document("summary", summary_id, made.summary.referral_id, people)

    return hand_page(shown, document_in)


@bp.post("/summaries/handed/<uuid:handing_id>/take-back")
@requires("summary.make")
def take_link_back(handing_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        about = handing_of(session, handing_id, "summary").about_id
    back = url_for("meetings.summaries", referral_id=about)
    return take_back(handing_id, "summary", lambda session, key: summary_and_people(session, actor(), key), back)


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


def _shown(made: Made) -> Shown:
    summary = made.summary
    return Shown(
        f"version {summary.number} of the case summary", summary.content["reference"],
        url_for("meetings.summaries", referral_id=summary.referral_id), "Case summary",
    )  # fmt: skip


def _drawn(summary_id: uuid.UUID, noted_as: str, **details: str) -> tuple[Made, bytes]:
    # WeasyPrint takes half a second to import, which every command would pay for.
    from safeguard.meetings.pdf import pdf_of

    with transaction() as session:
        made = summary_for(session, actor(), summary_id, noted_as=noted_as, **details)
        synthetic = kind_of_data(session) == "synthetic"
    return made, pdf_of(made, synthetic=synthetic)


def _file(made: Made, body: bytes, ending: str = "") -> Response:
    return attached(body, "application/pdf", file_name(made, ending))
