"""Comparing the whole population with itself, a little at a time, for people who are known twice.

`begin` opens a pass or goes on with the one that was left. Then in turn: `compare_next` reads and compares without
holding a lock, `keep` stores what it found in a short transaction. Killed between the two, nothing is lost but the time.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, insert, or_, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from safeguard.audit.service import record as audit
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict
from safeguard.people.candidates import candidates_for
from safeguard.people.matcher import settings_for
from safeguard.people.matching.decide import Proposal, decide
from safeguard.people.matching.keys import blocking_keys
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.model import PersonLink, SourceRecord
from safeguard.people.statements import statement_of
from safeguard.people.sweep_model import ProbableDuplicate, Sweep, SweptLink
from safeguard.people.verdicts import said_of_people

Couple = tuple[uuid.UUID, uuid.UUID]


@dataclass(frozen=True, slots=True)
class Compared:
    """What one turn compared: the `links` it covered, how many `pairs` that took, the likely couples, in `seconds`."""

    links: tuple[uuid.UUID, ...]
    pairs: int
    likely: dict[Couple, Proposal]
    seconds: float


def begin(session: Session, *, everything: bool, at: datetime) -> Sweep:
    """The pass that is not finished, or a new one; with `everything` one over all people, in place of one over the new.

    Raises:
        Conflict: another process began one at the same moment.
    """
    unfinished = session.scalar(select(Sweep).where(Sweep.finished_at.is_(None)).order_by(Sweep.scope).limit(1))
    if unfinished is not None and (unfinished.scope == "all" or not everything):
        return unfinished
    if unfinished is not None:
        unfinished.finished_at = at
        session.flush()
    sweep = Sweep(
        id=new_id(), scope="all" if everything else "new", matcher_version=MatchSettings.load().version, started_at=at,
        records=0, pairs=0, found=0, seconds=0.0,
    )  # fmt: skip
    session.add(sweep)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("another sweep is running") from error
    return sweep


def left(session: Session, sweep: Sweep) -> int:
    """How many records this pass has still to compare."""
    return int(session.scalar(_to_compare(select(func.count()), sweep)) or 0)


def compare_next(session: Session, sweep: Sweep, *, records: int) -> Compared:
    """Compare the next `records` records with everybody their keys lead to. Stores nothing."""
    started = time.perf_counter()
    rows = session.execute(
        _to_compare(select(PersonLink.id, PersonLink.person_id, SourceRecord), sweep)
        .join(SourceRecord, SourceRecord.id == PersonLink.source_record_id)
        .order_by(PersonLink.id)
        .limit(records)
    ).all()
    statements = {record.id: statement_of(record) for _link, _person, record in rows}
    candidates = candidates_for(session, {key: blocking_keys(one) for key, one in statements.items()}, stored=True)
    settings = settings_for(session)
    likely: dict[Couple, Proposal] = {}
    pairs = 0
    for _link, person_id, record in rows:
        others = [one for one in candidates[record.id] if one.person_id != str(person_id) and one.verdict is None]
        pairs += len(others)
        _note(likely, person_id, decide(statements[record.id], others, settings).proposals)
    likely = _not_answered(session, likely)
    return Compared(tuple(row[0] for row in rows), pairs, likely, time.perf_counter() - started)


def _to_compare(query: Select[*tuple[Any, ...]], sweep: Sweep) -> Select[*tuple[Any, ...]]:
    query = query.select_from(PersonLink).where(PersonLink.superseded_at.is_(None))
    if sweep.scope == "new":
        query = query.where(~exists().where(SweptLink.link_id == PersonLink.id))
    return query.where(PersonLink.id > sweep.reached) if sweep.reached else query


def _note(likely: dict[Couple, Proposal], person_id: uuid.UUID, proposals: Iterable[Proposal]) -> None:
    for proposal in proposals:
        other = uuid.UUID(proposal.person_id)
        couple = (person_id, other) if person_id < other else (other, person_id)
        if couple not in likely or likely[couple].weight < proposal.weight:
            likely[couple] = proposal


def _not_answered(session: Session, likely: dict[Couple, Proposal]) -> dict[Couple, Proposal]:
    """Without the couples of whom a person has said anything: what was answered is not asked again."""
    said = said_of_people(session, {key for couple in likely for key in couple}) if likely else {}
    return {couple: proposal for couple, proposal in likely.items() if frozenset(couple) not in said}


def keep(session: Session, sweep_id: uuid.UUID, reached: uuid.UUID | None, turn: Compared, *, at: datetime) -> Sweep:
    """Store one turn and move the pass on; an empty turn ends it.

    Args:
        reached: where the pass stood when the turn was compared.

    Raises:
        Conflict: another process has moved the same pass on meanwhile.
    """
    sweep = session.get(Sweep, sweep_id, populate_existing=True)
    if sweep is None or sweep.reached != reached or sweep.finished_at is not None:
        raise Conflict("another sweep is running")
    if turn.links:
        sweep.found += _store(session, sweep, turn, at)
        _note_swept(session, turn.links)
        sweep.reached = turn.links[-1]
        sweep.records += len(turn.links)
        sweep.pairs += turn.pairs
        sweep.seconds += turn.seconds
    else:
        _finish(session, sweep, at)
    try:
        session.flush()
    except StaleDataError as error:
        raise Conflict("another sweep is running") from error
    return sweep


def _store(session: Session, sweep: Sweep, turn: Compared, at: datetime) -> int:
    """Keep each couple with the strongest comparison of this pass; how many were not in the queue before."""
    pair = tuple_(ProbableDuplicate.one_id, ProbableDuplicate.other_id)
    rows = session.scalars(select(ProbableDuplicate).where(pair.in_(list(turn.likely)))) if turn.likely else ()
    known = {(row.one_id, row.other_id): row for row in rows}
    for couple, proposal in turn.likely.items():
        row = known.get(couple)
        if row is not None and row.sweep_id == sweep.id and row.weight >= proposal.weight:
            continue
        if row is None:
            row = ProbableDuplicate(one_id=couple[0], other_id=couple[1], found_at=at)
            session.add(row)
        row.band, row.probability, row.weight, row.reason = proposal.band, proposal.probability, proposal.weight, proposal.reason
        row.lines = [asdict(line) for line in proposal.lines]
        row.matcher_version, row.sweep_id = sweep.matcher_version, sweep.id
    return len(turn.likely.keys() - known.keys())


def _note_swept(session: Session, links: tuple[uuid.UUID, ...]) -> None:
    known = set(session.scalars(select(SweptLink.link_id).where(SweptLink.link_id.in_(links))))
    new = [{"link_id": key} for key in links if key not in known]
    if new:
        session.execute(insert(SweptLink), new)


def _finish(session: Session, sweep: Sweep, at: datetime) -> None:
    """End the pass: people who are no more leave the queue, and after a pass over all also what it did not find again."""
    gone: list[ColumnElement[bool]] = [
        ~exists().where(PersonLink.person_id == column, PersonLink.superseded_at.is_(None))
        for column in (ProbableDuplicate.one_id, ProbableDuplicate.other_id)
    ]
    if sweep.scope == "all":
        gone.append(ProbableDuplicate.sweep_id != sweep.id)
    session.execute(delete(ProbableDuplicate).where(or_(*gone)).execution_options(synchronize_session=False))
    superseded = select(PersonLink.id).where(PersonLink.superseded_at.is_not(None))
    session.execute(delete(SweptLink).where(SweptLink.link_id.in_(superseded)).execution_options(synchronize_session=False))
    sweep.finished_at = at
    audit(
        session, None, "sweep.finished", sweep=str(sweep.id), scope=sweep.scope, version=sweep.matcher_version,
        records=sweep.records, pairs=sweep.pairs, found=sweep.found,
    )
