"""The desk's pages about flags: one flag and its review, several at once, and what speaks for a child's safety."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import Conflict, NotFound, NotPermitted, Problem, RuleBroken
from safeguard.kernel.numbers import whole_number
from safeguard.kernel.text import clean_text
from safeguard.mash.answering import version_of
from safeguard.mash.clocks import time_left
from safeguard.mash.flag_forms import EndFactorForm, FactorForm, FlagForm, FlagReviewForm, SecondPersonForm
from safeguard.mash.views import bp
from safeguard.people.candidates import clusters_of
from safeguard.people.identity import Identity, identity_of
from safeguard.risk import flag_review
from safeguard.risk.dashboard import family_of
from safeguard.risk.flag_queries import FlagInFull, flag_in_full, flags_in_full
from safeguard.risk.flag_review import OUTCOMES, Answer, answer_flags
from safeguard.risk.protective import end_factor, factor_in_full, factors_of, record_factor
from safeguard.risk.signals import SIGNAL_CARDS
from safeguard.web.fields import Form
from safeguard.web.refusals import refusals_shown

_CHANGED = "This flag changed while you were writing. Look at it as it is now; what you typed is kept below"


@bp.app_context_processor
def words_for_flags() -> dict[str, Any]:
    return {
        "flag_outcomes": OUTCOMES,
        "signal_cards": SIGNAL_CARDS,
        "time_left": lambda due: time_left(due, now()),
    }


@bp.route("/flags/<uuid:flag_id>", methods=["GET", "POST"])
@requires("flag.review")
def flag(flag_id: uuid.UUID) -> ResponseReturnValue:
    form = FlagReviewForm()
    if form.validate_on_submit():
        with refusals_shown(form, "reason", moved_on=_CHANGED):
            with transaction() as session:
                given = Answer(flag_id, version_of(form), form.outcome.data or "", form.reason.data or "")
                (answered,) = answer_flags(session, actor(), [given], at=now())
            flash("Your answer is recorded" + (". A second person will look at it" if answered.waits else ""))
            return redirect(_back(answered.person_id))
    return _flag_page(flag_id, form=form, second=None)


@bp.post("/flags/<uuid:flag_id>/second")
@requires("flag.confirm")
def second_person(flag_id: uuid.UUID) -> ResponseReturnValue:
    form = SecondPersonForm()
    if form.validate():
        act = flag_review.confirm if form.agree.data == "yes" else flag_review.send_back
        try:
            with refusals_shown(form, "reason", moved_on=_CHANGED):
                with transaction() as session:
                    found = act(session, actor(), flag_id, reason=form.reason.data or "", version=version_of(form), at=now())
                flash("The flag is closed" if form.agree.data == "yes" else "The flag is sent back and open again")
                return redirect(_back(found.person_id))
        except NotPermitted:
            form.show_problems([Problem("agree", "You gave the first answer. Somebody else must look at it")])
    return _flag_page(flag_id, form=None, second=form)


@bp.post("/flags/<uuid:flag_id>/acknowledge")
@requires("flag.review")
def acknowledge_flag(flag_id: uuid.UUID) -> ResponseReturnValue:
    form = FlagForm()
    try:
        with transaction() as session:
            flag_review.acknowledge(session, actor(), flag_id, version=version_of(form), at=now())
        flash("You have acknowledged this flag. It still needs an answer")
    except Conflict:
        flash("This flag changed while the page was open. This is how it is now", "problem")
    return redirect(url_for("mash.flag", flag_id=flag_id, case=_case()))


@bp.post("/flags/<uuid:flag_id>/owner")
@requires("flag.review")
def give_flag(flag_id: uuid.UUID) -> ResponseReturnValue:
    form = FlagForm()
    try:
        to = uuid.UUID(form.owner.data) if form.owner.data else None
    except ValueError:
        abort(400)
    try:
        with transaction() as session:
            flag_review.give(session, actor(), flag_id, to=to, version=version_of(form), at=now())
        flash("You own this flag now" if to == actor().account_id else "The owner is changed")
    except Conflict:
        flash("This flag changed while the page was open. This is how it is now", "problem")
    except RuleBroken as refusal:
        flash(refusal.problems[0].message, "problem")
    return redirect(url_for("mash.flag", flag_id=flag_id, case=_case()))


def _flag_page(flag_id: uuid.UUID, *, form: Form | None, second: Form | None) -> ResponseReturnValue:
    with transaction() as session:
        full = flag_in_full(session, actor(), flag_id)
        person_id = full.flag.person_id
        said = clusters_of(session, [person_id])[person_id]
        factors = factors_of(session, [person_id])
        people = flag_review.reviewers(session) if full.is_open else []
        audit(session, actor(), "flag.viewed", subject_kind="person", subject_id=person_id, flag=str(flag_id))
    typed = form or second
    status = typed.page_status if typed else 200
    if form is None:
        form = FlagReviewForm(formdata=None)
    if second is None:
        second = SecondPersonForm(formdata=None)
    if status != 400:
        form.version.data = second.version.data = str(full.flag.version)
    return render_template(
        "mash/flag.html", full=full, name=identity_of(said).name if said else "A record joined to another",
        form=typed, answer=form, second=second, factors=factors.get(person_id, ()), reviewers=people, case_id=_case(),
        own_answer=full.flag.reviewed_by == actor().account_id, lost=status == 409,
    ), status


def _case() -> uuid.UUID | None:
    """The case the reader came from, for the way back."""
    try:
        return uuid.UUID(request.args["case"]) if request.args.get("case") else None
    except ValueError:
        abort(404)


def _back(person_id: uuid.UUID) -> str:
    case_id = _case()
    if case_id:
        return url_for("mash.case", referral_id=case_id, _anchor="flags")
    return url_for("mash.person", person_id=person_id, _anchor="flags")


@dataclass(frozen=True, slots=True)
class _Typed:
    """One flag of the page for several, with what was typed for it."""

    full: FlagInFull
    name: str
    version: str
    outcome: str
    reason: str
    errors: Mapping[str, str]


@bp.route("/people/<uuid:person_id>/answers", methods=["GET", "POST"])
@requires("flag.review")
def answer_several(person_id: uuid.UUID) -> ResponseReturnValue:
    """Every open flag of a child and their brothers and sisters on one page; each answered has its own reason."""
    errors: dict[tuple[uuid.UUID, str], str] = {}
    status = 200
    if request.method == "POST":
        given = _given()
        errors = {(one.flag_id, p.field): p.message for one in given for p in flag_review.problems_of(one)}
        status = 400
        if not errors and given:
            try:
                with transaction() as session:
                    answered = answer_flags(session, actor(), given, at=now())
                waits = sum(one.waits for one in answered)
                more = f". {waits} of them wait for a second person" if waits else ""
                flash(f"{len(answered)} {'answer is' if len(answered) == 1 else 'answers are'} recorded{more}")
                return redirect(url_for("mash.person", person_id=person_id, _anchor="flags"))
            except Conflict:
                status = 409
    with transaction() as session:
        rows, names = _several(session, person_id, errors, keep_versions=status == 400)
    changed = status == 409
    return render_template(
        "mash/answers.html", person_id=person_id, rows=rows, name=names[person_id].name, changed=changed,
        nothing=request.method == "POST" and not changed and not errors,
        problems=[
            {"text": f"{row.name}, {row.full.flag.signal}: {words}", "href": f"#{field}-{row.full.flag.id}"}
            for row in rows for field, words in row.errors.items()
        ],
    ), status


def _given() -> list[Answer]:
    """The answers of the page: flags left without outcome and reason are not answered."""
    given: list[Answer] = []
    for name in request.form:
        if not name.startswith("outcome-") and not name.startswith("reason-"):
            continue
        try:
            flag_id = uuid.UUID(name.partition("-")[2])
        except ValueError:
            abort(400)
        outcome, reason, version = _typed(flag_id)
        if (outcome or reason) and all(one.flag_id != flag_id for one in given):
            number = whole_number(version, 9) or 0
            given.append(Answer(flag_id, number, outcome, reason))
    return given


def _typed(flag_id: uuid.UUID) -> tuple[str, str, str]:
    answers = request.form
    return (
        answers.get(f"outcome-{flag_id}", ""), clean_text(answers.get(f"reason-{flag_id}", "")), answers.get(f"version-{flag_id}", "")
    )


def _several(
    session: Session, person_id: uuid.UUID, errors: Mapping[tuple[uuid.UUID, str], str], *, keep_versions: bool
) -> tuple[Sequence[_Typed], Mapping[uuid.UUID, Identity]]:
    family = family_of(session, actor(), person_id)
    names = {key: identity_of(said) for key, said in clusters_of(session, family).items() if said}
    if person_id not in names:
        raise NotFound("person")
    rows = []
    for full in flags_in_full(session, actor(), family):
        if not full.is_open or full.flag.waits:
            continue
        outcome, reason, version = _typed(full.flag.id)
        rows.append(
            _Typed(
                full, names[full.flag.person_id].name, version if keep_versions and version else str(full.flag.version),
                outcome, reason,
                {field: words for (flag_id, field), words in errors.items() if flag_id == full.flag.id},
            )
        )
    for one in names:
        audit(session, actor(), "person.viewed", subject_kind="person", subject_id=one)
    return rows, names


@bp.route("/people/<uuid:person_id>/protective", methods=["GET", "POST"])
@requires("protective.record")
def protective(person_id: uuid.UUID) -> ResponseReturnValue:
    form = FactorForm()
    if form.validate_on_submit():
        with refusals_shown(form, "reason"):
            with transaction() as session:
                record_factor(
                    session, actor(), person_id, kind=form.kind.data or "", observed_on=form.observed_on.data,
                    reason=form.reason.data or "", at=now(),
                )
            flash("What speaks for the child's safety is recorded. Every flag stays as it was")
            return redirect(url_for("mash.person", person_id=person_id, _anchor="protective"))
    with transaction() as session:
        said = clusters_of(session, [person_id])[person_id]
        if not said:
            raise NotFound("person")
        audit(session, actor(), "person.viewed", subject_kind="person", subject_id=person_id)
    return render_template("mash/protective.html", form=form, person_id=person_id, name=identity_of(said).name), form.page_status


@bp.route("/protective/<uuid:factor_id>/end", methods=["GET", "POST"])
@requires("protective.record")
def end_protective(factor_id: uuid.UUID) -> ResponseReturnValue:
    form = EndFactorForm()
    if form.validate_on_submit():
        with refusals_shown(form, "reason", moved_on=_CHANGED):
            with transaction() as session:
                end_factor(session, actor(), factor_id, reason=form.reason.data or "", version=version_of(form), at=now())
                person_id = factor_in_full(session, actor(), factor_id).person_id
            flash("It no longer speaks for the child's safety, and stays on the record")
            return redirect(url_for("mash.person", person_id=person_id, _anchor="protective"))
    with transaction() as session:
        full = factor_in_full(session, actor(), factor_id)
        audit(session, actor(), "person.viewed", subject_kind="person", subject_id=full.person_id)
    if form.page_status != 400:
        form.version.data = str(full.factor.version)
    return render_template("mash/end_protective.html", form=form, full=full), form.page_status
