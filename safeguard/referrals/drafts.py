"""Drafts: begun, opened, changed and deleted by the person who writes them or their agency's safeguarding lead."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from safeguard.access.actor import Actor
from safeguard.agencies.model import Agency
from safeguard.agencies.service import account_of
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import now
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, NotFound
from safeguard.referrals.asked_locally import asked_locally, categories_offered
from safeguard.referrals.model import Referral
from safeguard.referrals.queries import visible_to


def start(session: Session, actor: Actor, *, at: datetime) -> Referral:
    """Begin a draft with what is known of its author, and their agency's referral source code."""
    account = account_of(session, actor)
    source_code = session.execute(select(Agency.source_code).where(Agency.id == actor.agency_id)).scalar_one()
    offered = categories_offered(session, at)
    referrer = {"name": account.name, "role": account.job_title, "email": account.email, "phone": account.phone}
    draft = Referral(
        id=new_id(),
        agency_id=actor.agency_id,
        created_by=actor.account_id,
        status="draft",
        channel="portal",
        source_code=source_code,
        document={
            "source_code": source_code,
            "referrer": {name: value for name, value in referrer.items() if value},
            "draft": {"answered": [], **({"concerns": offered} if offered else {})},
            **asked_locally(session, source_code, at),
        },
        created_at=at,
        changed_at=at,
    )
    session.add(draft)
    session.flush()
    audit(session, actor, "referral.started", subject_kind="referral", subject_id=draft.id)
    return draft


def referral_of(session: Session, actor: Actor, referral_id: uuid.UUID, *, to_change: bool = False) -> Referral:
    """A draft or submitted referral that `actor` may write. `to_change` waits for whoever is changing it now.

    Raises:
        NotFound: there is none, or it is not theirs.
    """
    query = select(Referral).where(Referral.id == referral_id, visible_to(actor))
    if to_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound("referral")
    return found


def draft_of(session: Session, actor: Actor, referral_id: uuid.UUID, *, to_change: bool = False) -> Referral:
    """A draft that `actor` may write: their own, or as the agency's safeguarding lead one of the agency's.

    Raises:
        NotFound: there is none, it is not theirs, or it was submitted and is a draft no longer.
    """
    found = referral_of(session, actor, referral_id, to_change=to_change)
    if found.status != "draft":
        raise NotFound("draft")
    return found


def opened(session: Session, actor: Actor, draft: Referral, page: str) -> None:
    """Note that `actor` saw the draft on `page`."""
    audit(session, actor, "referral.draft_viewed", subject_kind="referral", subject_id=draft.id, page=page)


def save_answers(
    session: Session, actor: Actor, draft: Referral, *, changes: Mapping[str, Any], version: int
) -> Referral:
    """Store changed parts of a draft.

    Args:
        changes: new values of parts of the document by name; None takes the part out.
        version: the version the person was looking at.

    Raises:
        Conflict: the draft was changed or submitted since.
    """
    _check_version(draft, version)
    document = {**draft.document, **changes}
    draft.document = {name: value for name, value in document.items() if value is not None}
    draft.changed_at = now()
    try:
        session.flush()
    except StaleDataError as error:
        raise Conflict("the draft was changed at the same moment elsewhere") from error
    parts = sorted(set(changes) - {"draft"})
    audit(session, actor, "referral.draft_changed", subject_kind="referral", subject_id=draft.id, parts=parts)
    return draft


def delete(session: Session, actor: Actor, draft: Referral, *, version: int) -> None:
    """Delete a draft for good.

    Raises:
        Conflict: the draft was changed or submitted since.
    """
    _check_version(draft, version)
    audit(session, actor, "referral.draft_deleted", subject_kind="referral", subject_id=draft.id)
    session.delete(draft)
    try:
        session.flush()
    except StaleDataError as error:
        raise Conflict("the draft was changed at the same moment elsewhere") from error


def _check_version(draft: Referral, version: int) -> None:
    if draft.status != "draft" or draft.version != version:
        raise Conflict("the draft was changed in another window")
