"""The page for taking the joining of two people back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import Conflict, NotFound, RuleBroken
from safeguard.mash.identity_forms import UndoForm, later_field, undo_form
from safeguard.mash.merge_views import MOVED_ON
from safeguard.mash.split_preview import WholePerson, whole_person
from safeguard.mash.views import bp
from safeguard.people.changes import Asked, asked
from safeguard.people.model import IdentityChange, SourceRecord
from safeguard.people.undoing import came_from, undo, undoable
from safeguard.risk.service import evaluate
from safeguard.web.refusals import show_refusal


@dataclass(frozen=True, slots=True)
class Undoing:
    """A joining that can be taken back, the joined person as they are now, and whose each record was before."""

    asked: Asked
    whole: WholePerson
    came: Mapping[uuid.UUID, uuid.UUID | None]

    @property
    def change(self) -> IdentityChange:
        return self.asked.change

    def of(self, person_id: uuid.UUID | None) -> list[SourceRecord]:
        """The records that came from one of the two; None: those added since."""
        return [record for record in self.whole.records if self.came[record.id] == person_id]


@bp.route("/people/merges/<uuid:change_id>/undo", methods=["GET", "POST"])
@requires("person.merge")
def undo_merge(change_id: uuid.UUID) -> ResponseReturnValue:
    opened = _opened(change_id)
    if isinstance(opened, IdentityChange):
        return _too_late(opened)
    form = _form(opened)
    if form.validate_on_submit():
        try:
            _undo(form, opened)
            flash("The joining is taken back: they are two people again")
            return redirect(url_for("mash.person_identity", person_id=opened.change.person_id))
        except (RuleBroken, Conflict) as refusal:
            # The records may be others by now, and the form asks about each.
            opened = _opened(change_id)
            if isinstance(opened, IdentityChange):
                return _too_late(opened)
            form = _form(opened)
            show_refusal(form, refusal, "reason", moved_on=MOVED_ON)
    if form.page_status != 400:
        form.seen.data = opened.whole.seen
    return render_template("mash/undo.html", opened=opened, form=form, later_field=later_field), form.page_status


def _opened(change_id: uuid.UUID) -> Undoing | IdentityChange:
    """What the page shows; the change alone where it cannot be taken back any more.

    Raises:
        NotFound: there is no such joining.
    """
    with transaction() as session:
        found = asked(session, change_id)
        try:
            merge = undoable(session, change_id)
            whole = whole_person(session, merge.person_id)
            came = came_from(session, merge, whole.links)
        except Conflict:
            return found.change
        except NotFound:
            if found.change.kind != "merge" or found.change.status != "done":
                raise
            return found.change
        audit(
            session, actor(), "person.split_viewed", subject_kind="person", subject_id=merge.person_id, undoes=str(change_id)
        )
    return Undoing(found, whole, came)


def _too_late(change: IdentityChange) -> ResponseReturnValue:
    flash(
        "This joining cannot be taken back any more: it was taken back already, or its records have been moved on. "
        "The history below says what happened. Any person can still be parted",
        "problem",
    )
    return redirect(url_for("mash.person_identity", person_id=change.person_id))


def _form(opened: Undoing) -> UndoForm:
    return undo_form(
        [(record, opened.whole.agencies[record.agency_id].name) for record in opened.of(None)],
        (opened.change.person_id, opened.change.other_person_id),
    )


def _undo(form: UndoForm, opened: Undoing) -> None:
    either = {str(one): one for one in (opened.change.person_id, opened.change.other_person_id)}
    answers = {record.id: either.get(form[later_field(record)].data) for record in opened.of(None)}
    later = {record: whose for record, whose in answers.items() if whose is not None}
    with transaction() as session:
        at = now()
        change = undo(
            session, actor(), opened.change.id, later=later, verdict=form.verdict.data or "",
            reason=form.reason.data or "", seen=form.seen.data or "", at=at,
        )
        evaluate(session, actor(), {change.person_id, change.other_person_id}, at=at)
