"""The worklist of possible matches: everybody in a referral who may be known, by the referral's time left."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, select, tuple_
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.kernel.errors import NotPermitted
from safeguard.kernel.numbers import pages_of
from safeguard.mash.clocks import TimeLeft, time_left
from safeguard.mash.model import Episode
from safeguard.people.candidates import clusters_of
from safeguard.people.identity import Identity, identity_of
from safeguard.people.model import MatchProposal, MatchVerdict, SourceRecord
from safeguard.referrals.model import Referral

PAGE = 25

_due = func.coalesce(Episode.due_at, Referral.response_due_at)
_decided: ColumnElement[int] = case((Episode.stage == "DECIDED", 1), else_=0)
_order: tuple[Any, ...] = (_decided, _due, SourceRecord.referral_id, SourceRecord.id)


@dataclass(frozen=True, slots=True)
class WaitingMatch:
    """Somebody in a referral who may be known, with the likeliest of the people they may be."""

    record: SourceRecord
    referral_id: uuid.UUID
    reference: str
    left: TimeLeft | None
    candidates: int
    likeliest: Identity | None
    reason: str


@dataclass(frozen=True, slots=True)
class Worklist:
    """One page of the worklist; `waiting` nobody has answered, `unsure` somebody has looked at and left open."""

    rows: Sequence[WaitingMatch]
    waiting: int
    unsure: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands in the worklist."""

    referral_id: uuid.UUID
    record_id: uuid.UUID


def worklist(session: Session, actor: Actor, *, unsure: bool, page: int, at: datetime) -> Worklist:
    """The people nobody has answered for (or, with `unsure`, those left open), least time left first, decided last.

    Raises:
        NotPermitted: the actor may not decide matches.
    """
    _check(actor)
    asked = _asked()
    waiting, left_open = session.execute(
        select(
            func.coalesce(func.sum(case((asked.c.unsure < asked.c.waiting, 1), else_=0)), 0),
            func.coalesce(func.sum(case((asked.c.unsure >= asked.c.waiting, 1), else_=0)), 0),
        ).select_from(asked)
    ).one()
    pages = pages_of(left_open if unsure else waiting, PAGE)
    page = min(max(page, 1), pages)
    found = session.execute(
        _waiting(select(SourceRecord, Referral.reference, _due, _decided, asked.c.waiting), asked, unsure=unsure)
        .order_by(*_order)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    likeliest = _likeliest(session, [row[0].id for row in found])
    rows = [_row(row, likeliest, at) for row in found]
    return Worklist(rows, waiting, left_open, page, pages)


def next_waiting(session: Session, actor: Actor, *, after: uuid.UUID | None) -> Place | None:
    """The next record to look at: the one that follows record `after`, or else the first; never `after` itself.

    Raises:
        NotPermitted: the actor may not decide matches.
    """
    _check(actor)
    first = (
        _waiting(select(SourceRecord.referral_id, SourceRecord.id), _asked(), unsure=False)
        .where(SourceRecord.id != after)
        .order_by(*_order)
        .limit(1)
    )
    here = session.execute(
        select(*_order)
        .select_from(SourceRecord)
        .join(Referral, Referral.id == SourceRecord.referral_id)
        .outerjoin(Episode, Episode.referral_id == Referral.id)
        .where(SourceRecord.id == after)
    ).first()
    found = None
    if here is not None:
        place = tuple_(*(literal(value, column.type) for value, column in zip(here, _order, strict=True)))
        found = session.execute(first.where(tuple_(*_order) > place)).first()
    found = found or session.execute(first).first()
    return Place(*found) if found else None


def _check(actor: Actor) -> None:
    if not permits(actor, "desk.match"):
        raise NotPermitted("worklist")


def _asked() -> Any:
    """For each record with proposals that wait: how many, and for how many of them somebody was unsure."""
    said_unsure = exists().where(
        MatchVerdict.source_record_id == MatchProposal.source_record_id,
        MatchVerdict.person_id == MatchProposal.person_id,
        MatchVerdict.verdict == "unsure",
    )
    return (
        select(
            MatchProposal.source_record_id,
            func.count().label("waiting"),
            func.sum(case((said_unsure, 1), else_=0)).label("unsure"),
        )
        .where(MatchProposal.answered_at.is_(None))
        .group_by(MatchProposal.source_record_id)
        .subquery()
    )


def _waiting(query: Select[*tuple[Any, ...]], asked: Any, *, unsure: bool) -> Select[*tuple[Any, ...]]:
    return (
        query.select_from(asked)
        .join(SourceRecord, SourceRecord.id == asked.c.source_record_id)
        .join(Referral, and_(Referral.id == SourceRecord.referral_id, Referral.status == "submitted"))
        .outerjoin(Episode, Episode.referral_id == Referral.id)
        .where(asked.c.unsure >= asked.c.waiting if unsure else asked.c.unsure < asked.c.waiting)
    )


def _likeliest(session: Session, record_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[Identity | None, str]]:
    """For each record the person of its strongest proposal that waits, and the reason."""
    best: dict[uuid.UUID, MatchProposal] = {}
    for proposal in session.scalars(
        select(MatchProposal)
        .where(MatchProposal.source_record_id.in_(record_ids), MatchProposal.answered_at.is_(None))
        .order_by(MatchProposal.weight.desc(), MatchProposal.id)
    ):
        best.setdefault(proposal.source_record_id, proposal)
    clusters = clusters_of(session, {proposal.person_id for proposal in best.values()})
    return {
        key: (identity_of(said) if (said := clusters[proposal.person_id]) else None, proposal.reason)
        for key, proposal in best.items()
    }


def _row(row: Any, likeliest: dict[uuid.UUID, tuple[Identity | None, str]], at: datetime) -> WaitingMatch:
    record, reference, due, decided, candidates = row
    identity, reason = likeliest[record.id]
    return WaitingMatch(
        record=record,
        referral_id=record.referral_id,
        reference=reference,
        left=None if decided else time_left(due, at),
        candidates=candidates,
        likeliest=identity,
        reason=reason,
    )
