"""The desk's pages of agency checks: ask, the work list, chase, withdraw, and write down what was said by telephone."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from safeguard.access.guard import actor, requires
from safeguard.agencies.model import Agency
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import Conflict, NotFound
from safeguard.local.in_use import in_use
from safeguard.mash.answering import opened_case, seen_of
from safeguard.mash.case import Case
from safeguard.mash.checks import asking
from safeguard.mash.checks.answering import write_down
from safeguard.mash.checks.forms import AskForm, Pressed, WithdrawForm, WriteDownForm
from safeguard.mash.checks.queries import VIEWS, Request, check_in_full, may_read, work_list
from safeguard.mash.checks.ready_questions import READY_QUESTIONS, names_in, texts_in
from safeguard.mash.clocks import UNRATED, answer_due
from safeguard.mash.clocks_in_use import clocks
from safeguard.mash.paging import page_number
from safeguard.mash.views import bp
from safeguard.web.refusals import refusals_shown

# Kinds of agency of which there are more than this are chosen from a list, one at a time.
_MOST_BOXES = 5
_OTHER_QUESTIONS = "Another version of the ready questions came into use while you were writing. Read them again, then ask"
_MOVED_ON = "Somebody answered or withdrew this request while you were writing. What you typed is kept: look at the request again"


@bp.route("/referrals/<uuid:referral_id>/checks/ask", methods=["GET", "POST"])
@requires("check.ask")
def ask_agencies(referral_id: uuid.UUID) -> ResponseReturnValue:
    form = AskForm()
    if form.validate_on_submit():
        with refusals_shown(form, "template", moved_on=_OTHER_QUESTIONS):
            with transaction() as session:
                made = asking.ask(session, actor(), referral_id, form.proposed(), at=now(), seen=seen_of(form))
                silent = _nobody_answers(session, [check.agency_id for check in made])
            flash("The agencies are asked" if made else "These agencies were asked this already, and have not answered yet")
            if silent:
                flash(f"Nobody at {silent} can sign in to answer. Telephone them, and write down what they say", "problem")
            return redirect(url_for("mash.case", referral_id=referral_id, _anchor="checks"))
    with transaction() as session:
        case = opened_case(session, referral_id)
        _offer(session, form, case)
        ready = in_use(session, READY_QUESTIONS, now())
        form.template.choices = names_in(ready.content)
        if form.page_status != 400:
            form.seen.data = str(ready.number)
        open_ = asking.is_open(case)
        policy = clocks(session, now())
    _half, due = answer_due(case.rating, now(), policy)
    hours = policy.agency_hours[case.rating or UNRATED]
    return render_template(
        "mash/checks/ask.html", case=case, form=form, questions=texts_in(ready.content), due=due, hours=hours, is_open=open_
    ), form.page_status


def _nobody_answers(session: Session, agency_ids: list[uuid.UUID]) -> str:
    """The names of the agencies where nobody can sign in to answer."""
    answering = asking.answering_accounts(session, agency_ids)
    found = [session.get(Agency, one) for one in agency_ids if one not in answering]
    return ", ".join(one.name for one in found if one)


def _offer(session: Session, form: AskForm, case: Case) -> None:
    """Fill in which agencies and people there are to choose from."""
    agencies = asking.agencies_to_ask(session, actor())
    many = {kind for kind, count in Counter(one.kind for one in agencies).items() if count > _MOST_BOXES}
    form.agencies.choices = [(str(one.id), one.name) for one in agencies if one.kind not in many]
    form.school.choices = [("", "None"), *((str(one.id), one.name) for one in agencies if one.kind in many)]
    restricted = asking.restricted_records(session, case)
    form.people.choices = [
        (str(record.id), case.identities[case.person_id(record)].name) for record in case.records if str(record.id) not in restricted
    ]


@bp.get("/checks")
@requires("check.ask")
def checks() -> ResponseReturnValue:
    """The requests that wait for an answer."""
    view = request.args.get("view") or "all"
    if view not in VIEWS:
        abort(404)
    with transaction() as session:
        found = work_list(session, actor(), view, page=page_number(), at=now())
        audit(session, actor(), "check.listed", view=view, page=found.page, rows=len(found.rows), shown=found.person_ids)
    return render_template("mash/checks/list.html", found=found, view=view, views=VIEWS, button=Pressed())


@bp.post("/checks/<uuid:check_id>/chase")
@requires("check.ask")
def chase_check(check_id: uuid.UUID) -> ResponseReturnValue:
    try:
        with transaction() as session:
            check, told = asking.chase(session, actor(), check_id, at=now())
            referral_id = check.referral_id
    except Conflict:
        with transaction() as session:
            referral_id = _request(session, check_id).check.referral_id
        flash("The request was answered or withdrawn already", "problem")
        return redirect(url_for("mash.case", referral_id=referral_id, _anchor="checks"))
    if told:
        flash("The agency was sent a reminder")
    else:
        flash("Nobody at this agency can sign in to answer. Telephone them: that you chased is noted", "problem")
    return redirect(url_for("mash.case", referral_id=referral_id, _anchor="checks"))


@bp.route("/checks/<uuid:check_id>/withdraw", methods=["GET", "POST"])
@requires("check.ask")
def withdraw_check(check_id: uuid.UUID) -> ResponseReturnValue:
    form = WithdrawForm()
    if form.validate_on_submit():
        with refusals_shown(form, "reason", moved_on=_MOVED_ON):
            with transaction() as session:
                check = asking.withdraw(session, actor(), check_id, reason=form.reason.data or "", at=now())
            flash("The request is withdrawn. What the agency was told stays on the record")
            return redirect(url_for("mash.case", referral_id=check.referral_id, _anchor="checks"))
    return _page("mash/checks/withdraw.html", check_id, {"form": form}), form.page_status


@bp.route("/checks/<uuid:check_id>/write-down", methods=["GET", "POST"])
@requires("check.ask")
def write_down_answer(check_id: uuid.UUID) -> ResponseReturnValue:
    form = WriteDownForm()
    if form.validate_on_submit():
        with refusals_shown(form, "outcome", moved_on=_MOVED_ON):
            with transaction() as session:
                write_down(session, actor(), check_id, form.proposed(), seen=seen_of(form), at=now())
                referral_id = _request(session, check_id).check.referral_id
            flash("The answer is recorded")
            return redirect(url_for("mash.case", referral_id=referral_id, _anchor="checks"))
    return _page("mash/checks/write_down.html", check_id, {"form": form}, keep_seen=form.page_status == 400), form.page_status


def _request(session: Session, check_id: uuid.UUID) -> Request:
    found = check_in_full(session, check_id, at=now())
    if found is None:
        raise NotFound("request for information")
    return found


def _page(template: str, check_id: uuid.UUID, more: Mapping[str, Any], *, keep_seen: bool = False) -> str:
    """A page about one request, with the view noted."""
    with transaction() as session:
        found = _request(session, check_id)
        audit(
            session, actor(), "check.viewed", subject_kind="referral", subject_id=found.check.referral_id, check=str(check_id),
            shown=found.person_ids,
        )  # fmt: skip
    form = more["form"]
    if "seen" in form and not keep_seen:
        form.seen.data = str(len(found.answers))
    return render_template(template, one=found, may_read=partial(may_read, actor()), **more)


