"""Pages of the referral: the list, the task list, one page a question, checking, sending, and what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import Conflict, NotFound, Problem, RuleBroken
from safeguard.kernel.numbers import whole_number
from safeguard.referrals import drafts
from safeguard.referrals.addenda import addenda_of
from safeguard.referrals.answers import told
from safeguard.referrals.asking import form_of, problems_here, with_answer
from safeguard.referrals.completeness import problems_of, sections
from safeguard.referrals.draft_document import MEMBERS, asks_again, children_named, entered_by, members, name_of, plain, without
from safeguard.referrals.forms import QuestionForm, once_key
from safeguard.referrals.guidance_in_use import guidance_in_use
from safeguard.referrals.journey import (
    NEW,
    QUESTIONS,
    Step,
    after_changing,
    exists,
    first_page,
    following,
    page_of,
    plain_title_of,
    steps,
    title_of,
)
from safeguard.referrals.model import Referral
from safeguard.referrals.queries import drafts_page
from safeguard.referrals.queries import followed as followed_page
from safeguard.referrals.standing import standings
from safeguard.referrals.submission import submit as submit_draft
from safeguard.web.fields import Form

bp = Blueprint("referrals", __name__)

_STALE = (
    "This referral was changed in another window since you opened this page. What you typed is still here: "
    "check it and save again"
)


_ONCE_BYTES = 9


class Confirmed(Form):
    """A button that changes something, with the version of the draft it was shown for."""


@bp.get("/referrals")
@requires("referral.follow")
def followed() -> ResponseReturnValue:
    with transaction() as session:
        drafted = drafts_page(session, actor(), page=request.args.get("drafts", 1, type=int))
        listed = followed_page(session, actor(), page=request.args.get("page", 1, type=int))
        standing = standings(session, [one.id for one in listed.lines])
        audit(
            session, actor(), "referral.listed", page=listed.page, drafts_page=drafted.page,
            count=len(drafted.lines) + len(listed.lines),
        )
    return render_template("referrals/followed.html", drafted=drafted, listed=listed, standing=standing, button=Confirmed())


@bp.post("/referrals/new")
@requires("referral.write")
def start() -> ResponseReturnValue:
    with transaction() as session:
        draft = drafts.start(session, actor(), at=now())
    return redirect(_address(draft.id, Step("danger")))


@bp.get("/referrals/<uuid:referral_id>")
@requires("referral.write")
def tasks(referral_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        referral = drafts.referral_of(session, actor(), referral_id)
        if referral.status == "submitted":
            return redirect(url_for("referrals.view", referral_id=referral_id))
        drafts.opened(session, actor(), referral, "tasks")
    return render_template(
        "referrals/tasks.html",
        referral=referral,
        guidance=guidance_in_use(),
        sections=sections(referral.document, today()),
        children=children_named(referral.document),
        address=_address,
    )


@bp.route("/referrals/<uuid:referral_id>/questions/<question>", methods=["GET", "POST"])
@bp.route("/referrals/<uuid:referral_id>/questions/<question>/<key>", methods=["GET", "POST"])
@requires("referral.write")
def question(referral_id: uuid.UUID, question: str, key: str | None = None) -> ResponseReturnValue:
    step = Step(question, key)
    with transaction() as session:
        referral = drafts.referral_of(session, actor(), referral_id)
        if referral.status == "submitted":
            return redirect(url_for("referrals.confirmation", referral_id=referral_id))
        step = _entered_already(step, referral.document)
        if not exists(step, referral.document):
            raise NotFound("question")
        if request.method == "GET":
            drafts.opened(session, actor(), referral, str(step))
    form = form_of(step, referral.document, referral.version)
    if request.method == "GET":
        return _ask(referral, step, form)
    return _take_answer(referral, step, form)


def _entered_already(step: Step, document: Mapping[str, Any]) -> Step:
    """Somebody who goes back to the page that entered a child and saves again means the same child."""
    once = once_key(request.values.get("once"))
    return Step(step.question, entered_by(document, once) or NEW) if step.key == NEW else step


def _take_answer(referral: Referral, step: Step, form: QuestionForm) -> ResponseReturnValue:
    """Store the answer and go on, or show the page again with everything that was typed and what to mend."""
    form.validate()
    wrong = dict(form.errors)
    changed, step_now = with_answer(step, referral.document, form)
    found = problems_here(step_now, changed, form, today())
    form.show_problems([problem for problem in found if problem.field not in wrong])
    if form.errors:
        with transaction() as session:
            drafts.opened(session, actor(), referral, str(step))
        return _ask(referral, step, form), 400
    changes = {name: value for name, value in changed.items() if referral.document.get(name) != value}
    changes |= dict.fromkeys(set(referral.document) - set(changed))
    try:
        with transaction() as session:
            draft = drafts.draft_of(session, actor(), referral.id, to_change=True)
            drafts.save_answers(session, actor(), draft, changes=changes, version=_version(form.version.data))
    except Conflict:
        return _ask_again(referral.id, step, form)
    return redirect(_next(referral.id, step_now, changed, form))


def _ask_again(referral_id: uuid.UUID, step: Step, form: QuestionForm) -> ResponseReturnValue:
    """The page once more over the draft as it is now, for somebody whose page had grown old."""
    with transaction() as session:
        referral = drafts.draft_of(session, actor(), referral_id)
        drafts.opened(session, actor(), referral, str(step))
    if not exists(step, referral.document):
        raise Conflict("the draft no longer has what this page is about")
    form = form_of(step, referral.document, referral.version)
    form.version.data = str(referral.version)
    form.show_problems([Problem(form.questions[0].name, _STALE)])
    return _ask(referral, step, form), 409


def _next(referral_id: uuid.UUID, step: Step, document: dict[str, Any], form: QuestionForm) -> str:
    """Where to go after an answer: onwards, or back to the check page for whoever came from there."""
    place = step.question
    if "more" in form and form["more"].data == "yes":
        return _address(referral_id, first_page(place))
    if request.args.get("then") == "check":
        then = after_changing(step, document)
        return _address(referral_id, then, then="check") if then else url_for("referrals.check", referral_id=referral_id)
    onwards = following(step, document)
    return _address(referral_id, onwards) if onwards else url_for("referrals.check", referral_id=referral_id)


def _ask(referral: Referral, step: Step, form: QuestionForm) -> str:
    title = title_of(step, referral.document)
    if step.key == NEW:
        form.once.data = once_key(request.values.get("once")) or token_urlsafe(_ONCE_BYTES)
    if len(form.questions) == 1 and form.asked_by_heading:
        form.questions[0].label.text = title
    place = step.question
    listed = []
    if "more" in form:
        listed = [(one["key"], name_of(referral.document, one["key"])) for one in members(referral.document, place)]
        form["more"].label.text = _MORE[place, bool(listed)]
    return render_template(
        "referrals/question.html",
        referral=referral,
        step=step,
        title=title,
        plain_title=plain_title_of(step),
        form=form,
        listed=listed,
        back=_back(referral, step),
        first_question=first_page(place).question if listed else None,
        section=QUESTIONS[step.question].section,
        guidance=guidance_in_use(),
    )



_MORE = {
    ("children", False): "Do you want to add a child?",
    ("children", True): "Do you want to add another child?",
    ("people", False): "Do you want to add a parent, a carer or somebody else?",
    ("people", True): "Do you want to add another person?",
    ("addresses", False): "Do you want to add an address?",
    ("addresses", True): "Do you want to add another address?",
}


def _back(referral: Referral, step: Step) -> str:
    """The page before this one, which GOV.UK pages link at the top."""
    if request.args.get("then") == "check":
        return url_for("referrals.check", referral_id=referral.id)
    if step.key == NEW:
        return _address(referral.id, Step(QUESTIONS[step.question].place))
    order = steps(referral.document)
    place = order.index(step)
    return _address(referral.id, order[place - 1]) if place else url_for("referrals.tasks", referral_id=referral.id)


def _address(referral_id: uuid.UUID, step: Step, then: str | None = None) -> str:
    once = token_urlsafe(_ONCE_BYTES) if step.key == NEW else None
    return url_for("referrals.question", referral_id=referral_id, question=step.question, key=step.key, then=then, once=once)


def _version(text: Any) -> int:
    """The version a page was shown for; one that never is where it was tampered with."""
    number = whole_number(text, 9)
    return -1 if number is None else number


@bp.route("/referrals/<uuid:referral_id>/remove/<key>", methods=["GET", "POST"])
@requires("referral.write")
def remove(referral_id: uuid.UUID, key: str) -> ResponseReturnValue:
    """Take a child, a person or an address out of a draft, after asking."""
    with transaction() as session:
        draft = drafts.draft_of(session, actor(), referral_id, to_change=request.method == "POST")
        place = next((one for one in MEMBERS if key in _keys(draft, one)), None)
        if place is None:
            raise NotFound("member")
        if request.method == "GET":
            drafts.opened(session, actor(), draft, f"remove:{key}")
        else:
            changed = asks_again(draft.document, without(draft.document, key))
            version = _version(request.form.get("version"))
            drafts.save_answers(session, actor(), draft, changes=changed, version=version)
    back = _address(referral_id, Step(place))
    if request.method == "POST":
        return redirect(back)
    return render_template(
        "referrals/remove.html", referral=draft, name=name_of(draft.document, key), button=Confirmed(), back=back
    )


def _keys(draft: Referral, place: str) -> set[str]:
    return {one["key"] for one in members(draft.document, place)}


@bp.route("/referrals/<uuid:referral_id>/delete", methods=["GET", "POST"])
@requires("referral.write")
def delete(referral_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        draft = drafts.draft_of(session, actor(), referral_id, to_change=request.method == "POST")
        if request.method == "POST":
            drafts.delete(session, actor(), draft, version=_version(request.form.get("version")))
            return redirect(url_for("referrals.followed"))
        drafts.opened(session, actor(), draft, "delete")
    return render_template(
        "referrals/delete.html", referral=draft, children=children_named(draft.document), button=Confirmed()
    )


@bp.get("/referrals/<uuid:referral_id>/check")
@requires("referral.write")
def check(referral_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        referral = drafts.referral_of(session, actor(), referral_id)
        if referral.status == "submitted":
            return redirect(url_for("referrals.confirmation", referral_id=referral_id))
        drafts.opened(session, actor(), referral, "check")
    return _check_page(referral, [])


def _check_page(referral: Referral, problems: list[tuple[str, str]]) -> str:
    return render_template(
        "referrals/check.html",
        referral=referral,
        cards=told(referral.document),
        problems=problems,
        unfinished=[one for one in sections(referral.document, today()) if one.state != "complete"],
        address=_address,
        change=lambda step: _address(referral.id, step, then="check"),
        button=Confirmed(),
    )


@bp.post("/referrals/<uuid:referral_id>/submit")
@requires("referral.write")
def submit(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Send the referral. Sending it twice leads to the one confirmation page."""
    try:
        with transaction() as session:
            referral = drafts.referral_of(session, actor(), referral_id, to_change=True)
            if referral.status == "draft":
                referral.document = plain(referral.document)
                submit_draft(session, actor(), referral, version=_version(request.form.get("version")))
    except (RuleBroken, Conflict) as refused:
        return _refuse(referral_id, refused)
    return redirect(url_for("referrals.confirmation", referral_id=referral_id))


