"""Recording: pending rows are sealed into the chain just before the commit that they belong to."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from typing import Any

from flask import Flask, current_app, g, has_app_context, has_request_context
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.audit.actions import ACTIONS
from safeguard.audit.chain import GENESIS, Break, Link, first_break, mac, read_seal, seal
from safeguard.audit.model import AuditEvent, AuditSubject
from safeguard.kernel.clock import wall_clock

_PENDING = "audit_pending"
_KEY = "safeguard_audit_key"
# One writer at a time seals; the lock is PostgreSQL's own and falls away with the commit.
_CHAIN_LOCK = 0x5AFE_A0D1


def keep(app: Flask, key: str) -> None:
    """Give `app` the key of its audit chain."""
    app.extensions[_KEY] = key


def record(
    session: Session,
    actor: Actor | None,
    action: str,
    *,
    subject_kind: str | None = None,
    subject_id: uuid.UUID | str | None = None,
    shown: Iterable[uuid.UUID] = (),
    **details: Any,
) -> None:
    """Note that `actor` (None: the service itself) did `action`; it is stored with the commit or not at all.

    Args:
        shown: the people whose history or records were on the page, besides the subject.
        details: ids, codes and counts; never a name, an address or anything a person typed.

    Raises:
        ValueError: the action is not in `ACTIONS`.
    """
    if action not in ACTIONS:
        raise ValueError(f"{action!r} is not an action the audit knows")
    people = sorted(map(str, set(shown)))
    if people:
        details["shown"] = people
    session.info.setdefault(_PENDING, []).append(
        {
            "at": wall_clock(),
            "actor_id": actor.account_id if actor else None,
            "actor_role": str(actor.role) if actor else "service",
            "agency_id": actor.agency_id if actor else None,
            "action": action,
            "subject_kind": subject_kind,
            "subject_id": str(subject_id) if subject_id is not None else None,
            "details": details,
            "request_id": g.get("request_id") if has_request_context() else None,
        }
    )


@event.listens_for(Session, "before_commit")
def _seal(session: Session) -> None:
    pending = session.info.pop(_PENDING, None)
    if not pending:
        return
    if not has_app_context():
        raise RuntimeError("the audit needs the application's key")
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    seq, previous = _head(session)
    rows, subjects = [], []
    for values in pending:
        seq += 1
        link = _link(seq, values)
        previous = mac(current_app.extensions[_KEY], previous, link)
        rows.append({**values, "seq": seq, "mac": previous})
        subjects += [{"subject_id": subject, "seq": seq} for subject in sorted(link.subjects)]
    session.execute(AuditEvent.__table__.insert(), rows)  # type: ignore[attr-defined]
    if subjects:
        session.execute(AuditSubject.__table__.insert(), subjects)  # type: ignore[attr-defined]


def _head(session: Session) -> tuple[int, str]:
    """The newest row's seq and MAC."""
    head = session.execute(select(AuditEvent.seq, AuditEvent.mac).order_by(AuditEvent.seq.desc()).limit(1)).first()
    return (head.seq, head.mac) if head else (0, GENESIS)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, previous_transaction: Any) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_PENDING, None)


def _link(seq: int, values: dict[str, Any]) -> Link:
    return Link(
        seq=seq,
        at=values["at"].astimezone(UTC),
        actor_id=str(values["actor_id"]) if values["actor_id"] else None,
        actor_role=values["actor_role"],
        agency_id=str(values["agency_id"]) if values["agency_id"] else None,
        action=values["action"],
        subject_kind=values["subject_kind"],
        subject_id=values["subject_id"],
        details=values["details"],
        request_id=values["request_id"],
    )


def events_about(session: Session, subject_id: uuid.UUID, action: str) -> Sequence[AuditEvent]:
    """Every row of one action about a person or a thing, oldest first."""
    return session.scalars(
        select(AuditEvent)
        .join(AuditSubject, AuditSubject.seq == AuditEvent.seq)
        .where(AuditSubject.subject_id == str(subject_id), AuditEvent.action == action)
        .order_by(AuditEvent.seq)
    ).all()


def verify(session: Session, *, since: str | None = None) -> tuple[int, Break | None]:
    """Check the chain, a thousand rows at a time, and that rows are found under all they are about.

    Args:
        since: an anchor line: only the rows after it are read, and that its own row is still there. What lies before hangs
            on that row, and was checked when the anchor was made or before.

    Returns:
        how many rows were read, and the first break.

    Raises:
        ValueError: `since` is not an anchor of this audit.
    """
    start = read_seal(current_app.extensions[_KEY], since) if since else None
    if since and (gone := holds_anchor(session, since)):
        return 0, gone
    after = (start.seq, start.stored) if start else (0, GENESIS)
    read = 0
    expected = 0

    def rows() -> Iterator[tuple[Link, str]]:
        nonlocal read, expected
        found = session.execute(
            select(AuditEvent.__table__).where(AuditEvent.seq > after[0]).order_by(AuditEvent.seq).execution_options(yield_per=1000)
        )
        for row in found.mappings():
            read += 1
            link = _link(row["seq"], dict(row))
            expected += sum(_mark(subject, link.seq) for subject in link.subjects)
            yield link, row["mac"]

    broken = first_break(current_app.extensions[_KEY], rows(), after=after)
    if broken is None and _marks_of_subjects(session, after[0]) != expected:
        broken = Break(after[0] + read, "the rows hold, but the table that finds them by person does not agree with them")
    return read, broken


def _marks_of_subjects(session: Session, after: int) -> int:
    marks = select(AuditSubject.subject_id, AuditSubject.seq).where(AuditSubject.seq > after)
    found = session.execute(marks.execution_options(yield_per=1000))
    return sum(_mark(subject, seq) for subject, seq in found.tuples())


def _mark(subject: str, seq: int) -> int:
    """A number for one entry. Sums of them are compared, so that two tables need not be read in one order."""
    return int.from_bytes(hashlib.sha256(f"{seq}:{subject}".encode()).digest())


def anchor(session: Session) -> str:
    """A signed line about the newest row. Kept elsewhere, it shows later whether rows up to it were taken away."""
    return seal(current_app.extensions[_KEY], *_head(session), wall_clock())


def holds_anchor(session: Session, line: str) -> Break | None:
    """Whether the chain still contains the row of an anchor; the rows before it hang on it, as `verify` checks.

    Raises:
        ValueError: the line is not an anchor of this audit.
    """
    found = read_seal(current_app.extensions[_KEY], line)
    stored = session.scalar(select(AuditEvent.mac).where(AuditEvent.seq == found.seq)) if found.seq else GENESIS
    if stored == found.stored:
        return None
    words = "is missing" if stored is None else "is not the row that was there"
    return Break(found.seq, f"row {found.seq}, the newest when the anchor was made at {found.at:%Y-%m-%d %H:%M}, {words}")
