"""The pages of whose a referral is, and of how much everybody has."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from safeguard.access.guard import actor, requires
from safeguard.access.policy import permits
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import Conflict, NotFound
from safeguard.mash.allocation import queries, service
from safeguard.mash.allocation.forms import AllocationForm, BringBackForm
from safeguard.mash.answering import opened_case
from safeguard.mash.views import bp
from safeguard.web.refusals import refusals_shown

_QUICKER = "Somebody was quicker: look whose it is now, then save. What you typed is kept"


@bp.route("/referrals/<uuid:referral_id>/worker", methods=["GET", "POST"])
@requires("desk.take")
def worker(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Whose a referral is and was, and giving it to somebody or back to the queue."""
    form = AllocationForm()
    if form.validate_on_submit():
        with refusals_shown(form, "to", moved_on=_QUICKER):
            with transaction() as session:
                service.allocate(
                    session, actor(), referral_id, to=form.chosen, reason=form.reason.data or "", seen=form.stood, at=now()
                )
            flash("It is kept whose the referral is")
            return redirect(url_for("mash.case", referral_id=referral_id))
    with transaction() as session:
        case = opened_case(session, referral_id)
        stretches = queries.stretches_of(session, referral_id)
        may = case.worker is None or case.worker.account_id == actor().account_id or permits(actor(), "desk.allocate")
        someone = permits(actor(), "desk.allocate") or (case.worker is not None and case.worker.account_id == actor().account_id)
        form.to.choices = [("", "Nobody: it waits in the queue")] + [
            (str(one.id), f"{one.name}{' (you)' if one.id == actor().account_id else ''}")
            for one in queries.workers(session)
            if someone or one.id == actor().account_id
        ]
        if form.page_status != 400:
            form.seen.data = str(case.worker.allocation_id) if case.worker else ""
        return render_template("mash/worker.html", case=case, stretches=stretches, may=may, form=form), form.page_status


@bp.post("/referrals/<uuid:referral_id>/take")
@requires("desk.take")
def take(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Take a referral that is nobody's."""
    try:
        with transaction() as session:
            service.allocate(session, actor(), referral_id, to=actor().account_id, reason="", seen=None, at=now())
        flash("The referral is yours now")
    except Conflict:
        flash("Somebody was quicker: it is theirs now", "problem")
    return redirect(url_for("mash.case", referral_id=referral_id))


@bp.get("/workload")
@requires("desk.take")
def workload() -> ResponseReturnValue:
    """How many undecided referrals everybody has."""
    with transaction() as session:
        found = queries.loads(session)
        audit(session, actor(), "workload.viewed", rows=len(found))
    return render_template("mash/workload.html", found=found)


@bp.route("/workload/<uuid:account_id>", methods=["GET", "POST"])
@requires("desk.take")
def bring_back(account_id: uuid.UUID) -> ResponseReturnValue:
    """Put all that somebody has back into the queue: they are away, or left."""
    if account_id != actor().account_id and not permits(actor(), "desk.allocate"):
        raise NotFound("worker")  # as somebody who is not there
    form = BringBackForm()
    if form.validate_on_submit():
        with refusals_shown(form, "reason"):
            with transaction() as session:
                count = service.bring_back(session, actor(), account_id, reason=form.reason.data or "", at=now())
            flash(f"{count} referrals are back in the queue" if count != 1 else "One referral is back in the queue")
            return redirect(url_for("mash.workload"))
    with transaction() as session:
        found = next((one for one in queries.loads(session) if one.account_id == account_id), None)
    if found is None:
        raise NotFound("worker")
    return render_template("mash/bring_back.html", one=found, form=form), form.page_status
