"""What other systems send and ask for, under a token: a referral as JSON, and how one they sent stands. No session counts here."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import UnsupportedMediaType

from safeguard.access.actor import Actor
from safeguard.access.guard import actor, bearer, requires
from safeguard.agencies.service import account_of
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import NotFound, Problem, RuleBroken
from safeguard.kernel.references import read_reference
from safeguard.referrals.model import Referral
from safeguard.referrals.queries import sent_by
from safeguard.referrals.sent_document import sent_document
from safeguard.referrals.standing import standings
from safeguard.referrals.submission import receive

bp = Blueprint("api", __name__)


@bp.post("/api/referrals")
@requires("referral.send")
def send() -> ResponseReturnValue:
    if not request.is_json:
        raise UnsupportedMediaType
    document = sent_document(request.get_data(), field="document")
    with transaction() as session:
        agency = account_of(session, actor()).agency
        if document.pop("agency", agency.slug) != agency.slug:
            raise RuleBroken([Problem("agency", f"This token sends for “{agency.slug}” alone. Leave the field out")])
        taken = receive(session, agency, document, at=now(), actor=actor())
        told = {**_told(taken.referral, actor()), "repeated": taken.repeated}
    return jsonify(told), 200 if taken.repeated else 201, {"Location": told["status"]}


@bp.get("/api/referrals/<reference>")
@requires("referral.status")
def status(reference: str) -> ResponseReturnValue:
    with transaction() as session:
        referral = sent_by(session, actor(), read_reference(reference))
        if referral is None:
            raise NotFound("no such referral was sent under this account")
        standing = standings(session, [referral.id])[referral.id]
        audit(
            session, actor(), "referral.status_asked", subject_kind="referral", subject_id=referral.id, token=str(bearer().id),
            stage=standing.stage,
        )
        told = {**_told(referral, actor()), "stage": standing.stage, "stands": standing.words, "feedback_waits": bool(standing.feedback)}
    return jsonify(told)


def _told(referral: Referral, sender: Actor) -> dict[str, Any]:
    """What its sender is told of a referral. Whom it was matched with and what was flagged are the hub's own."""
    assert referral.submitted_at is not None
    assert referral.response_due_at is not None
    told = {
        "reference": referral.reference,
        "client_reference": referral.client_reference,
        "received_at": referral.submitted_at.isoformat(),
        "response_due_at": referral.response_due_at.isoformat(),
    }
    mine = referral.created_by == sender.account_id
    return {**told, "status": url_for("api.status", reference=referral.reference)} if mine else {**told, "status": None}
