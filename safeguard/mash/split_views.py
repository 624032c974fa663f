"""Pages for parting a person: choose the records, see what goes where, say why."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import Problem
from safeguard.mash.identity_forms import SplitForm
from safeguard.mash.merge_views import MOVED_ON
from safeguard.mash.split_preview import WholePerson, whole_person
from safeguard.mash.views import bp
from safeguard.people.model import IdentityChange
from safeguard.people.splitting import choice_problems, split
from safeguard.risk.service import evaluate
from safeguard.web.refusals import refusals_shown


@bp.route("/people/<uuid:person_id>/split", methods=["GET", "POST"])
@requires("person.split")
def split_person(person_id: uuid.UUID) -> ResponseReturnValue:
    """First the records are chosen; then what goes where is shown, and a reason asked for."""
    form = SplitForm()
    chosen = _ids(request.form.getlist("records"))
    sure = request.form.get("step") == "part"
    if sure and form.validate():
        with refusals_shown(form, "reason", moved_on=MOVED_ON):
            change = _split(form, person_id, chosen)
            flash("The person is parted in two. What you chose is now a person of its own, shown here")
            return redirect(url_for("mash.person", person_id=change.other_person_id))
    status = form.page_status if sure else 200
    with transaction() as session:
        whole = whole_person(session, person_id)
        audit(session, actor(), "person.split_viewed", subject_kind="person", subject_id=person_id, chosen=len(chosen))
    chosen &= {record.id for record in whole.records}
    problems = choice_problems(len(whole.records), len(chosen)) if form.is_submitted() else []
    if not form.is_submitted() or problems:
        return _choose(whole, chosen, problems)
    if status != 400:
        form.seen.data = whole.seen
    return render_template(
        "mash/split_check.html", whole=whole, form=form, chosen=chosen,
        stays=whole.part(chosen, without=True), goes=whole.part(chosen),
    ), status


def _choose(whole: WholePerson, chosen: set[uuid.UUID], problems: list[Problem]) -> ResponseReturnValue:
    return render_template("mash/split.html", whole=whole, chosen=chosen, problems=problems), 400 if problems else 200


def _split(form: SplitForm, person_id: uuid.UUID, chosen: set[uuid.UUID]) -> IdentityChange:
    with transaction() as session:
        at = now()
        change = split(
            session, actor(), person_id, record_ids=chosen, reason=form.reason.data or "", seen=form.seen.data or "", at=at
        )
        evaluate(session, actor(), {change.person_id, change.other_person_id}, at=at)
    return change


def _ids(texts: list[str]) -> set[uuid.UUID]:
    """The ids among what a form sent; anything else chooses nothing."""
    found = set()
    for text in texts:
        try:
            found.add(uuid.UUID(text))
        except ValueError:
            continue
    return found
