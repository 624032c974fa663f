"""The desk's pages about warning notes: record one on a person or an address, approve, review and end it."""

from __future__ import annotations

import uuid

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.guard import actor, requires
from safeguard.access.policy import permits
from safeguard.audit.service import record as audit
from safeguard.concerns.model import Address
from safeguard.concerns.risk_list import risks_due, risks_to_review
from safeguard.concerns.warning_list import VIEWS, warning_list
from safeguard.concerns.warnings import STATES, NoteInFull, add_note, approve_note, end_note, note_in_full, review_note
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import NotFound
from safeguard.mash.paging import page_number
from safeguard.mash.views import bp
from safeguard.mash.warning_forms import WarningForm, WarningStepForm
from safeguard.people.candidates import clusters_of
from safeguard.people.identity import identity_of
from safeguard.web.refusals import refusals_shown

_ALREADY = "Somebody else was quicker: look at the warning again. What you typed is kept"


@bp.route("/people/<uuid:person_id>/warnings/add", methods=["GET", "POST"])
@requires("warning.record")
def warn_of_person(person_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        records = clusters_of(session, [person_id])[person_id]
        if not records:
            raise NotFound("person")
        audit(session, actor(), "person.viewed", subject_kind="person", subject_id=person_id)
    back = url_for("mash.person", person_id=person_id)
    return _add(identity_of(records).name, back, person_id=person_id)


@bp.route("/addresses/<uuid:address_id>/warnings/add", methods=["GET", "POST"])
@requires("warning.record")
def warn_of_address(address_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        address = session.scalar(select(Address).where(Address.id == address_id))
        if address is None:
            raise NotFound("address")
        words = address.one_line
    return _add(words, url_for("mash.show_queue"), address_id=address_id)


@bp.get("/warnings")
@requires("warning.record")
def warnings() -> ResponseReturnValue:
    """The warnings to approve and to review."""
    view = request.args.get("view") or "overdue"
    if view not in VIEWS:
        abort(404)
    with transaction() as session:
        found = warning_list(session, actor(), view, page=page_number(), today=today())
        people = {one.full.person_id for one in found.rows if one.full.person_id}
        audit(session, actor(), "warning.listed", shown=people, view=view, page=found.page, rows=len(found.rows))
        risks = risks_due(session, today=today())
    return render_template("mash/warnings.html", found=found, view=view, views=VIEWS, states=STATES, today=today(), risks=risks)


@bp.get("/warnings/adults")
@requires("warning.record")
def adults_to_review() -> ResponseReturnValue:
    """What is recorded of adults who may pose a risk to children, and is due for review."""
    with transaction() as session:
        found = risks_to_review(session, page=page_number(), today=today())
        people = {one.person_id for one in found.rows}
        audit(session, actor(), "warning.listed", shown=people, view="adults", page=found.page, rows=len(found.rows))
    return render_template("mash/adults_to_review.html", found=found)


def _add(
    whom: str, back: str, *, person_id: uuid.UUID | None = None, address_id: uuid.UUID | None = None
) -> ResponseReturnValue:
    form = WarningForm()
    if form.validate_on_submit():
        with refusals_shown(form, "kind"):
            with transaction() as session:
                note = add_note(session, actor(), form.proposed(), person_id=person_id, address_id=address_id, at=now())
            flash("The warning is in force. A manager is to approve it")
            return redirect(url_for("mash.warning", note_id=note.id))
    return render_template("mash/warning_add.html", form=form, whom=whom, back=back), form.page_status


@bp.route("/warnings/<uuid:note_id>", methods=["GET", "POST"])
@requires("warning.record")
def warning(note_id: uuid.UUID) -> ResponseReturnValue:
    form = WarningStepForm()
    with transaction() as session:
        full = note_in_full(session, note_id)
        audit(
            session, actor(), "warning.viewed", subject_kind="person" if full.person_id else "address",
            subject_id=full.person_id or full.note.address_id, note=str(note_id),
        )  # fmt: skip
    form.act.choices = _acts(full)
    if form.validate_on_submit() and form.act.data in dict(form.act.choices):
        with refusals_shown(form, "act", moved_on=_ALREADY):
            with transaction() as session:
                _act(session, note_id, form)
            flash("Recorded")
            return redirect(url_for("mash.warning", note_id=note_id))
    return render_template("mash/warning.html", form=form, full=full, states=STATES, today=today()), form.page_status


def _acts(full: NoteInFull) -> list[tuple[str, str]]:
    """What this person may do with a note now."""
    acts = [("reviewed", "I reviewed it, and it stays"), ("ended", "It no longer holds: end it")]
    if not full.approved_by and full.note.recorded_by != actor().account_id and permits(actor(), "warning.approve"):
        acts.insert(0, ("approved", "I approve it"))
    return [] if full.ended else acts


def _act(session: Session, note_id: uuid.UUID, form: WarningStepForm) -> None:
    reason = form.reason.data or ""
    if form.act.data == "approved":
        approve_note(session, actor(), note_id, reason=reason, at=now())
    elif form.act.data == "reviewed":
        review_note(session, actor(), note_id, reason=reason, review_on=form.review_on.data, at=now())
    else:
        end_note(session, actor(), note_id, reason=reason, at=now())
