"""The desk's pages about people: what is known of a person and the family, and what is flagged."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.concerns.history import history_of
from safeguard.concerns.neighbourhood import Neighbourhood, neighbourhood
from safeguard.concerns.picture import picture_of
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import Conflict, NotFound, RuleBroken
from safeguard.mash.answering import opened_case, show_refusal, version_of
from safeguard.mash.case import Case, open_case
from safeguard.mash.comparison import compare
from safeguard.mash.forms import FlagReviewForm
from safeguard.mash.views import bp
from safeguard.people.changes import asked_for
from safeguard.people.identity import age_words
from safeguard.people.model import Person
from safeguard.risk.model import Flag, FlagEvidence
from safeguard.risk.service import OUTCOMES as FLAG_OUTCOMES
from safeguard.risk.service import flags_of, review
from safeguard.risk.signals import SIGNAL_CARDS


@bp.get("/referrals/<uuid:referral_id>/family")
@requires("person.view")
def family(referral_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        opened = opened_case(session, referral_id)
        people = list(dict.fromkeys(opened.person_id(record) for record in opened.subjects))
        around = neighbourhood(session, people, hops=2)
        for person_id in people:
            audit(session, actor(), "person.viewed", subject_kind="person", subject_id=person_id)
    return render_template(
        "mash/family.html", case=opened, picture=picture_of(around, at=today()), history=history_of(around, at=today())
    )


@bp.get("/people/<uuid:person_id>")
@requires("person.view")
def person(person_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        around = _around(session, person_id)
        if around is None:
            return redirect(url_for("mash.person_identity", person_id=person_id))
        flags = flags_of(session, [person_id])
        wishes = asked_for(session, person_id)
        audit(session, actor(), "person.viewed", subject_kind="person", subject_id=person_id)
    identity = around.people[person_id]
    return render_template(
        "mash/person.html",
        person_id=person_id,
        identity=identity,
        age=age_words(identity, today()),
        said=list(reversed(around.records[person_id])),
        agencies=around.agencies,
        facts=compare(around.records[person_id][-1], around.records[person_id]),
        picture=picture_of(around, at=today()),
        history=history_of(around, at=today(), person_ids=[person_id]),
        flags=flags,
        cards=SIGNAL_CARDS,
        wishes=wishes,
    )


def _around(session: Session, person_id: uuid.UUID) -> Neighbourhood | None:
    """What is known around a person; None where every record was moved to somebody else, and only a history is left.

    Raises:
        NotFound: there never was such a person.
    """
    if session.get(Person, person_id) is None:
        raise NotFound("person")
    around = neighbourhood(session, [person_id], hops=2)
    return around if person_id in around.people else None


@bp.route("/referrals/<uuid:referral_id>/flags/<uuid:flag_id>", methods=["GET", "POST"])
@requires("desk.review_flag")
def flag(referral_id: uuid.UUID, flag_id: uuid.UUID) -> ResponseReturnValue:
    form = FlagReviewForm()
    form.outcome.choices = list(FLAG_OUTCOMES.items())
    status = 200
    if form.is_submitted():
        status = 400
        if form.validate():
            try:
                with transaction() as session:
                    _flag_of(open_case(session, actor(), referral_id, at=now()), flag_id)
                    review(
                        session, actor(), flag_id, outcome=form.outcome.data or "", reason=form.reason.data or "",
                        version=version_of(form), at=now(),
                    )
                flash("Your review is recorded")
                return redirect(url_for("mash.case", referral_id=referral_id))
            except (RuleBroken, Conflict) as refusal:
                status = show_refusal(form, refusal, "reason")
    with transaction() as session:
        opened = opened_case(session, referral_id)
        found, evidence = _flag_of(opened, flag_id)
    if status != 400:
        form.version.data = str(found.version)
    return render_template(
        "mash/flag.html", case=opened, flag=found, evidence=evidence, form=form, cards=SIGNAL_CARDS, outcomes=FLAG_OUTCOMES
    ), status


def _flag_of(opened: Case, flag_id: uuid.UUID) -> tuple[Flag, Sequence[FlagEvidence]]:
    found = next(((one, evidence) for one, evidence in opened.flags if one.id == flag_id), None)
    if found is None:
        raise NotFound("flag")
    return found
