"""Pages for joining two people: what comes together, a second person's answer, and the joinings that wait for one."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.concerns.genogram.tree import FamilyTree, family_tree_of
from safeguard.concerns.questions.merged import Merged, merged
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import NotFound
from safeguard.mash.answering import version_of
from safeguard.mash.identity_forms import MergeAnswerForm, MergeForm
from safeguard.mash.merge_preview import MergePreview, merge_preview
from safeguard.mash.views import bp
from safeguard.people.changes import asked, asked_for
from safeguard.people.merging import answer, merge
from safeguard.people.model import IdentityChange
from safeguard.people.verdicts import VERDICTS
from safeguard.risk.service import evaluate
from safeguard.risk.signals import SIGNAL_CARDS
from safeguard.web.refusals import refusals_shown

MOVED_ON = "Somebody changed one of these people while you were writing. What you typed is kept: read the page again, then save"


@bp.route("/people/<uuid:person_id>/merge/<uuid:other_id>", methods=["GET", "POST"])
@requires("person.merge")
def merge_people(person_id: uuid.UUID, other_id: uuid.UUID) -> ResponseReturnValue:
    form = MergeForm()
    if form.validate_on_submit():
        with refusals_shown(form, "reason", moved_on=MOVED_ON):
            return _joined(_merge(form, person_id, other_id))
    with transaction() as session:
        preview = _looked_at(session, person_id, other_id)
        as_one, tree = _family(session, preview)
    if preview.waiting is not None and form.page_status == 200:
        return redirect(url_for("mash.answer_merge", change_id=preview.waiting.id))
    if form.page_status != 400:
        form.seen.data = preview.seen
    return _page("mash/merge.html", preview, form, as_one=as_one, tree=tree), form.page_status


def _family(session: Session, preview: MergePreview) -> tuple[Merged, FamilyTree]:
    """The family as it would be, noted as looked at."""
    as_one = merged(session, preview.stays.person_id, preview.joins.person_id, today=today())
    tree = family_tree_of(as_one.family, at=today())
    audit(
        session, actor(), "graph.asked", subject_kind="person", subject_id=preview.stays.person_id,
        shown=tree.people - {preview.stays.person_id}, question="merged",
    )  # fmt: skip
    return as_one, tree


def _merge(form: MergeForm, person_id: uuid.UUID, other_id: uuid.UUID) -> IdentityChange:
    with transaction() as session:
        at = now()
        change = merge(
            session, actor(), one=person_id, other=other_id, reason=form.reason.data or "", seen=form.seen.data or "",
            why_two=merge_preview(session, person_id, other_id).why_two, at=at,
        )
        _evaluate(session, change)
    return change


def _evaluate(session: Session, change: IdentityChange) -> None:
    """Read the signals of everybody whose records changed hands again."""
    if change.status == "done":
        evaluate(session, actor(), {change.person_id, change.other_person_id}, at=now())


def _joined(change: IdentityChange) -> ResponseReturnValue:
    if change.status == "waiting":
        flash("Your wish to join these two is recorded. A colleague must confirm it")
        return redirect(url_for("mash.answer_merge", change_id=change.id))
    flash("The two are joined. You can take this back from the history of identity")
    return redirect(url_for("mash.person", person_id=change.person_id))


def _looked_at(session: Session, one: uuid.UUID, other: uuid.UUID) -> MergePreview:
    preview = merge_preview(session, one, other)
    audit(
        session, actor(), "person.merge_viewed", subject_kind="person", subject_id=preview.stays.person_id,
        shown=[preview.joins.person_id], other=str(preview.joins.person_id),
    )
    return preview


def _page(template: str, preview: MergePreview | None, form: MergeForm | MergeAnswerForm, **more: object) -> str:
    return render_template(template, preview=preview, form=form, verdict_words=VERDICTS, cards=SIGNAL_CARDS, **more)


@bp.route("/people/merges/<uuid:change_id>", methods=["GET", "POST"])
@requires("person.merge")
def answer_merge(change_id: uuid.UUID) -> ResponseReturnValue:
    form = MergeAnswerForm()
    if form.validate_on_submit():
        with refusals_shown(form, "reason", moved_on=MOVED_ON):
            change = _answer(form, change_id)
            if change.status == "done":
                return _joined(change)
            flash("Your answer is recorded: the two stay apart")
            return redirect(url_for("mash.merges"))
    with transaction() as session:
        found = asked(session, change_id)
        if found.change.status != "waiting":
            return redirect(url_for("mash.person_identity", person_id=found.change.person_id))
        preview = _still_there(session, found.change)
        as_one, tree = _family(session, preview) if preview else (None, None)
    if form.page_status != 400:
        form.seen.data, form.version.data = preview.seen if preview else "", str(found.change.version)
    mine = found.change.asked_by == actor().account_id
    return _page("mash/merge_answer.html", preview, form, asked=found, mine=mine, as_one=as_one, tree=tree), form.page_status


def _still_there(session: Session, change: IdentityChange) -> MergePreview | None:
    """What the joining would bring together; None where one of the two has no records any more."""
    try:
        return _looked_at(session, change.person_id, change.other_person_id)
    except NotFound:
        return None


def _answer(form: MergeAnswerForm, change_id: uuid.UUID) -> IdentityChange:
    with transaction() as session:
        change = answer(
            session, actor(), change_id, confirm=form.answer.data == "confirm", reason=form.reason.data or "",
            seen=form.seen.data or "", version=version_of(form), at=now(),
        )
        _evaluate(session, change)
    return change


@bp.get("/people/merges")
@requires("person.merge")
def merges() -> ResponseReturnValue:
    with transaction() as session:
        waiting = asked_for(session)
        audit(session, actor(), "person.merges_listed", rows=len(waiting))
    return render_template("mash/merges.html", waiting=waiting)
