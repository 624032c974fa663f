"""The desk's pages: queue, case, matches, family, flags, rating, decision."""

from __future__ import annotations

import uuid
from datetime import date
from functools import partial

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import now
from safeguard.kernel.codes.outcome import OUTCOMES
from safeguard.kernel.database import transaction
from safeguard.kernel.dates import long_date
from safeguard.kernel.references import read_reference
from safeguard.local.in_use import in_use
from safeguard.local.wording import WORDING, ready_words
from safeguard.mash import service
from safeguard.mash.allocation.queries import MINE, NOBODY
from safeguard.mash.answering import opened_case, version_of
from safeguard.mash.checks.queries import checks_of, may_read
from safeguard.mash.clocks import due_at
from safeguard.mash.clocks_in_use import clocks
from safeguard.mash.comparison import birth_of
from safeguard.mash.forms import DecisionForm, RatingForm
from safeguard.mash.known_family import known_families
from safeguard.mash.outcomes import ProposedDecision, matters
from safeguard.mash.paging import page_number
from safeguard.mash.queries import LATE, STAGES, queue, referral_called
from safeguard.mash.ready_words import put_ready_words
from safeguard.people.changes import how_many_wait
from safeguard.people.identity import full_name
from safeguard.referrals.addenda import unread
from safeguard.referrals.in_words import sections_of
from safeguard.risk.signals import SIGNAL_CARDS
from safeguard.web.refusals import refusals_shown
from safeguard.web.rendering import front_door_phone

bp = Blueprint("mash", __name__)
bp.add_app_template_filter(full_name, "full_name")
bp.add_app_template_filter(birth_of, "stated_birth")
bp.add_app_template_filter(lambda text: long_date(date.fromisoformat(text)), "iso_day")


@bp.get("/queue")
@requires("desk.view")
def show_queue() -> ResponseReturnValue:
    stage = request.args.get("stage") or None
    if stage and stage not in {*STAGES, LATE}:
        abort(404)
    whose = request.args.get("whose") or None
    if whose and whose not in {MINE, NOBODY}:
        abort(404)
    return _queue_page(stage, page_number(), whose=whose)


def _queue_page(stage: str | None, page: int, *, whose: str | None = None, sought: str = "", problem: str = "") -> str:
    """The queue; with what was typed to find a referral and what is wrong with it, where something is."""
    with transaction() as session:
        found = queue(session, actor(), stage=stage, page=page, at=now(), whose=whose)
        joinings = how_many_wait(session)
        added = unread(session)
        audit(session, actor(), "queue.viewed", stage=stage, whose=whose, page=found.page, rows=len(found.rows))
    return render_template(
        "mash/queue.html", page=found, stage=stage, whose=whose, stages=STAGES, joinings=joinings, added=added, sought=sought,
        problem=problem,
    )  # fmt: skip


@bp.get("/queue/find")
@requires("desk.view")
def find() -> ResponseReturnValue:
    """Straight to the case whose reference somebody read out."""
    typed = request.args.get("reference", "")[:40]
    reference = read_reference(typed)
    if reference is None:
        return _queue_page(None, 1, sought=typed, problem="Enter a reference as it was read out, like SR-7K3F-9Q2X"), 400
    with transaction() as session:
        found = referral_called(session, actor(), reference)
        audit(session, actor(), "referral.sought", subject_kind="referral", subject_id=found, found=found is not None)
    if found is None:
        return _queue_page(None, 1, sought=typed, problem=f"No referral has the reference {reference}"), 404
    return redirect(url_for("mash.case", referral_id=found))


@bp.get("/referrals/<uuid:referral_id>/case")
@requires("desk.view")
def case(referral_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        opened = opened_case(session, referral_id)
        checks = checks_of(session, referral_id, at=now())
        families = known_families(session, opened)
        for one in {family.person_id: family for found in families.values() for family in found}.values():
            audit(
                session, actor(), "match.viewed", subject_kind="person", subject_id=one.person_id,
                shown=[near.key for near in one.family], referral=str(referral_id),
            )
    return render_template(
        "mash/case.html", case=opened, families=families, sections=sections_of(opened.document), cards=SIGNAL_CARDS, outcomes=OUTCOMES,
        checks=checks, may_read=partial(may_read, actor()),
    )  # fmt: skip


@bp.route("/referrals/<uuid:referral_id>/rate", methods=["GET", "POST"])
@requires("desk.rate")
def rate(referral_id: uuid.UUID) -> ResponseReturnValue:
    form = RatingForm()
    if form.validate_on_submit():
        with refusals_shown(form, "rationale"):
            with transaction() as session:
                service.rate(
                    session, actor(), referral_id, rating=form.rating.data, rationale=form.rationale.data,
                    version=version_of(form), at=now(),
                )
            flash("Rating recorded")
            return redirect(url_for("mash.case", referral_id=referral_id))
    with transaction() as session:
        opened = opened_case(session, referral_id)
        policy = clocks(session, now())
    if form.page_status != 400:
        form.version.data = str(opened.version)
    received = opened.referral.submitted_at
    assert received is not None  # a case is a submitted referral
    dues = {rating: due_at(rating, received, policy) for rating in policy.rating_hours}
    return render_template("mash/rate.html", case=opened, form=form, dues=dues, hours=policy.rating_hours), form.page_status


@bp.route("/referrals/<uuid:referral_id>/decide", methods=["GET", "POST"])
@requires("desk.decide")
def decide(referral_id: uuid.UUID) -> ResponseReturnValue:
    form = DecisionForm()
    if "use" in request.form:
        return _decision_page(referral_id, form, put_in=True)
    if form.validate_on_submit():
        with refusals_shown(form, "rationale"):
            with transaction() as session:
                service.decide(
                    session, actor(), referral_id, _proposed(form), version=version_of(form), at=now()
                )
            flash("Decision recorded")
            return redirect(url_for("mash.case", referral_id=referral_id))
    return _decision_page(referral_id, form)


def _decision_page(referral_id: uuid.UUID, form: DecisionForm, *, put_in: bool = False) -> ResponseReturnValue:
    """The page of a decision; with `put_in`, what was chosen of the ready words stands in the box, after what was typed."""
    with transaction() as session:
        opened = opened_case(session, referral_id)
        offered = ready_words(in_use(session, WORDING, now()).content, None)
    form.ready.choices = [("", "None"), *((str(place), name) for place, name, _text in offered)]
    if put_in:
        put_ready_words(form, opened, {str(place): text for place, _name, text in offered}, phone=front_door_phone())
    form.children.choices = [(str(record.id), full_name(record)) for record in opened.subjects]
    form.outcome.choices = OUTCOMES.choices()
    if form.page_status != 400:
        form.version.data = str(opened.version)
    waiting = matters("NFA", service.outstanding_of(opened))
    status = 200 if put_in and not form.errors else form.page_status
    return render_template("mash/decide.html", case=opened, form=form, waiting=waiting, offered=offered), status


def _proposed(form: DecisionForm) -> ProposedDecision:
    return ProposedDecision(
        children=list(form.children.data or []),
        outcome=form.outcome.data or "",
        rationale=form.rationale.data or "",
        override_reason=form.override_reason.data or "",
        tell_referrer=form.tell_referrer.data or "",
        feedback=form.feedback.data or "",
        feedback_withheld_reason=form.feedback_withheld_reason.data or "",
    )
