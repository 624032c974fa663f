"""The desk's page on which an agency's word that a person has died is recorded."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSelect, GovTextArea
from wtforms import RadioField, SelectField, TextAreaField

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import NotFound
from safeguard.mash.chronology import agencies_to_name
from safeguard.mash.stating_death import LIVES, LONGEST, ProposedDeath, state_death
from safeguard.mash.views import bp
from safeguard.people.candidates import clusters_of
from safeguard.people.identity import identity_of
from safeguard.web.fields import Answered, DateField, Form, Limit, prose
from safeguard.web.refusals import refusals_shown


class DeathForm(Form):
    kind = RadioField(
        "Has this person died?", widget=GovRadioInput(), choices=LIVES.choices(), validate_choice=False,
        validators=[Answered("Say whether this person has died")],
    )  # fmt: skip
    day = DateField("When did they die? (optional)", what="The date of death", description="Leave it empty if it is not known.")
    agency_id = SelectField(
        "Which agency says so?", widget=GovSelect(), validate_choice=False, validators=[Answered("Choose which agency says so")]
    )
    words = TextAreaField(
        "How is it known?", widget=GovTextArea(), filters=[prose], description="Who said so, or which document shows it.",
        validators=[Answered("Enter how it is known"), Limit(LONGEST, "This")],
    )


@bp.route("/people/<uuid:person_id>/death", methods=["GET", "POST"])
@requires("chronology.write")
def death(person_id: uuid.UUID) -> ResponseReturnValue:
    form = DeathForm()
    with transaction() as session:
        records = clusters_of(session, [person_id])[person_id]
        if not records:
            raise NotFound("person")
        form.agency_id.choices = [("", "Choose an agency"), *((str(one.id), one.name) for one in agencies_to_name(session))]
        audit(session, actor(), "person.viewed", subject_kind="person", subject_id=person_id)
    if form.validate_on_submit():
        with refusals_shown(form, "kind"):
            with transaction() as session:
                state_death(session, actor(), person_id, _proposed(form), at=now())
            flash("Recorded. What was stated before is kept, and the signals were read again")
            return redirect(url_for("mash.person", person_id=person_id))
    return render_template("mash/death.html", form=form, person_id=person_id, identity=identity_of(records)), form.page_status


def _proposed(form: DeathForm) -> ProposedDeath:
    return ProposedDeath(form.kind.data or "", form.day.data, form.agency_id.data or "", form.words.data or "")
