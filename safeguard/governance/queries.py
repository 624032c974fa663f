"""The audit, a page at a time."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from safeguard.access.actor import Actor, Role
from safeguard.access.policy import permits
from safeguard.agencies.model import Account, Agency
from safeguard.audit.actions import ACTIONS
from safeguard.audit.model import AuditEvent, AuditSubject
from safeguard.kernel.clock import LONDON
from safeguard.kernel.errors import NotPermitted
from safeguard.people.sight import unseen
from safeguard.referrals.model import Referral

PAGE = 50
WITHHELD = "A restricted record"


@dataclass(frozen=True, slots=True)
class Sought:
    """Which rows are wanted: of one action, about one id (as the subject or among those shown), by one account, on which days."""

    action: str | None = None
    subject_id: str | None = None
    account_id: uuid.UUID | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One row of the audit as a reader sees it. `shown` are the ids of everybody else who was on the page."""

    seq: int
    at: datetime
    account_id: uuid.UUID | None
    who: str
    agency: str
    did: str
    subject_id: str | None
    subject: str
    shown: Sequence[str]
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Rows newest first, and the `before` that leads to older ones (None at the end)."""

    lines: Sequence[AuditLine]
    before: int | None


def audit_page(session: Session, actor: Actor, sought: Sought, *, before: int | None) -> AuditPage:
    """Fifty rows older than `before` of those that are sought.

    Raises:
        NotPermitted: the actor may not read the audit.
    """
    if not permits(actor, "audit.read"):
        raise NotPermitted("audit")
    hidden = _hidden_ids(session)
    if sought.subject_id in hidden:
        return AuditPage((), None)
    rows = list(session.scalars(_wanted(sought, before).limit(PAGE + 1)))
    shown = rows[:PAGE]
    names = _names(session, {row.actor_id for row in shown if row.actor_id})
    references = _references(session, {row.subject_id for row in shown if row.subject_kind == "referral"})
    lines = [_without(_line(row, names, references), hidden) for row in shown]
    return AuditPage(lines, shown[-1].seq if len(rows) > PAGE else None)


def _hidden_ids(session: Session) -> frozenset[str]:
    """The ids, as the audit keeps them, of what is hidden from this reader: that they are there is hidden as well."""
    hidden = unseen(session)
    if hidden is None or not hidden.any:
        return frozenset()
    return frozenset(str(key) for what in ("people", "records", "referrals", "addresses", "events") for key in hidden.ids(session, what))


def _without(line: AuditLine, hidden: frozenset[str]) -> AuditLine:
    """The line for a reader from whom these ids are hidden: that somebody did something stays, about whom does not."""
    if not hidden:
        return line
    told = {
        name: value
        for name, value in line.details.items()
        if not hidden.intersection(map(str, value if isinstance(value, list) else [value]))
    }
    seen = replace(line, shown=[one for one in line.shown if one not in hidden], details=told)
    return replace(seen, subject_id=None, subject=WITHHELD, details={}) if line.subject_id in hidden else seen


def _wanted(sought: Sought, before: int | None) -> Select[AuditEvent]:
    query = select(AuditEvent)
    # The order and the bound are those of the table that is searched, so that its key answers both.
    seq: InstrumentedAttribute[int] = AuditEvent.seq
    if sought.subject_id:
        seq = AuditSubject.seq
        query = query.join(AuditSubject, AuditSubject.seq == AuditEvent.seq).where(AuditSubject.subject_id == sought.subject_id)
    if before is not None:
        query = query.where(seq < before)
    if sought.action:
        query = query.where(AuditEvent.action == sought.action)
    if sought.account_id:
        query = query.where(AuditEvent.actor_id == sought.account_id)
    if sought.since:
        query = query.where(AuditEvent.at >= _midnight(sought.since))
    if sought.until:
        query = query.where(AuditEvent.at < _midnight(sought.until + timedelta(days=1)))
    return query.order_by(seq.desc())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)


def referral_with(session: Session, reference: str) -> str | None:
    """The id of the referral with that reference, as the audit keeps it."""
    found = session.scalar(select(Referral.id).where(Referral.reference == reference))
    return str(found) if found else None


def account_with(session: Session, email: str) -> uuid.UUID | None:
    """The account with that email address."""
    return session.scalar(select(Account.id).where(Account.email == email.lower()))


def account_words(session: Session, account_id: uuid.UUID) -> str:
    """Who an account belongs to; empty where there is none with that id."""
    found = _names(session, {account_id}).get(account_id)
    return ", ".join(found) if found else ""


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
    details = dict(row.details)
    shown = details.pop("shown", ())
    return AuditLine(
        row.seq, row.at, row.actor_id, name, agency, ACTIONS.get(row.action, row.action), row.subject_id, subject, shown, details
    )
