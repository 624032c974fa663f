"""The audit browser."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from safeguard.access.guard import actor, requires
from safeguard.audit.actions import ACTIONS
from safeguard.audit.service import record
from safeguard.governance.forms import YEARS, AuditSearchForm
from safeguard.governance.queries import AuditPage, Sought, account_with, account_words, audit_page, referral_with
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import Problem

bp = Blueprint("governance", __name__)

Read = TypeVar("Read")


@bp.get("/audit")
@requires("audit.read")
def audit() -> ResponseReturnValue:
    before = _argument("before", int)
    if before is not None and not 0 < before < 10**18:
        abort(400)
    subject = _argument("subject", uuid.UUID)
    sought = Sought(
        action=_argument("action", lambda code: ACTIONS[code] and code),
        subject_id=str(subject) if subject else None,
        account_id=_argument("account", uuid.UUID),
        since=_argument("since", _day),
        until=_argument("until", _day),
    )
    form = AuditSearchForm(data={"action": sought.action, "since": sought.since, "until": sought.until, "about": sought.subject_id})
    with transaction() as session:
        return _page(session, form, sought, before)


@bp.post("/audit")
@requires("audit.read")
def search() -> ResponseReturnValue:
    """Turn what was typed into an address without anything personal in it, and go there."""
    form = AuditSearchForm()
    form.validate()
    with transaction() as session:
        subject = referral_with(session, form.reference) if form.reference else form.subject
        account = account_with(session, form.email.data) if form.email.data else None
        if form.reference and not subject:
            form.show_problems([Problem("about", f"No referral has the reference {form.reference}")])
        if form.email.data and not account:
            form.show_problems([Problem("email", "No account has this email address")])
        if form.errors:
            return _page(session, form, Sought(), None), 400
    return redirect(
        url_for(
            "governance.audit", subject=subject, account=account, action=form.action.data or None,
            since=form.since.data, until=form.until.data,
        )
    )


def _page(session: Session, form: AuditSearchForm, sought: Sought, before: int | None) -> str:
    refused = bool(form.errors)
    page = AuditPage((), None) if refused else audit_page(session, actor(), sought, before=before)
    by = account_words(session, sought.account_id) if sought.account_id else ""
    record(
        session, actor(), "audit.viewed", rows=len(page.lines), action_filter=sought.action, about=sought.subject_id,
        by=str(sought.account_id) if sought.account_id else None,
    )
    return render_template("governance/audit.html", page=page, form=form, refused=refused, by=by, sought=sought, link=_link(sought))


def _link(sought: Sought) -> Callable[..., str]:
    """Addresses of the same search with something changed."""
    same = {
        "action": sought.action, "subject": sought.subject_id, "account": sought.account_id,
        "since": sought.since, "until": sought.until,
    }  # fmt: skip
    return lambda **changes: url_for("governance.audit", **{**same, **changes})


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError(text)
    return day


def _argument(name: str, read: Callable[[str], Read]) -> Read | None:
    """A part of the address, read strictly: the page makes these addresses, so anything else is no page of ours."""
    text: Any = request.args.get(name, "")
    if not text:
        return None
    try:
        if not text.isascii() or len(text) > 64:
            raise ValueError(name)
        return read(text)
    except (ValueError, KeyError):
        abort(400)
