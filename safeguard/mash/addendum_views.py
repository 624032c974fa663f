"""The desk adds to a referral what it was told, and reads what others added."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from safeguard.access.guard import actor, requires
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.mash.answering import opened_case
from safeguard.mash.case import open_case
from safeguard.mash.views import bp
from safeguard.referrals import addenda
from safeguard.referrals.addendum_forms import AddAtTheHubForm
from safeguard.web.refusals import refusals_shown


@bp.route("/referrals/<uuid:referral_id>/case/add", methods=["GET", "POST"])
@requires("desk.add")
def add_to_case(referral_id: uuid.UUID) -> ResponseReturnValue:
    form = AddAtTheHubForm()
    if form.validate_on_submit():
        with refusals_shown(form, "words"):
            with transaction() as session:
                opened = open_case(session, actor(), referral_id, at=now())
                addenda.add(
                    session, actor(), opened.referral, kind=form.kind.data, words=form.words.data or "",
                    told_by=form.told_by.data or "", at=now(), read=True,
                )
            flash("It is added to the referral")
            return redirect(url_for("mash.case", referral_id=referral_id))
    with transaction() as session:
        opened = opened_case(session, referral_id)
    return render_template("mash/add.html", case=opened, form=form), form.page_status


@bp.post("/addenda/<uuid:addendum_id>/read")
@requires("desk.add")
def read_addendum(addendum_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        referral_id = addenda.mark_read(session, actor(), addendum_id, at=now()).referral_id
    flash("Noted that you have read it")
    return redirect(url_for("mash.case", referral_id=referral_id))
