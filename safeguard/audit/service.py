"""Recording: pending rows are sealed into the chain just before the commit that they belong to."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, timedelta
from typing import Any

from flask import Flask, current_app, g, has_app_context, has_request_context
from sqlalchemy import and_, event, func, not_, or_, select, text
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.audit.actions import ACTIONS
from safeguard.audit.chain import GENESIS, Break, Link, first_break, mac, read_seal, seal
from safeguard.audit.model import AuditEvent, AuditSubject
from safeguard.kernel.clock import wall_clock

_PENDING = "audit_pending"
_KEY = "safeguard_audit_key"
# How many chains PostgreSQL has beside chain 0, each with one writer at a time; the lock is its own and falls away with the commit.
CHAINS = 16
_CHAIN_LOCK = 0x5AFE_A0D1
_TURN = text(
    "SELECT mine.chain, nextval('audit_event_number') FROM ("
    "SELECT picked.chain, pg_advisory_xact_lock(:lock, picked.chain) FROM (SELECT 1 + pg_backend_pid() % :chains AS chain) AS picked "
    "OFFSET 0"
    ") AS mine, generate_series(1, :count)"
)


def keep(app: Flask, key: str) -> None:
    """Give `app` the key of its audit chain."""
    app.extensions[_KEY] = key


def key_of(app: Flask) -> str:
    """The key of an application's audit."""
    key: str = app.extensions[_KEY]
    return key


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
    if has_request_context() and (purpose := g.get("purposes", {}).get(str(subject_id)) or g.get("purpose")) and "purpose" not in details:
        details["purpose"] = purpose
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


def note_printed(session: Session, actor: Actor, request_id: str, *, within: timedelta) -> int:
    """Note that `actor` printed the page that the request `request_id` of theirs showed: of whom it told, that was printed.

    Returns:
        how many rows of the audit that request has left and that tell of somebody; 0 where it is not theirs, or older than `within`.
    """
    rows = session.execute(
        select(AuditEvent.action, AuditEvent.subject_kind, AuditEvent.subject_id, AuditEvent.details)
        .where(
            AuditEvent.at >= wall_clock() - within, AuditEvent.actor_id == actor.account_id, AuditEvent.request_id == request_id,
            AuditEvent.action != "page.printed",
        )
        .order_by(AuditEvent.seq)
    ).tuples()
    found = 0
    for action, kind, subject, details in rows:
        shown = [uuid.UUID(one) for one in details.get("shown", ())]
        if subject or shown:
            found += 1
            record(session, actor, "page.printed", subject_kind=kind, subject_id=subject, shown=shown, page=action)
    return found


def for_purpose(purpose: str, about: uuid.UUID | None = None) -> None:
    """Keep `purpose`, a code, with everything that the rest of this request notes.

    Of several, what is noted of `about` keeps its own, and the rest the last.
    """
    g.purpose = purpose
    g.purposes = {**g.get("purposes", {}), str(about): purpose}


@event.listens_for(Session, "before_commit")
def _seal(session: Session) -> None:
    pending = session.info.pop(_PENDING, None)
    if not pending:
        return
    if not has_app_context():
        raise RuntimeError("the audit needs the application's key")
    session.flush()
    rows, subjects = [], []
    chain, numbers = _turn(session, len(pending))
    last, previous = _end(session, chain)
    places = range(last + 1, last + 1 + len(pending))
    for place, seq, noted in zip(places, numbers or places, pending, strict=True):
        values = {**noted, "chain": chain, "place": place if chain else None}
        link = _link(seq, values)
        previous = mac(current_app.extensions[_KEY], previous, link)
        rows.append({**values, "seq": seq, "mac": previous})
        subjects += [{"subject_id": subject, "seq": seq} for subject in sorted(link.subjects)]
    session.execute(AuditEvent.__table__.insert(), rows)  # type: ignore[attr-defined]
    if subjects:
        session.execute(AuditSubject.__table__.insert(), subjects)  # type: ignore[attr-defined]


def _turn(session: Session, count: int) -> tuple[int, Sequence[int]]:
    """The chain that this transaction goes on, which nobody else goes on until it ends; the numbers of its rows, on PostgreSQL.

    The lock on a chain falls away with the commit, which has by then waited for the disk. So each connection has a chain
    of its own where there are enough, and the flushes of several are one.
    """
    if session.get_bind().dialect.name != "postgresql":
        return 0, ()
    numbers = session.execute(_TURN, {"lock": _CHAIN_LOCK, "chains": CHAINS, "count": count}).tuples().all()
    return numbers[0][0], [seq for _chain, seq in numbers]


