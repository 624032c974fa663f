"""The desk's pages about how a person is related to others: what was stated by whom, what it comes to, and what is said of it."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.concerns.impossible import doubt_words, impossible
from safeguard.concerns.neighbourhood import Neighbourhood, neighbourhood
from safeguard.concerns.relationships import STANDINGS, known_relationships, responsibilities
from safeguard.kernel.clock import now, today
from safeguard.kernel.codes.relationship import RELATIONSHIPS
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import NotFound
from safeguard.mash.chronology import agencies_to_name
from safeguard.mash.relating import answer_relationship, fact_resting_on, facts_of, state_relationship
from safeguard.mash.relating_forms import RelationshipAnswerForm, RelationshipForm
from safeguard.mash.views import bp
from safeguard.web.refusals import refusals_shown


@bp.get("/people/<uuid:person_id>/relationships")
@requires("person.view")
def relationships(person_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        around = _around(session, person_id, hops=1)
        facts = facts_of(around, person_id, today())
        every = known_relationships([*around.relationships, *around.collapsed], around.words, on=today())
        marks = impossible(every, around.people, on=today(), deaths=around.deaths)
        _note_view(session, person_id, {end for fact in facts for end in fact.ends})
    mine = [one for one in responsibilities(around.relationships) if person_id in {one.holder, one.child}]
    return render_template(
        "mash/relationships.html", person_id=person_id, people=around.people, agencies=around.agencies, facts=facts, marks=marks,
        doubt_words=doubt_words, standings=STANDINGS, kinds=RELATIONSHIPS, responsible=mine,
    )  # fmt: skip


@bp.route("/people/<uuid:person_id>/relationships/add", methods=["GET", "POST"])
@requires("relationship.record")
def relate(person_id: uuid.UUID) -> ResponseReturnValue:
    form = RelationshipForm()
    if form.validate_on_submit():
        with refusals_shown(form, "kind"):
            with transaction() as session:
                state_relationship(session, actor(), person_id, form.proposed(), at=now())
            flash("Recorded. The signals were read again")
            return redirect(url_for("mash.relationships", person_id=person_id))
    with transaction() as session:
        around = _around(session, person_id, hops=2)
        near = {key: person.name for key, person in around.people.items() if key != person_id}
        form.agency_id.choices = [("", "Choose an agency"), *((str(one.id), one.name) for one in agencies_to_name(session))]
        _note_view(session, person_id, set(near))
    named = sorted(near.items(), key=lambda one: (one[1], str(one[0])))
    form.other_id.choices = [("", "Choose a person"), *((str(key), name) for key, name in named)]
    return render_template("mash/relate.html", form=form, person_id=person_id, identity=around.people[person_id]), form.page_status


@bp.route("/people/<uuid:person_id>/relationships/<uuid:statement_id>", methods=["GET", "POST"])
@requires("relationship.record")
def answer_related(person_id: uuid.UUID, statement_id: uuid.UUID) -> ResponseReturnValue:
    form = RelationshipAnswerForm()
    if form.validate_on_submit():
        with refusals_shown(form, "word"):
            with transaction() as session:
                fact = fact_resting_on(facts_of(_around(session, person_id, hops=1), person_id, today()), statement_id)
                answer_relationship(
                    session, actor(), fact, word=form.word.data or "", ended_on=form.ended_on.data, reason=form.reason.data or "",
                    at=now(),
                )  # fmt: skip
            flash("Recorded. What was stated before is kept")
            return redirect(url_for("mash.relationships", person_id=person_id))
    with transaction() as session:
        around = _around(session, person_id, hops=1)
        fact = fact_resting_on(facts_of(around, person_id, today()), statement_id)
        _note_view(session, person_id, set(fact.ends))
    return render_template(
        "mash/relationship_answer.html", form=form, person_id=person_id, people=around.people, agencies=around.agencies, fact=fact,
        kinds=RELATIONSHIPS, standings=STANDINGS,
    ), form.page_status  # fmt: skip


def _around(session: Session, person_id: uuid.UUID, *, hops: int) -> Neighbourhood:
    around = neighbourhood(session, [person_id], hops=hops, thorough=True)
    if person_id not in around.people:
        raise NotFound("person")
    return around


def _note_view(session: Session, person_id: uuid.UUID, shown: set[uuid.UUID]) -> None:
    audit(session, actor(), "person.viewed", subject_kind="person", subject_id=person_id, shown=shown - {person_id})
