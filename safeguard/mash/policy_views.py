"""The risk policy: what it says, trying a draft over the past year, and adopting it."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from safeguard.access.guard import actor, requires
from safeguard.agencies.service import agency_names
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import now
from safeguard.kernel.codes.concern_category import CONCERN_CATEGORIES
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import Conflict, Problem, RuleBroken
from safeguard.kernel.numbers import whole_number
from safeguard.mash.policy_forms import AdoptForm, DraftForm
from safeguard.mash.views import bp
from safeguard.people.candidates import clusters_of
from safeguard.people.identity import identity_of
from safeguard.risk import policy_trial
from safeguard.risk.age_band import AGE_BANDS
from safeguard.risk.policy import NAMES, Policy
from safeguard.risk.policy_adoption import adopt, adoption_at, adoptions, place_in_force, read_draft
from safeguard.risk.policy_in_force import policy_in_force, read_policy, unsaid
from safeguard.risk.policy_words import differences, in_words
from safeguard.risk.trial_summary import TrialSummary, hours_a_week, summary_of
from safeguard.web.refusals import refusals_shown

_EXAMPLES = 40
_MINUTES = 30
_LARGEST_DRAFT = 400_000


@bp.get("/risk/policy")
@requires("policy.view")
def risk_policy() -> ResponseReturnValue:
    with transaction() as session:
        policy = policy_in_force(session)
        history = adoptions(session, actor())
        begun = policy_trial.trials(session, actor())
        audit(session, actor(), "policy.viewed", subject_kind="policy", subject_id=policy.version)
    missing = unsaid(history[0][0].text) if history else ()
    shipped = [(name, Policy.named(name)) for name in NAMES]
    return render_template(
        "mash/policy.html", policy=policy, signals=in_words(policy), history=history, missing=missing, shipped=shipped,
        trials=begun,
    )


@bp.get("/risk/policy/<int(max=99999):place>")
@requires("policy.view")
def adopted_policy(place: int) -> ResponseReturnValue:
    """One adopted policy, and what it changed."""
    with transaction() as session:
        row = adoption_at(session, actor(), place)
        before = read_policy(adoption_at(session, actor(), place - 1).text) if place > 1 else None
        audit(session, actor(), "policy.viewed", subject_kind="policy", subject_id=row.version)
        who = next(name for one, name in adoptions(session, actor()) if one.place == place)
    changes = differences(before or Policy.load(), read_policy(row.text))
    return render_template("mash/policy_adopted.html", row=row, who=who, changes=changes)


@bp.route("/risk/policy/try", methods=["GET", "POST"])
@requires("policy.adopt")
def try_policy() -> ResponseReturnValue:
    form = DraftForm()
    if form.is_submitted():
        if form.validate():
            try:
                text = _draft_of(form)
                form.text.data = text
                with transaction() as session:
                    trial = policy_trial.start(session, actor(), read_draft(session, text), at=now())
                return redirect(url_for("mash.policy_trial_page", trial_id=trial.id))
            except RuleBroken as refusal:
                form.show_problems(
                    [Problem("text", p.message if p.field in {"text", "policy"} else f"{p.field}: {p.message}") for p in refusal.problems]
                )
    else:
        name = request.args.get("from", "")
        form.text.data = (Policy.named(name) if name in NAMES else policy_in_force(db.session())).text
    return render_template("mash/policy_try.html", form=form), form.page_status


def _draft_of(form: DraftForm) -> str:
    """The uploaded file where there is one, otherwise what was typed."""
    upload = form.file.data
    if not upload or not upload.filename:
        return (form.text.data or "").replace("\r\n", "\n")
    raw = upload.stream.read(_LARGEST_DRAFT + 1)
    if len(raw) > _LARGEST_DRAFT:
        raise RuleBroken([Problem("text", "The file is too large to be a policy")])
    try:
        return str(raw.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise RuleBroken([Problem("text", "The file must be text in UTF-8")]) from error


@bp.get("/risk/policy/trials/<uuid:trial_id>")
@requires("policy.adopt")
def policy_trial_page(trial_id: uuid.UUID) -> ResponseReturnValue:
    return _trial_page(trial_id, AdoptForm(formdata=None), 200)


@bp.post("/risk/policy/trials/<uuid:trial_id>/go-on")
@requires("policy.adopt")
def go_on(trial_id: uuid.UUID) -> ResponseReturnValue:
    """One more step of a trial: worked out while nothing is held, then kept."""
    step = policy_trial.next_step(db.session(), policy_trial.trial_of(db.session(), actor(), trial_id))
    if step is not None:
        with transaction() as session:
            policy_trial.keep_step(session, step, at=now())
    return redirect(url_for("mash.policy_trial_page", trial_id=trial_id))


@bp.post("/risk/policy/trials/<uuid:trial_id>/adopt")
@requires("policy.adopt")
def adopt_policy(trial_id: uuid.UUID) -> ResponseReturnValue:
    form = AdoptForm()
    words = "Another policy was adopted while this page was open. Look at it, and try this draft again against it"
    if form.validate():
        with refusals_shown(form, "reason", moved_on=words):
            seen = whole_number(form.seen.data, 9)
            if seen is None:
                raise Conflict("the form does not say which policy was in force")
            with transaction() as session:
                row = adopt(session, actor(), trial_id, reason=form.reason.data or "", seen_place=seen, at=now())
            flash(f"Policy {row.version} is in force now")
            return redirect(url_for("mash.risk_policy"))
    return _trial_page(trial_id, form, form.page_status)


def _trial_page(trial_id: uuid.UUID, form: AdoptForm, status: int) -> ResponseReturnValue:
    with transaction() as session:
        trial = policy_trial.trial_of(session, actor(), trial_id)
        progress = policy_trial.progress_of(session, trial)
        if trial.finished_at is None:
            return render_template("mash/policy_trial_running.html", trial=trial, progress=progress), status
        place = place_in_force(session)
        outdated = policy_in_force(session).text != trial.compared_with
        summary = summary_of((str(child), found) for child, found in policy_trial.results_of(session, trial))
        names = _names(session, summary)
        agencies = agency_names(session, {uuid.UUID(key) for key in summary.by_agency if key})
        audit(
            session, actor(), "policy.viewed", subject_kind="policy", subject_id=trial.version, trial=str(trial_id),
            shown=[uuid.UUID(key) for key in names],
        )
    form.seen.data = str(place)
    minutes = _minutes()
    return render_template(
        "mash/policy_trial.html", form=form, trial=trial, progress=progress, summary=summary, names=names,
        agencies={str(key): words for key, words in agencies.items()}, bands=AGE_BANDS, kind_words=dict(CONCERN_CATEGORIES.choices()),
        minutes=minutes, weeks=policy_trial.WEEKS, examples=_EXAMPLES, outdated=outdated, place=place,
        changes=differences(read_policy(trial.compared_with), read_policy(trial.text)),
        hours=tuple(hours_a_week(one, minutes, policy_trial.WEEKS) for one in (summary.reviews.now, summary.reviews.draft)),
    ), status


def _names(session: Session, summary: TrialSummary) -> dict[str, str]:
    """The names of the children of the examples shown."""
    shown = {uuid.UUID(one.child) for part in (summary.appear, summary.vanish) for one in part[:_EXAMPLES]}
    clusters = clusters_of(session, shown)
    return {str(key): identity_of(said).name if said else "A record joined to another" for key, said in clusters.items()}


def _minutes() -> int:
    """Minutes a review takes: an assumption the reader may change."""
    told = whole_number(request.args.get("minutes"), 3) or _MINUTES
    return told if told <= 600 else _MINUTES