def _end(session: Session, chain: int) -> tuple[int, str]:
    """The place and the MAC of the newest row of a chain. One that has none yet starts where chain 0 ended."""
    rows = select(AuditEvent.seq, AuditEvent.place, AuditEvent.mac).limit(1)
    if chain:
        rows = rows.where(AuditEvent.chain == chain, AuditEvent.place.is_not(None)).order_by(AuditEvent.place.desc())
        end = session.execute(rows).first()
        return (end.place or 0, end.mac) if end else (0, _end(session, 0)[1])
    # No row of chain 0 is younger than the first of the others: so it is found by key, however many followed.
    others = session.scalar(select(func.min(AuditEvent.seq)).where(AuditEvent.chain.in_(range(1, CHAINS + 1)), AuditEvent.place == 1))
    rows = rows.where(AuditEvent.seq < others) if others is not None else rows
    end = session.execute(rows.where(AuditEvent.chain == 0).order_by(AuditEvent.seq.desc())).first()
    return (end.seq, end.mac) if end else (0, GENESIS)


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
        chain=values["chain"],
        counted=values["place"],
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
        since: an anchor line: only the rows after it are reckoned, and that its own row is still there. What lies before hangs
            on that row, and was checked when the anchor was made or before. Rows on no chain are looked for everywhere.

    Returns:
        how many rows were read, and the first break.

    Raises:
        ValueError: `since` is not an anchor of this audit.
    """
    start = read_seal(current_app.extensions[_KEY], since).ends if since else {}
    if broken := (holds_anchor(session, since) if since else None) or _on_no_chain(session):
        return 0, broken
    key, read, expected = current_app.extensions[_KEY], 0, 0

    def rows(chain: int, after: int) -> Iterator[tuple[Link, str]]:
        nonlocal read, expected
        place = AuditEvent.place if chain else AuditEvent.seq
        query = select(AuditEvent.__table__).where(AuditEvent.chain == chain, place > after).order_by(place)
        for row in session.execute(query.execution_options(yield_per=1000)).mappings():
            read += 1
            link = _link(row["seq"], dict(row))
            expected += sum(_mark(key, subject, link.seq) for subject in link.subjects)
            yield link, row["mac"]

    first = _end(session, 0)[1]
    for chain in _chains(session) | start.keys():
        after = start.get(chain, (0, first if chain else GENESIS))
        broken = first_break(key, rows(chain, after[0]), after=after)
        if broken is not None:
            return read, broken
    if _marks_of_subjects(session, start) != expected:
        return read, Break(read, "the rows hold, but the table that finds them by person does not agree with them")
    return read, None


def _chains(session: Session) -> set[int]:
    """The chains that have a row."""
    beside = {
        chain for chain in range(1, CHAINS + 1)
        if session.scalar(select(AuditEvent.seq).where(AuditEvent.chain == chain, AuditEvent.place.is_not(None)).limit(1)) is not None
    }  # fmt: skip
    return {0, *beside}


def _on_no_chain(session: Session) -> Break | None:
    """A row that no chain counts, and that pages would show all the same: nobody but a forger writes one."""
    first, beside = AuditEvent.chain == 0, AuditEvent.chain.between(1, CHAINS)
    counted = or_(
        and_(first, AuditEvent.seq > 0, AuditEvent.place.is_(None)), and_(beside, AuditEvent.place.is_not(None), AuditEvent.place > 0)
    )
    seq = session.scalar(select(AuditEvent.seq).where(not_(counted)).limit(1))
    return None if seq is None else Break(seq, f"row {seq} hangs on no chain, and was not written by the service")


def _marks_of_subjects(session: Session, start: Mapping[int, tuple[int, str]]) -> int:
    """The sum of the entries of all rows, or of those after an anchor."""
    marks = select(AuditSubject.subject_id, AuditSubject.seq)
    if start:
        told = [
            and_(AuditEvent.chain == chain, (AuditEvent.place if chain else AuditEvent.seq) > place)
            for chain, (place, _mac) in start.items()
        ]
        marks = marks.join(AuditEvent, AuditEvent.seq == AuditSubject.seq).where(or_(*told, AuditEvent.chain.not_in(start)))
    found, key = session.execute(marks.execution_options(yield_per=1000)), current_app.extensions[_KEY]
    return sum(_mark(key, subject, seq) for subject, seq in found.tuples())


def _mark(key: str, subject: str, seq: int) -> int:
    """A number for one entry. Sums of them are compared, so that two tables need not be read in one order.

    It is keyed: numbers that anybody can reckon add up to any sum, once enough entries are put beside them.
    """
    return int.from_bytes(hmac.digest(key.encode(), f"entry:{seq}:{subject}".encode(), "sha256"))


def anchor(session: Session) -> str:
    """A signed line about the newest row of every chain. Kept elsewhere, it shows later whether rows up to them were taken away."""
    ends = {chain: _end(session, chain) for chain in sorted(_chains(session))}
    return seal(current_app.extensions[_KEY], ends, wall_clock())


def holds_anchor(session: Session, line: str) -> Break | None:
    """Whether every chain still contains its row of an anchor; the rows before it hang on it, as `verify` checks.

    Raises:
        ValueError: the line is not an anchor of this audit.
    """
    found = read_seal(current_app.extensions[_KEY], line)
    for chain, (place, told) in found.ends.items():
        here = (AuditEvent.chain == chain, (AuditEvent.place if chain else AuditEvent.seq) == place)
        stored = session.scalar(select(AuditEvent.mac).where(*here)) if place else GENESIS
        if stored != told:
            words = "is missing" if stored is None else "is not the row that was there"
            row = f"row {place} of chain {chain}" if chain else f"row {place}"
            return Break(place, f"{row}, the newest when the anchor was made at {found.at:%Y-%m-%d %H:%M}, {words}")
    return None
