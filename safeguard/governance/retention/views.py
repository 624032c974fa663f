"""Retention: what waits, one file, holds, the schedule and the certificates."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from safeguard.access.guard import actor, requires
from safeguard.audit.service import for_purpose
from safeguard.audit.service import record as audit
from safeguard.governance.retention import holds, reviewing
from safeguard.governance.retention.forms import AskForm, ConfirmForm, HoldForm, KeepForm, LiftForm, RuleForm
from safeguard.governance.retention.model import LegalHold
from safeguard.governance.retention.rules import CLASSES, TRIGGERS
from safeguard.governance.retention.schedule import adopt, in_force
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import NotFound
from safeguard.mash.answering import version_of
from safeguard.mash.paging import page_number
from safeguard.people.queries import names_of
from safeguard.web.refusals import refusals_shown

bp = Blueprint("retention", __name__, url_prefix="/retention")

# Whoever opens one of these pages has said so by that, and the audit keeps it with the view.
bp.before_request(partial(for_purpose, "rights"))

AnswerForm = KeepForm | AskForm | ConfirmForm
VIEW, MANAGE, CONFIRM = "retention.view", "retention.manage", "retention.confirm"
MOVED_ON = "Somebody answered for this file while you were writing. What you typed is kept: look again"


@bp.get("")
@requires(VIEW)
def reviews() -> ResponseReturnValue:
    page = page_number()
    with transaction() as session:
        found, total = reviewing.waiting(session, page)
        if not found and page > 1:
            abort(404)
        certificates = reviewing.certificates(session)
        audit(session, actor(), "retention.listed", rows=len(found))
    pages = -(-total // reviewing.PAGE)
    return render_template(
        "governance/retention/list.html", found=found, certificates=certificates, classes=CLASSES, page=page, pages=pages, total=total
    )


@bp.get("/files/<uuid:review_id>")
@requires(VIEW)
def review(review_id: uuid.UUID) -> ResponseReturnValue:
    return _page(review_id, {}, 200)


@bp.post("/files/<uuid:review_id>/keep")
@requires(MANAGE)
def keep(review_id: uuid.UUID) -> ResponseReturnValue:
    form = KeepForm(prefix="keep")
    act = partial(reviewing.keep, until=form.until.data)
    return _answered(review_id, "keep", form, act, "The file is kept", lambda _kept: url_for("retention.reviews"))


@bp.post("/files/<uuid:review_id>/ask")
@requires(MANAGE)
def ask(review_id: uuid.UUID) -> ResponseReturnValue:
    words = "A second person is asked. Nothing is destroyed until they agree"
    return _answered(
        review_id, "ask", AskForm(prefix="ask"), reviewing.ask, words, lambda _asked: url_for("retention.review", review_id=review_id)
    )


@bp.post("/files/<uuid:review_id>/confirm")
@requires(CONFIRM)
def confirm(review_id: uuid.UUID) -> ResponseReturnValue:
    words = "The file is destroyed. This is the certificate"
    return _answered(
        review_id, "confirm", ConfirmForm(prefix="confirm"), reviewing.confirm, words,
        lambda made: url_for("retention.certificate", destruction_id=made.id),
    )  # fmt: skip


def _answered(
    review_id: uuid.UUID, name: str, form: AnswerForm, act: Callable[..., Any], words: str, onwards: Callable[[Any], str]
) -> ResponseReturnValue:
    """Do what was asked of a file, say so in `words` and go on, or show its page again with what was typed and what to mend."""
    if form.validate():
        with refusals_shown(form, "reason", moved_on=MOVED_ON):
            with transaction() as session:
                made = act(session, actor(), review_id, reason=form.reason.data or "", version=version_of(form), at=now())
            flash(words)
            return redirect(onwards(made))
    return _page(review_id, {name: form}, form.page_status)


@bp.get("/certificates/<uuid:destruction_id>")
@requires(VIEW)
def certificate(destruction_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        found = reviewing.certificate(session, destruction_id)
        audit(session, actor(), "retention.certificate_viewed", subject_kind="destruction", subject_id=destruction_id)
    return render_template("governance/retention/certificate.html", one=found.destruction, found=found, classes=CLASSES)


@bp.route("/holds", methods=["GET", "POST"])
@requires(MANAGE)
def list_holds() -> ResponseReturnValue:
    """The holds that stand, and one on everybody to place."""
    return _hold_page(None)


@bp.route("/holds/people/<uuid:person_id>", methods=["GET", "POST"])
@requires(MANAGE)
def hold_person(person_id: uuid.UUID) -> ResponseReturnValue:
    return _hold_page(person_id)


def _hold_page(person_id: uuid.UUID | None) -> ResponseReturnValue:
    form = HoldForm()
    if form.validate_on_submit():
        with refusals_shown(form, "reason"):
            with transaction() as session:
                holds.place(session, actor(), person_id, reason=form.reason.data or "", until=form.until.data, at=now())
            flash("The hold stands")
            return redirect(url_for("retention.list_holds"))
    with transaction() as session:
        name = _name(session, person_id)
        found = holds.standing(session, today())
        names = names_of(session, {one.person_id for one in found if one.person_id})
        audit(session, actor(), "retention.holds_viewed", rows=len(found), shown=[*names, *([person_id] if person_id else [])])
    return render_template(
        "governance/retention/holds.html", form=form, found=found, names=names, person_id=person_id, name=name
    ), form.page_status


def _name(session: Session, person_id: uuid.UUID | None) -> str | None:
    if person_id is None:
        return None
    names = names_of(session, {person_id})
    if person_id not in names:
        raise NotFound("person")
    return names[person_id]


@bp.route("/holds/<uuid:hold_id>/lift", methods=["GET", "POST"])
@requires(MANAGE)
def lift_hold(hold_id: uuid.UUID) -> ResponseReturnValue:
    form = LiftForm()
    if form.validate_on_submit():
        with refusals_shown(form, "reason", moved_on="The hold was lifted by somebody else meanwhile"):
            with transaction() as session:
                holds.lift(session, actor(), hold_id, reason=form.reason.data or "", at=now())
            flash("The hold is lifted")
            return redirect(url_for("retention.list_holds"))
    with transaction() as session:
        there = [one for one in holds.standing(session, today()) if one.hold.id == hold_id]
        if (not there and session.get(LegalHold, hold_id) is None) or (not there and form.page_status != 409):
            raise NotFound("hold")
        names = names_of(session, {one.person_id for one in there if one.person_id})
        audit(session, actor(), "retention.holds_viewed", rows=len(there), shown=names)
    return render_template("governance/retention/lift.html", form=form, one=there[0] if there else None, names=names), form.page_status


@bp.route("/schedule", methods=["GET", "POST"])
@requires(MANAGE)
def schedule() -> ResponseReturnValue:
    form = RuleForm()
    if form.validate_on_submit():
        with refusals_shown(form, "reason"):
            with transaction() as session:
                adopt(
                    session, actor(), code=form.code.data or "", trigger=form.trigger.data or "", years=form.number,
                    reason=form.reason.data or "", at=now(),
                )  # fmt: skip
            flash("The rule is adopted")
            return redirect(url_for("retention.schedule"))
    with transaction() as session:
        rules = in_force(session)
        audit(session, actor(), "retention.schedule_viewed", rows=len(rules))
    page = render_template("governance/retention/schedule.html", form=form, rules=rules, classes=CLASSES, triggers=TRIGGERS)
    return page, form.page_status


def _page(review_id: uuid.UUID, forms: dict[str, AnswerForm], status: int) -> ResponseReturnValue:
    with transaction() as session:
        opened = reviewing.open_review(session, actor(), review_id, at=now())
    made: dict[str, AnswerForm] = {
        "keep": KeepForm(prefix="keep", formdata=None), "ask": AskForm(prefix="ask", formdata=None),
        "confirm": ConfirmForm(prefix="confirm", formdata=None),
    }  # fmt: skip
    made |= forms
    for name, form in made.items():
        if status != 400 or name not in forms:
            form.version.data = str(opened.review.version)
    return render_template(
        "governance/retention/review.html", opened=opened, one=opened.review, forms=made, classes=CLASSES,
        form=next(iter(forms.values()), None), mine=opened.review.asked_by == actor().account_id,
    ), status  # fmt: skip
