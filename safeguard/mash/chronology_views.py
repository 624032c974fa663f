"""The desk's pages for adding to a chronology: choose a kind, fill in its small form, correct an entry."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.concerns.fact_kinds import FACT_KINDS
from safeguard.concerns.model import CaseEvent
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import Conflict, NotFound
from safeguard.mash.chronology import Correction, add_entry, agencies_to_name, entry_of, kind_named, kind_of
from safeguard.mash.chronology_forms import EntryForm, form_for
from safeguard.mash.views import bp
from safeguard.people.candidates import clusters_of
from safeguard.people.identity import Identity, identity_of
from safeguard.people.restricted.placing import is_sealed
from safeguard.web.refusals import refusals_shown

_ALREADY = "Somebody corrected this entry while you were writing. Go back to the person and look at it again"
# How the chooser groups the kinds.
GROUPS = {
    "Seeing the child": ("seen", "visit", "appointment", "registration"),
    "Injury and the child's words": ("injury", "disclosure", "report"),
    "School": ("attendance", "education"),
    "Home and adults": ("domestic_abuse", "new_adult", "adult_history", "move", "pregnancy"),
    "Missing and exploitation": ("missing", "exploitation", "link", "fgm"),
    "The work": ("standing", "step"),
}


@bp.get("/people/<uuid:person_id>/chronology/add")
@requires("chronology.write")
def choose_entry(person_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        identity = _whose(session, person_id)
    return render_template("mash/chronology_choose.html", person_id=person_id, identity=identity, groups=GROUPS, kinds=FACT_KINDS)


@bp.route("/people/<uuid:person_id>/chronology/add/<code>", methods=["GET", "POST"])
@requires("chronology.write")
def write_entry(person_id: uuid.UUID, code: str) -> ResponseReturnValue:
    kind = kind_named(code)
    form = form_for(kind)
    if form.validate_on_submit():
        with refusals_shown(form, "agency_id"):
            with transaction() as session:
                add_entry(session, actor(), person_id, kind, form.proposed(), at=now())
            flash("Added to the chronology. The signals were read again")
            return redirect(url_for("mash.person", person_id=person_id))
    return _page(form, person_id, None), form.page_status


@bp.route("/people/<uuid:person_id>/chronology/<uuid:event_id>/correct", methods=["GET", "POST"])
@requires("chronology.write")
def correct_entry(person_id: uuid.UUID, event_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        try:
            event = entry_of(session, person_id, event_id)
            if is_sealed(session, event_id):
                # A correction would be an entry of its own, and read by everybody.
                flash("This entry is sealed. Lift the seal before you correct it", "problem")
                return redirect(url_for("mash.person", person_id=person_id))
        except Conflict:
            flash("That entry was corrected already")
            return redirect(url_for("mash.person", person_id=person_id))
    kind = kind_of(event)
    form = form_for(kind, _told(event))
    if form.validate_on_submit():
        with refusals_shown(form, "why_corrected", moved_on=_ALREADY):
            with transaction() as session:
                standing = entry_of(session, person_id, event_id)
                correction = Correction(standing, form.why_corrected.data or "", bool(form.withdrawn.data))
                add_entry(session, actor(), person_id, kind, form.proposed(), at=now(), correction=correction)
            flash("The entry is corrected. The earlier one is kept and no longer relied on")
            return redirect(url_for("mash.person", person_id=person_id))
    return _page(form, person_id, event), form.page_status


def _told(event: CaseEvent) -> dict[str, Any]:
    """An entry as its form takes it."""
    (code, answers), *_rest = event.facts.items()
    days = {question.name for question in kind_named(code).questions if question.form == "day"}
    told = {name: date.fromisoformat(value) if name in days else value for name, value in answers.items()}
    return {**told, "agency_id": str(event.agency_id), "known_on": event.known_on, "happened_on": event.happened_on}


def _page(form: EntryForm, person_id: uuid.UUID, correcting: CaseEvent | None) -> str:
    with transaction() as session:
        identity = _whose(session, person_id)
        form.agency_id.choices = [("", "Choose an agency"), *((str(one.id), one.name) for one in agencies_to_name(session))]
    return render_template(
        "mash/chronology_entry.html", form=form, kind=form.kind, person_id=person_id, identity=identity, correcting=correcting
    )


def _whose(session: Session, person_id: uuid.UUID) -> Identity:
    """Whose chronology it is; the view is noted.

    Raises:
        NotFound: there is no such person.
    """
    records = clusters_of(session, [person_id])[person_id]
    if not records:
        raise NotFound("person")
    audit(session, actor(), "person.viewed", subject_kind="person", subject_id=person_id)
    return identity_of(records)
