"""The pages of whoever answers for an agency: what it is asked, its answer, and the facts that go with it."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.concerns.fact_kinds import FACT_KINDS
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import NotFound
from safeguard.mash.answering import seen_of
from safeguard.mash.checks.answering import answer, give_fact, note_opened, own_request
from safeguard.mash.checks.forms import AnswerForm
from safeguard.mash.checks.queries import About, Request, put_to, request_for_agency
from safeguard.mash.checks.rules import takes_facts
from safeguard.mash.chronology import kind_named
from safeguard.mash.chronology_forms import form_for
from safeguard.mash.chronology_views import GROUPS
from safeguard.mash.paging import page_number
from safeguard.mash.views import bp
from safeguard.web.refusals import refusals_shown

_MOVED_ON = (
    "A colleague answered this while you were writing, or the front door withdrew it. What you typed is kept: look at the request again"
)
_NO_FACTS = "Your agency’s answer has changed, so it takes no facts now. What you typed is kept"


@bp.get("/requests")
@requires("check.answer")
def requests() -> ResponseReturnValue:
    """What this person's agency is asked."""
    closed = request.args.get("view") == "answered"
    with transaction() as session:
        found = put_to(session, actor(), closed=closed, page=page_number(), at=now())
        audit(session, actor(), "check.listed", page=found.page, rows=len(found.rows), shown=found.person_ids)
    return render_template("mash/checks/requests.html", found=found, closed=closed)


@bp.route("/requests/<uuid:check_id>", methods=["GET", "POST"])
@requires("check.answer")
def answer_request(check_id: uuid.UUID) -> ResponseReturnValue:
    form = AnswerForm()
    if form.validate_on_submit():
        with refusals_shown(form, "outcome", moved_on=_MOVED_ON):
            with transaction() as session:
                takes = _takes_facts(session, check_id, form)
            flash("Your answer is recorded")
            if takes:
                return redirect(url_for("mash.choose_fact", check_id=check_id))
            return redirect(url_for("mash.answer_request", check_id=check_id))
    found = _opened(check_id)
    if form.page_status == 200:
        form.seen.data = str(len(found.answers))
    return render_template("mash/checks/request.html", one=found, form=form), form.page_status


def _takes_facts(session: Session, check_id: uuid.UUID, form: AnswerForm) -> bool:
    """Record the answer; whether facts may go with it."""
    made = answer(session, actor(), check_id, form.proposed(), seen=seen_of(form), at=now())
    return takes_facts(made.outcome, made.sharing)


@bp.get("/requests/<uuid:check_id>/facts")
@requires("check.answer")
def choose_fact(check_id: uuid.UUID) -> ResponseReturnValue:
    found = _opened(check_id)
    return render_template("mash/checks/choose_fact.html", one=found, groups=GROUPS, kinds=FACT_KINDS)


@bp.route("/requests/<uuid:check_id>/facts/<uuid:record_id>/<code>", methods=["GET", "POST"])
@requires("check.answer")
def write_fact(check_id: uuid.UUID, record_id: uuid.UUID, code: str) -> ResponseReturnValue:
    kind = kind_named(code)
    form = form_for(kind)
    if form.validate_on_submit():
        with refusals_shown(form, "known_on", moved_on=_NO_FACTS):
            with transaction() as session:
                give_fact(session, actor(), check_id, record_id, kind, form.proposed(), at=now())
            flash("The fact is recorded")
            return redirect(url_for("mash.choose_fact", check_id=check_id))
    found = _opened(check_id)
    return render_template("mash/checks/fact.html", one=found, form=form, kind=kind, about=_about(found, record_id)), form.page_status


def _about(found: Request, record_id: uuid.UUID) -> About:
    about = next((one for one in found.people if one.record_id == record_id), None)
    if about is None:
        raise NotFound("person")
    return about


def _opened(check_id: uuid.UUID) -> Request:
    """The request as the agency reads it; that it was opened is noted, with everybody it tells of."""
    with transaction() as session:
        check = own_request(session, actor(), check_id)
        note_opened(session, actor(), check, at=now())
        found = request_for_agency(session, check_id, at=now())
        if found is None:
            raise NotFound("request for information")
        # The referral is no part of what the agency was told, so it is not the subject here.
        audit(session, actor(), "check.viewed", subject_kind="check", subject_id=check_id, shown=found.person_ids)
    return found
