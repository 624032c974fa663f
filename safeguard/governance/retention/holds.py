"""Legal holds: placed with a reason, until a day or until they are lifted."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.agencies.model import Account
from safeguard.audit.service import record as audit
from safeguard.governance.retention.model import LegalHold, LegalHoldRecord
from safeguard.governance.retention.schedule import LONGEST_REASON
from safeguard.kernel.clock import london_date
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, NotFound, Problem, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.people.candidates import clusters_of, people_of

_MOST = 200
_LOCK = 0x5AFE_1E6A
_TURN = text("SELECT pg_advisory_xact_lock(:key)")


@dataclass(frozen=True, slots=True)
class Standing:
    """A hold, who placed it, and the person it is on (None: on everybody). `over`: its day has passed."""

    hold: LegalHold
    by: str
    person_id: uuid.UUID | None
    over: bool


def take_turn(session: Session) -> None:
    """Have whoever places a hold and whoever destroys a file wait for one another: what was held while a file was read must count.

    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_TURN, {"key": _LOCK})


def place(session: Session, actor: Actor, person_id: uuid.UUID | None, *, reason: str, until: date | None, at: datetime) -> LegalHold:
    """Hold everything about a person, or with None about everybody, until a day or until it is lifted.

    Raises:
        RuleBroken: there is no reason, or the day has passed.
        NotFound: there is no such person that `actor` may know of.
    """
    problems = _reason(reason)
    if until is not None and until < london_date(at):
        problems.append(Problem("until", "The last day must be today or later"))
    if problems:
        raise RuleBroken(problems)
    take_turn(session)
    records = [] if person_id is None else clusters_of(session, [person_id])[person_id]
    if person_id is not None and not records:
        raise NotFound("person")
    hold_id = new_id()
    hold = LegalHold(
        id=hold_id, key=RecordKey.of(session, "hold", hold_id), everybody=person_id is None, reason=reason,
        until=until, placed_by=actor.account_id, placed_at=at
    )
    session.add(hold)
    session.flush()
    session.add_all(LegalHoldRecord(hold_id=hold.id, source_record_id=record.id) for record in records)
    session.flush()
    audit(session, actor, "retention.held", subject_kind="person", subject_id=person_id, hold=str(hold.id), everybody=person_id is None)
    return hold


def lift(session: Session, actor: Actor, hold_id: uuid.UUID, *, reason: str, at: datetime) -> LegalHold:
    """End a hold.

    Raises:
        RuleBroken: there is no reason.
        NotFound: there is no such hold.
        Conflict: it was lifted already.
    """
    problems = _reason(reason)
    if problems:
        raise RuleBroken(problems)
    hold = session.scalar(select(LegalHold).where(LegalHold.id == hold_id).with_for_update())
    if hold is None or hold.id not in {one.hold.id for one in standing(session, london_date(at))}:
        raise Conflict("the hold was lifted already") if hold is not None and hold.lifted_at else NotFound("hold")
    hold.lifted_by, hold.lifted_at, hold.lifted_reason = actor.account_id, at, reason
    session.flush()
    audit(session, actor, "retention.hold_lifted", subject_kind="hold", subject_id=hold.id)
    return hold


def standing(session: Session, today: date) -> Sequence[Standing]:
    """The holds that were not lifted, newest first; those on people whom the actor may not know of are not there."""
    rows = session.execute(
        select(LegalHold, Account.name)
        .join(Account, Account.id == LegalHold.placed_by)
        .where(LegalHold.lifted_at.is_(None))
        .order_by(LegalHold.placed_at.desc())
        .limit(_MOST)
    ).tuples().all()
    ids = [hold.id for hold, _by in rows]
    on = select(LegalHoldRecord.hold_id, LegalHoldRecord.source_record_id).where(LegalHoldRecord.hold_id.in_(ids))
    records = session.execute(on).tuples().all()
    people = people_of(session, [record for _hold, record in records])
    of = {hold: people[record] for hold, record in records if record in people}
    return [
        Standing(hold, by, of.get(hold.id), over=hold.until is not None and hold.until < today)
        for hold, by in rows
        if hold.everybody or hold.id in of
    ]


def _reason(reason: str) -> list[Problem]:
    if reason and len(reason) <= LONGEST_REASON:
        return []
    return [Problem("reason", f"Enter the reason, in {LONGEST_REASON:,} characters or fewer")]
