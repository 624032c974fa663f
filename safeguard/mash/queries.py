"""The queue: submitted referrals not yet decided, by time left, a page at a time, in a fixed number of statements."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, select, true
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.agencies.model import Account, Agency
from safeguard.kernel.errors import NotPermitted
from safeguard.kernel.numbers import pages_of
from safeguard.mash.allocation.model import Allocation
from safeguard.mash.allocation.queries import MINE, NOBODY, is_there
from safeguard.mash.clocks import TimeLeft, response_left, time_left
from safeguard.mash.model import Episode, current_stage, undecided
from safeguard.people.identity import full_name
from safeguard.people.model import MatchProposal, PersonLink, SourceRecord
from safeguard.referrals.model import Referral
from safeguard.risk.model import Flag

PAGE = 25
_MOST_URGENT = 10
STAGES = {"RECEIVED": "Not yet rated", "SCREENED": "Rated, waiting for a decision", "DECIDED": "Decided"}
# A rating sets a clock of its own and does not stop the statutory one.
LATE = "LATE"

_due_at = func.coalesce(Episode.due_at, Referral.response_due_at)


@dataclass(slots=True)
class QueueRow:
    """One referral as the queue shows it."""

    referral_id: uuid.UUID
    reference: str
    agency: str
    source_code: str
    received_at: datetime
    immediate_danger: bool
    rating: str | None
    stage: str
    due_at: datetime
    left: TimeLeft | None
    response_due_at: datetime
    response_left: TimeLeft | None
    children: list[str] = field(default_factory=list)
    flags: dict[str, int] = field(default_factory=dict)
    possible_matches: int = 0
    worker: str | None = None
    worker_there: bool = False


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the queue, the number of referrals in each stage, and how many pages there are.

    `late` counts the undecided ones whose statutory response is overdue. `urgent` are the undecided ones that speak of
    immediate danger, oldest first, by id and reference: a clock says when they are late, not that a child may be hurt
    tonight. `whose` counts the undecided ones that are the actor's own (MINE), and nobody's (NOBODY): neither allocated to
    anybody nor to somebody who has left.
    """

    rows: Sequence[QueueRow]
    whose: dict[str, int]
    late: int
    urgent: Sequence[tuple[uuid.UUID, str]]
    counts: dict[str, int]
    page: int
    pages: int


def queue(
    session: Session, actor: Actor, *, stage: str | None, page: int, at: datetime, whose: str | None = None
) -> QueuePage:
    """The referrals in `stage` (None: all that are not decided; LATE: those whose response is late), least time left first.

    Args:
        whose: MINE, NOBODY, or None for everybody's. The counts of stages are of those.

    Raises:
        NotPermitted: the actor does not work at the desk.
    """
    if not permits(actor, "desk.view"):
        raise NotPermitted("queue")
    mine, nobodys = Allocation.account_id == actor.account_id, ~func.coalesce(is_there(Account), false())
    chosen = {MINE: mine, NOBODY: nobodys}.get(whose or "", true())
    counts: dict[str, int] = dict(
        session.execute(_submitted(select(current_stage, func.count())).where(chosen).group_by(current_stage)).tuples().all()
    )
    late = session.scalar(_submitted(select(func.count())).where(_is_late(at), chosen)) or 0
    of_whom = session.execute(
        _submitted(select(func.count(case((mine, 1))), func.count(case((nobodys, 1))))).where(undecided)
    ).one()
    open_now = counts.get("RECEIVED", 0) + counts.get("SCREENED", 0)
    wanted = open_now if stage is None else late if stage == LATE else counts.get(stage, 0)
    pages = pages_of(wanted, PAGE)
    page = min(max(page, 1), pages)
    rows = _rows(session, stage, page, at, chosen)
    _add_children(session, rows)
    _add_flags(session, rows)
    _add_proposals(session, rows)
    numbers = {MINE: of_whom[0], NOBODY: of_whom[1]}
    return QueuePage(rows, numbers, late, _urgent(session), {key: counts.get(key, 0) for key in STAGES}, page, pages)


def _is_late(at: datetime) -> ColumnElement[bool]:
    return and_(undecided, Referral.response_due_at < at)


def _submitted(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        query.select_from(Referral)
        .outerjoin(Episode, Episode.referral_id == Referral.id)
        .outerjoin(Allocation, and_(Allocation.referral_id == Referral.id, Allocation.ended_at.is_(None)))
        .outerjoin(Account, Account.id == Allocation.account_id)
        .where(Referral.status == "submitted")
    )


