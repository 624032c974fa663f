"""The audit browser."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from safeguard.access.guard import actor, requires
from safeguard.audit.actions import ACTIONS
from safeguard.audit.service import record
from safeguard.governance.queries import audit_page
from safeguard.kernel.database import transaction

bp = Blueprint("governance", __name__)


@bp.get("/audit")
@requires("audit.read")
def audit() -> ResponseReturnValue:
    before = request.args.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 18):
        abort(400)
    action = request.args.get("action", "")
    if action and action not in ACTIONS:
        abort(400)
    subject = request.args.get("subject", "")[:64]
    with transaction() as session:
        page = audit_page(
            session, actor(), before=int(before) if before else None, action=action or None, subject_id=subject or None
        )
        record(session, actor(), "audit.viewed", rows=len(page.lines), action_filter=action or None)
    choices = [{"value": "", "text": "Anything"}] + [
        {"value": code, "text": words.capitalize(), "selected": code == action} for code, words in ACTIONS.items()
    ]
    return render_template("governance/audit.html", page=page, choices=choices, action=action, subject=subject)
