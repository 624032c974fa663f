"""A referrer adds to what they sent."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.referrals import addenda, drafts
from safeguard.referrals.addendum_forms import AddForm
from safeguard.referrals.views import bp
from safeguard.web.refusals import refusals_shown


@bp.route("/referrals/<uuid:referral_id>/add", methods=["GET", "POST"])
@requires("referral.write")
def add(referral_id: uuid.UUID) -> ResponseReturnValue:
    form = AddForm()
    if form.validate_on_submit():
        with refusals_shown(form, "words"):
            with transaction() as session:
                referral = drafts.referral_of(session, actor(), referral_id)
                addenda.add(session, actor(), referral, kind=form.kind.data, words=form.words.data or "", at=now())
            flash("It is added, and the front door sees that it is there")
            return redirect(url_for("referrals.view", referral_id=referral_id))
    with transaction() as session:
        referral = drafts.referral_of(session, actor(), referral_id)
        if referral.status != "submitted":
            return redirect(url_for("referrals.tasks", referral_id=referral_id))
        audit(session, actor(), "referral.viewed", subject_kind="referral", subject_id=referral_id, page="add")
        reference = referral.reference
    return render_template("referrals/add.html", form=form, referral_id=referral_id, reference=reference), form.page_status