def _refuse(referral_id: uuid.UUID, refused: RuleBroken | Conflict) -> ResponseReturnValue:
    """The check page again, with a link to each page that has something to mend."""
    with transaction() as session:
        referral = drafts.referral_of(session, actor(), referral_id)
        drafts.opened(session, actor(), referral, "check")
    if referral.status == "submitted":
        return redirect(url_for("referrals.confirmation", referral_id=referral_id))
    if isinstance(refused, Conflict):
        words = "This referral was changed in another window. Check it as it stands now, then send it"
        return _check_page(referral, [(words, "#check")]), 409
    links = []
    for problem in problems_of(referral.document, today()):
        step = page_of(problem, referral.document)
        subject = f"{name_of(referral.document, step.key)}: " if step.key and step.key != NEW else ""
        href = _address(referral_id, step, then="check") if exists(step, referral.document) else "#check"
        links.append((f"{subject}{problem.message}", href))
    return _check_page(referral, links), 400


@bp.get("/referrals/<uuid:referral_id>/sent")
@requires("referral.write")
def confirmation(referral_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        referral = drafts.referral_of(session, actor(), referral_id)
        if referral.status != "submitted":
            return redirect(url_for("referrals.check", referral_id=referral_id))
        audit(session, actor(), "referral.viewed", subject_kind="referral", subject_id=referral.id, page="confirmation")
    return render_template("referrals/confirmation.html", referral=referral)


@bp.get("/referrals/<uuid:referral_id>/followed")
@requires("referral.follow")
def view(referral_id: uuid.UUID) -> ResponseReturnValue:
    """A submitted referral as it was sent, where it stands, and what the front door said of it."""
    with transaction() as session:
        referral = drafts.referral_of(session, actor(), referral_id)
        if referral.status != "submitted":
            return redirect(url_for("referrals.tasks", referral_id=referral_id))
        standing = standings(session, [referral.id])[referral.id]
        added = addenda_of(session, referral.id, agency_id=actor().agency_id)
        audit(session, actor(), "referral.viewed", subject_kind="referral", subject_id=referral.id)
        if standing.feedback or standing.outcome:
            audit(session, actor(), "feedback.read", subject_kind="referral", subject_id=referral.id)
    return render_template(
        "referrals/view.html",
        referral=referral,
        standing=standing,
        added=added,
        cards=told(referral.document),
        children=children_named(referral.document),
    )
