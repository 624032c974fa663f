"""Probable duplicates: the queue that the sweep fills, the answer that two people differ, and how matching has done."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import transaction
from safeguard.mash.evidence import signed
from safeguard.mash.identity_forms import ApartForm
from safeguard.mash.merge_preview import merge_preview
from safeguard.mash.paging import page_number
from safeguard.mash.views import bp
from safeguard.people.duplicates import duplicate_page, keep_apart
from safeguard.people.identity import age_words
from safeguard.people.match_quality import NEWEST, quality
from safeguard.people.verdicts import VERDICTS
from safeguard.risk.signals import SIGNAL_CARDS
from safeguard.web.refusals import refusals_shown

_MOVED_ON = "One of these people was joined or parted while you were writing. What you typed is kept: read the page again, then answer"


@bp.get("/duplicates")
@requires("desk.match")
def duplicates() -> ResponseReturnValue:
    with transaction() as session:
        page = duplicate_page(session, actor(), page=page_number())
        shown = {uuid.UUID(str(key)) for row in page.rows for key, _who, _records in row.people}
        audit(session, actor(), "duplicates.viewed", page=page.page, rows=len(page.rows), shown=shown)
    return render_template("mash/duplicates.html", page=page, signed=signed, today=today(), age_words=age_words)


@bp.route("/people/<uuid:person_id>/apart/<uuid:other_id>", methods=["GET", "POST"])
@requires("desk.match")
def keep_people_apart(person_id: uuid.UUID, other_id: uuid.UUID) -> ResponseReturnValue:
    form = ApartForm()
    if form.validate_on_submit():
        with refusals_shown(form, "reason", moved_on=_MOVED_ON):
            with transaction() as session:
                keep_apart(
                    session, actor(), one=person_id, other=other_id, verdict=form.verdict.data or "",
                    reason=form.reason.data or "", seen=form.seen.data or "", at=now(),
                )
            flash("Your answer is recorded. The two will not be asked about again")
            return redirect(url_for("mash.duplicates"))
    with transaction() as session:
        preview = merge_preview(session, person_id, other_id)
        audit(
            session, actor(), "match.viewed", subject_kind="person", subject_id=preview.stays.person_id,
            other=str(preview.joins.person_id),
        )
    if form.page_status != 400:
        form.seen.data = preview.seen
    return render_template(
        "mash/apart.html", preview=preview, form=form, cards=SIGNAL_CARDS, verdict_words=VERDICTS
    ), form.page_status


@bp.get("/matches/quality")
@requires("desk.match")
def match_quality() -> ResponseReturnValue:
    with transaction() as session:
        report = quality(session, actor())
        audit(session, actor(), "quality.viewed", versions=len(report.versions))
    return render_template("mash/quality.html", report=report, newest=NEWEST)
