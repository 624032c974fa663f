"""Who may this be? The worklist of possible matches, and the page on which one person is compared and answered for."""

from __future__ import annotations

import uuid

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import Conflict
from safeguard.mash.evidence import signed
from safeguard.mash.forms import VerdictForm
from safeguard.mash.paging import page_number
from safeguard.mash.review import ALL, Review, add_candidate, answer, open_review, waiting_count
from safeguard.mash.views import bp
from safeguard.mash.worklist import next_waiting, worklist
from safeguard.people.verdicts import VERDICTS
from safeguard.web.refusals import refusals_shown

_STALE = "Somebody answered for this person, or moved the record, while you were writing. What you typed is kept: look again, then answer"


@bp.get("/matches")
@requires("desk.match")
def matches() -> ResponseReturnValue:
    show = request.args.get("show", "")
    if show not in {"", "unsure"}:
        abort(404)
    with transaction() as session:
        found = worklist(session, actor(), unsure=show == "unsure", page=page_number(), at=now())
        audit(session, actor(), "worklist.viewed", page=found.page, rows=len(found.rows), unsure=show == "unsure")
    return render_template("mash/worklist.html", page=found, show=show)


@bp.get("/matches/next")
@requires("desk.match")
def next_match() -> ResponseReturnValue:
    """Straight to the next person to look at, after the one whose id is given."""
    try:
        after = uuid.UUID(request.args["after"]) if "after" in request.args else None
    except ValueError:
        abort(404)
    return _onward(after)


def _onward(after: uuid.UUID | None) -> Response:
    with transaction() as session:
        place = next_waiting(session, actor(), after=after)
    if place is None:
        flash("No other possible match is waiting")
        return redirect(url_for("mash.matches"))
    return redirect(url_for("mash.match", referral_id=place.referral_id, record_id=place.record_id))


@bp.route("/referrals/<uuid:referral_id>/match/<uuid:record_id>", methods=["GET", "POST"])
@requires("desk.match")
def match(referral_id: uuid.UUID, record_id: uuid.UUID) -> ResponseReturnValue:
    form = VerdictForm()
    form.verdict.choices = list(VERDICTS.items())
    if form.validate_on_submit():
        with refusals_shown(form, "reason", moved_on=_STALE):
            return _answered(form, referral_id, record_id)
    review = _shown(referral_id, record_id)
    form.candidate.choices = _choices(review)
    if form.page_status != 400:
        # A stale page is shown what is true now, and its next answer is measured against that.
        form.stamp.data = review.stamp
    return render_template(
        "mash/match.html", review=review, case=review.case, form=form, verdict_words=VERDICTS, signed=signed
    ), form.page_status


@bp.post("/referrals/<uuid:referral_id>/match/<uuid:record_id>/beside/<uuid:person_id>")
@requires("desk.match")
def put_beside(referral_id: uuid.UUID, record_id: uuid.UUID, person_id: uuid.UUID) -> ResponseReturnValue:
    """A person found by search, put beside the record that somebody was comparing."""
    try:
        with transaction() as session:
            add_candidate(session, actor(), referral_id, record_id, person_id, at=now())
        flash("The person you found stands beside the others now. Nothing is joined until you answer")
    except Conflict:
        flash("That person stands beside this record already")
    return redirect(url_for("mash.match", referral_id=referral_id, record_id=record_id))


def _answered(form: VerdictForm, referral_id: uuid.UUID, record_id: uuid.UUID) -> Response:
    with transaction() as session:
        asked = answer(
            session, actor(), referral_id, record_id, candidate=form.candidate.data or "",
            verdict=form.verdict.data or "", reason=form.reason.data or "", stamp=form.stamp.data or "", at=now(),
        )
        left = waiting_count(session, record_id)
    if asked is not None:
        flash("Your answer is recorded. Both have a referral waiting, so a colleague must confirm it before the two are joined")
        return redirect(url_for("mash.answer_merge", change_id=asked.id)) if form.then.data != "next" else _onward(record_id)
    flash("Your answer is recorded")
    if left:
        return redirect(url_for("mash.match", referral_id=referral_id, record_id=record_id))
    if form.then.data == "next":
        return _onward(record_id)
    return redirect(url_for("mash.case", referral_id=referral_id))


def _shown(referral_id: uuid.UUID, record_id: uuid.UUID) -> Review:
    """The review, each person on it noted as seen."""
    with transaction() as session:
        review = open_review(session, actor(), referral_id, record_id, at=now())
        for one in review.candidates:
            audit(
                session, actor(), "match.viewed", subject_kind="person", subject_id=one.person_id,
                source_record=str(record_id), referral=str(referral_id),
            )
    return review


def _choices(review: Review) -> list[tuple[str, str]]:
    found = [(str(one.person_id), f"{one.number}. {one.identity.name}, {one.age.lower()}") for one in review.candidates]
    return [*found, (ALL, "All of them, to say that it is none of these")] if len(found) > 1 else found
