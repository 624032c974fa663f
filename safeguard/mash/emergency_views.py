"""Opening a restricted record in an emergency, and saying that one knows a family."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from govuk_frontend_wtf.wtforms_widgets import GovTextArea, GovTextInput
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import StringField, TextAreaField

from safeguard.access.guard import actor, requires
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.kernel.references import read_reference
from safeguard.mash.restriction_views import family_of_person
from safeguard.mash.views import bp
from safeguard.people.model import MatchProposal, PersonLink
from safeguard.people.queries import record_ids_of_referral
from safeguard.people.restricted import conflicts, glass
from safeguard.people.sight import whole
from safeguard.referrals.model import Referral
from safeguard.web.fields import Answered, Form, Limit, line, prose
from safeguard.web.refusals import refusals_shown


class EmergencyForm(Form):
    reference = StringField(
        "Referral reference", widget=GovTextInput(), filters=[line], validators=[Answered("Enter the reference of a referral")],
        description="Of the referral you have in front of you, or one that somebody read out to you.",
    )  # fmt: skip
    reason = TextAreaField(
        "Why can it not wait?", widget=GovTextArea(), filters=[prose],
        validators=[Answered("Say why it cannot wait"), Limit(glass.LONGEST, "The reason")],
        description="Those named on the record, and information governance, are told at once and read this.",
    )  # fmt: skip


class ConflictForm(Form):
    reason = TextAreaField(
        "How do you know them?", widget=GovTextArea(), filters=[prose],
        validators=[Answered("Say how you know them"), Limit(conflicts.LONGEST, "What you say")],
    )  # fmt: skip


class HomeForm(Form):
    postcode = StringField(
        "Your home postcode", widget=GovTextInput(), filters=[line], validators=[Answered("Enter your home postcode")],
        description="It is shown to nobody, and used for nothing but to keep you from your own street.",
    )  # fmt: skip


@bp.route("/emergency", methods=["GET", "POST"])
@requires("glass.break")
def emergency() -> ResponseReturnValue:
    """The same answer whether or not anything was opened: trying references tells nobody what is restricted."""
    form = EmergencyForm()
    if form.validate_on_submit():
        reference = read_reference(form.reference.data or "")
        if reference is None:
            form.reference.errors = ["Enter a reference as it was read out, like SR-7K3F-9Q2X"]
        else:
            with refusals_shown(form, "reason"):
                with transaction() as session:
                    glass.break_glass(session, actor(), _records_behind(session, reference), reason=form.reason.data or "", at=now())
                flash("If a restricted record is behind that reference, it is open to you for an hour. What you do is reviewed")
                return redirect(url_for("mash.emergency"))
    with transaction() as session:
        opened = glass.open_now(session, actor(), at=now())
    return render_template("mash/emergency.html", form=form, opened=opened), form.page_status


@bp.post("/emergency/<uuid:glass_id>/close")
@requires("desk.view")
def close_emergency(glass_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        glass.close_glass(session, actor(), glass_id, at=now())
    flash("The record is closed to you again")
    return redirect(url_for("mash.show_queue"))


def _records_behind(session: Session, reference: str) -> list[uuid.UUID]:
    """The records that a referral states, and one record of each person whom they may be."""
    with whole(session):
        referral_id = session.scalar(select(Referral.id).where(Referral.reference == reference, Referral.status == "submitted"))
        if referral_id is None:
            return []
        stated = record_ids_of_referral(session, referral_id)
        proposed = session.scalars(
            select(PersonLink.source_record_id)
            .join(MatchProposal, MatchProposal.person_id == PersonLink.person_id)
            .where(
                MatchProposal.source_record_id.in_(stated), MatchProposal.answered_at.is_(None), PersonLink.superseded_at.is_(None)
            )
        )
        return [*stated, *proposed]


@bp.route("/people/<uuid:person_id>/conflict", methods=["GET", "POST"])
@requires("conflict.declare")
def declare_conflict(person_id: uuid.UUID) -> ResponseReturnValue:
    form = ConflictForm()
    with transaction() as session:
        name, family = family_of_person(session, person_id)
    if form.validate_on_submit():
        with transaction() as session:
            conflicts.declare(session, actor(), [key for key, _words in family], reason=form.reason.data or "", at=now())
        flash("Thank you. You do not see this family any more")
        return redirect(url_for("mash.show_queue"))
    return render_template("mash/conflict.html", form=form, name=name, person_id=person_id), form.page_status


@bp.route("/your-home", methods=["GET", "POST"])
@requires("conflict.declare")
def your_home() -> ResponseReturnValue:
    form = HomeForm()
    if form.validate_on_submit():
        with refusals_shown(form, "postcode"):
            with transaction() as session:
                conflicts.tell_home(session, actor(), form.postcode.data or "", at=now())
            flash("Your postcode is kept. You do not see records of people who live there")
            return redirect(url_for("mash.notices"))
    return render_template("mash/your_home.html", form=form), form.page_status
