"""What information governance looks at: emergencies, unusual looking, conflicts of interest, who has seen a record, and who may do what."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovTextArea
from wtforms import RadioField, TextAreaField

from safeguard.access.guard import actor, requires
from safeguard.access.matrix import matrix
from safeguard.audit.service import record as audit
from safeguard.governance.seen_by import purposes_said, seen_by
from safeguard.governance.unusual import RULES, review_unusual, to_review
from safeguard.governance.views import bp
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import Conflict, RuleBroken
from safeguard.people.restricted import conflicts, glass
from safeguard.web.fields import Answered, Form, Limit, prose


class OutcomeForm(Form):
    outcome = RadioField(
        "What did you find?", choices=list(glass.OUTCOMES.items()), widget=GovRadioInput(), validate_choice=False,
        validators=[Answered("Choose what you found")],
    )  # fmt: skip
    reason = TextAreaField(
        "Reason", widget=GovTextArea(), filters=[prose], validators=[Answered("Enter the reason"), Limit(glass.LONGEST, "The reason")]
    )


class EndForm(Form):
    reason = TextAreaField(
        "Reason", widget=GovTextArea(), filters=[prose], validators=[Answered("Enter the reason"), Limit(conflicts.LONGEST, "The reason")]
    )


@bp.get("/reviews")
@requires("glass.review")
def reviews() -> ResponseReturnValue:
    return _reviews(None, None, 200)


@bp.post("/reviews/emergency/<uuid:glass_id>")
@requires("glass.review")
def review_emergency(glass_id: uuid.UUID) -> ResponseReturnValue:
    return _answered(glass_id, glass.review_glass)


@bp.post("/reviews/unusual/<uuid:unusual_id>")
@requires("glass.review")
def review_looking(unusual_id: uuid.UUID) -> ResponseReturnValue:
    return _answered(unusual_id, review_unusual)


def _answered(key: uuid.UUID, review: Any) -> ResponseReturnValue:
    form = OutcomeForm(prefix=key.hex)
    if form.validate():
        try:
            with transaction() as session:
                review(session, actor(), key, outcome=form.outcome.data or "", reason=form.reason.data or "", at=now())
            flash("Your answer is recorded")
            return redirect(url_for("governance.reviews"))
        except RuleBroken as refusal:
            form.show_problems(refusal.problems)
        except Conflict:
            flash("A colleague has reviewed this already", "problem")
            return redirect(url_for("governance.reviews"))
    return _reviews(key, form, 400)


def _reviews(key: uuid.UUID | None, typed: Form | None, status: int) -> ResponseReturnValue:
    with transaction() as session:
        opened = glass.emergencies(session, actor(), reviewed=False)
        done = glass.emergencies(session, actor(), reviewed=True)
        unusual = to_review(session, actor())
        audit(session, actor(), "glass.listed", rows=len(opened), unusual=len(unusual))
    waiting = [one.glass.id for one in opened] + [one.id for one, _who in unusual]
    forms = {one: typed if one == key else OutcomeForm(prefix=one.hex, formdata=None) for one in waiting}
    return render_template(
        "governance/reviews.html", opened=opened, done=done[:20], unusual=unusual, rules=RULES, forms=forms, form=typed,
        outcomes=glass.OUTCOMES,
    ), status


@bp.get("/conflicts")
@requires("conflict.manage")
def list_conflicts() -> ResponseReturnValue:
    return _conflicts(None, None, 200)


@bp.post("/conflicts/<uuid:conflict_id>/end")
@requires("conflict.manage")
def end_conflict(conflict_id: uuid.UUID) -> ResponseReturnValue:
    form = EndForm(prefix=conflict_id.hex)
    if form.validate():
        try:
            with transaction() as session:
                conflicts.end(session, actor(), conflict_id, reason=form.reason.data or "", at=now())
            flash("It has ended, and your reason is kept")
        except Conflict:
            flash("A colleague has ended this already", "problem")
        return redirect(url_for("governance.list_conflicts"))
    return _conflicts(conflict_id, form, 400)


def _conflicts(key: uuid.UUID | None, typed: Form | None, status: int) -> ResponseReturnValue:
    with transaction() as session:
        found = conflicts.standing(session, actor())
        audit(session, actor(), "conflict.listed", rows=len(found))
    forms = {
        one.conflict.id: typed if one.conflict.id == key else EndForm(prefix=one.conflict.id.hex, formdata=None) for one in found
    }
    return render_template("governance/conflicts.html", found=found, forms=forms, form=typed), status


@bp.get("/permissions")
@requires("access.matrix")
def permissions() -> ResponseReturnValue:
    with transaction() as session:
        audit(session, actor(), "matrix.viewed")
    return render_template("governance/permissions.html", matrix=matrix())


@bp.get("/audit/people/<uuid:person_id>")
@requires("audit.read")
def who_has_seen(person_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        found, said = seen_by(session, actor(), person_id), purposes_said(session, actor(), person_id)
        audit(session, actor(), "audit.viewed", subject_kind="person", subject_id=person_id, rows=len(found), report="seen_by")
    return render_template("governance/seen_by.html", found=found, said=said, person_id=person_id)