def _urgent(session: Session) -> list[tuple[uuid.UUID, str]]:
    found = session.execute(
        _submitted(select(Referral.id, Referral.reference))
        .where(undecided, Referral.immediate_danger)
        .order_by(Referral.submitted_at, Referral.id)
        .limit(_MOST_URGENT)
    )
    return [(key, reference or "") for key, reference in found.tuples()]


def referral_called(session: Session, actor: Actor, reference: str) -> uuid.UUID | None:
    """The submitted referral with that reference, where `actor` works at the desk."""
    if not permits(actor, "desk.view"):
        return None
    return session.scalar(
        select(Referral.id).where(Referral.reference == reference, Referral.status == "submitted")
    )


def _rows(session: Session, stage: str | None, page: int, at: datetime, chosen: ColumnElement[bool]) -> list[QueueRow]:
    in_stage: ColumnElement[bool] = current_stage == stage if stage else undecided
    if stage == LATE:
        in_stage = _is_late(at)
    order = (Episode.decided_at.desc(),) if stage == "DECIDED" else (_due_at, Referral.submitted_at)
    found = session.execute(
        _submitted(
            select(
                Referral.id,
                Referral.reference,
                Agency.name,
                Referral.source_code,
                Referral.submitted_at,
                Referral.immediate_danger,
                Episode.rating,
                current_stage,
                _due_at,
                Referral.response_due_at,
                Account.name,
                is_there(Account),
            )
        )
        .join(Agency, Agency.id == Referral.agency_id)
        .where(in_stage, chosen)
        .order_by(*order, Referral.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return [
        QueueRow(
            referral_id=key,
            reference=reference or "",
            agency=agency,
            source_code=source,
            received_at=received,
            immediate_danger=danger,
            rating=rating,
            stage=stage_now,
            due_at=due,
            left=None if stage_now == "DECIDED" else time_left(due, at),
            response_due_at=response_due,
            response_left=response_left(rating, stage_now, response_due, at),
            worker=worker,
            worker_there=bool(there),
        )
        for key, reference, agency, source, received, danger, rating, stage_now, due, response_due, worker, there in found
    ]


def _add_children(session: Session, rows: Sequence[QueueRow]) -> None:
    names: dict[uuid.UUID | None, list[str]] = defaultdict(list)
    found = session.scalars(
        select(SourceRecord)
        .where(SourceRecord.referral_id.in_([row.referral_id for row in rows]), SourceRecord.role == "subject")
        .order_by(func.length(SourceRecord.document_key), SourceRecord.document_key)
    )
    for record in found:
        names[record.referral_id].append(full_name(record))
    for row in rows:
        row.children = names[row.referral_id]


def _add_flags(session: Session, rows: Sequence[QueueRow]) -> None:
    """Open flags of the children of each referral, by severity."""
    flags: dict[uuid.UUID | None, dict[str, int]] = defaultdict(dict)
    found = session.execute(
        select(SourceRecord.referral_id, Flag.severity, func.count(Flag.id.distinct()))
        .join(PersonLink, and_(PersonLink.source_record_id == SourceRecord.id, PersonLink.superseded_at.is_(None)))
        .join(Flag, and_(Flag.person_id == PersonLink.person_id, Flag.status == "open"))
        .where(SourceRecord.referral_id.in_([row.referral_id for row in rows]), SourceRecord.role == "subject")
        .group_by(SourceRecord.referral_id, Flag.severity)
    )
    for referral_id, severity, count in found.tuples():
        flags[referral_id][severity] = count
    for row in rows:
        row.flags = flags[row.referral_id]


def _add_proposals(session: Session, rows: Sequence[QueueRow]) -> None:
    """People of each referral who may be somebody known, and nobody has said yet."""
    found = session.execute(
        select(SourceRecord.referral_id, func.count(SourceRecord.id.distinct()))
        .join(MatchProposal, MatchProposal.source_record_id == SourceRecord.id)
        .where(
            SourceRecord.referral_id.in_([row.referral_id for row in rows]), MatchProposal.answered_at.is_(None)
        )
        .group_by(SourceRecord.referral_id)
    )
    waiting = dict(found.tuples().all())
    for row in rows:
        row.possible_matches = waiting.get(row.referral_id, 0)
