"""The desk's pages about people: who is this, what is known of the family, what is flagged."""

from __future__ import annotations

import uuid

from flask import abort, flash, redirect, render_template, url_for
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
from safeguard.mash.answering import opened_case, show_refusal
from safeguard.mash.case import Case, open_case
from safeguard.mash.comparison import compare
from safeguard.mash.forms import VerdictForm
from safeguard.mash.views import bp
from safeguard.people.candidates import clusters_of
from safeguard.people.changes import asked_for
from safeguard.people.claims import claimants
from safeguard.people.identity import age_words, identity_of
from safeguard.people.model import MatchProposal, Person, PersonLink, SourceRecord
from safeguard.people.possible import possibly_same
from safeguard.people.verdicts import VERDICTS, say
from safeguard.risk.flag_queries import flags_in_full
from safeguard.risk.protective import factors_of
from safeguard.risk.service import evaluate


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
        flags = flags_in_full(session, actor(), [person_id])
        factors = factors_of(session, [person_id]).get(person_id, ())
        wishes = asked_for(session, person_id)
        maybe = possibly_same(session, person_id, [record.id for record in around.records[person_id]])
        claimed = claimants(session, around.people[person_id].nhs_number) - {person_id}
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
        factors=factors,
        wishes=wishes,
        claimed=sorted(claimed),
        maybe=maybe,
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


@bp.route("/referrals/<uuid:referral_id>/match/<uuid:record_id>/<uuid:person_id>", methods=["GET", "POST"])
@requires("desk.match")
def match(referral_id: uuid.UUID, record_id: uuid.UUID, person_id: uuid.UUID) -> ResponseReturnValue:
    form = VerdictForm()
    form.verdict.choices = list(VERDICTS.items())
    status = 200
    if form.is_submitted():
        status = 400
        if form.validate():
            try:
                _say(form, referral_id, record_id, person_id)
                flash("Your answer is recorded")
                return redirect(url_for("mash.case", referral_id=referral_id))
            except (RuleBroken, Conflict) as refusal:
                status = show_refusal(form, refusal, "reason")
    with transaction() as session:
        opened = open_case(session, actor(), referral_id, at=now())
        ours, link, proposal = _pair(opened, record_id, person_id)
        theirs = [one for one in clusters_of(session, [person_id])[person_id] if one.id != record_id]
        audit(
            session, actor(), "match.viewed", subject_kind="person", subject_id=person_id,
            source_record=str(record_id), referral=str(referral_id),
        )
    if not theirs:
        abort(404)
    if status != 400:
        form.expected_person.data = str(link.person_id)
    return render_template(
        "mash/match.html",
        case=opened,
        form=form,
        record=ours,
        linked=link.person_id == person_id,
        link=link,
        proposal=proposal,
        rows=compare(ours, theirs),
        known=identity_of(theirs),
        person_id=person_id,
        sources=len(theirs),
        verdicts=opened.verdicts.get(record_id, ()),
        verdict_words=VERDICTS,
    ), status


def _say(form: VerdictForm, referral_id: uuid.UUID, record_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Keep the verdict on a pair of this case, and read the signals of everybody it touches again."""
    try:
        expected = uuid.UUID(form.expected_person.data or "")
    except ValueError as error:
        raise Conflict("the form does not say which page it answers") from error
    with transaction() as session:
        at = now()
        _pair(open_case(session, actor(), referral_id, at=at), record_id, person_id)
        touched = say(
            session, actor(), record_id=record_id, person_id=person_id, verdict=form.verdict.data or "",
            reason=form.reason.data or "", at=at, expected_person_id=expected,
        )
        if touched:
            evaluate(session, actor(), touched, at=at)


def _pair(
    opened: Case, record_id: uuid.UUID, person_id: uuid.UUID
) -> tuple[SourceRecord, PersonLink, MatchProposal | None]:
    """A record of this case and a person it is linked with or may be; any other pair does not exist here."""
    record = next((one for one in opened.records if one.id == record_id), None)
    if record is None:
        raise NotFound("source record")
    link = opened.links[record_id]
    proposal = next((one for one in opened.proposals.get(record_id, ()) if one.person_id == person_id), None)
    if proposal is None and link.person_id != person_id:
        raise NotFound("match")
    return record, link, proposal
