"""The audit, a page at a time."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor, Role
from safeguard.access.policy import permits
from safeguard.agencies.model import Account, Agency
from safeguard.audit.actions import ACTIONS
from safeguard.audit.model import AuditEvent
from safeguard.kernel.errors import NotPermitted
from safeguard.referrals.model import Referral

PAGE = 50


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One row of the audit as a reader sees it."""

    seq: int
    at: datetime
    who: str
    agency: str
    did: str
    subject: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Rows newest first, and the `before` that leads to older ones (None at the end)."""

    lines: Sequence[AuditLine]
    before: int | None


def audit_page(
    session: Session, actor: Actor, *, before: int | None, action: str | None, subject_id: str | None
) -> AuditPage:
    """Fifty rows older than `before`, of one action or about one subject where asked.

    Raises:
        NotPermitted: the actor may not read the audit.
    """
    if not permits(actor, "audit.read"):
        raise NotPermitted("audit")
    query = select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(AuditEvent.seq < before)
    if action:
        query = query.where(AuditEvent.action == action)
    if subject_id:
        query = query.where(AuditEvent.subject_id == subject_id)
    rows = list(session.scalars(query))
    shown = rows[:PAGE]
    names = _names(session, {row.actor_id for row in shown if row.actor_id})
    references = _references(session, {row.subject_id for row in shown if row.subject_kind == "referral"})
    lines = [_line(row, names, references) for row in shown]
    return AuditPage(lines, shown[-1].seq if len(rows) > PAGE else None)


def _names(session: Session, ids: set[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    rows = session.execute(
        select(Account.id, Account.name, Agency.name)
        .join(Agency, Agency.id == Account.agency_id)
        .where(Account.id.in_(ids))
    )
    return {key: (name, agency) for key, name, agency in rows.tuples()}


def _references(session: Session, ids: set[str | None]) -> dict[str, str]:
    keys = [uuid.UUID(key) for key in ids if key]
    rows = session.execute(select(Referral.id, Referral.reference).where(Referral.id.in_(keys)))
    return {str(key): reference for key, reference in rows.tuples() if reference}


def _line(
    row: AuditEvent, names: dict[uuid.UUID, tuple[str, str]], references: dict[str, str]
) -> AuditLine:
    role = Role(row.actor_role).label if row.actor_role in set(Role) else "The service"
    name, agency = names.get(row.actor_id, (role, "")) if row.actor_id else ("The service", "")
    subject = ""
    if row.subject_id:
        shown = references.get(row.subject_id, row.subject_id[:8])
        subject = f"{(row.subject_kind or '').replace('_', ' ').capitalize()} {shown}"
    return AuditLine(row.seq, row.at, name, agency, ACTIONS.get(row.action, row.action), subject, row.details)
