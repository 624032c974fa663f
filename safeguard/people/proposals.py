"""Possible matches that wait for a person's word: opened, closed, and carried along when people are joined or parted."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from safeguard.kernel.database import new_id
from safeguard.people.model import MatchProposal
from safeguard.people.sight import sees_everything


@sees_everything
def close_proposals(
    session: Session,
    record_ids: Collection[uuid.UUID],
    person_ids: Collection[uuid.UUID] | None,
    *,
    at: datetime,
    change_id: uuid.UUID | None = None,
) -> None:
    """Close what is proposed for these records: all of it, or where it names one of `person_ids`."""
    which = [MatchProposal.source_record_id.in_(list(record_ids)), MatchProposal.answered_at.is_(None)]
    if person_ids is not None:
        which.append(MatchProposal.person_id.in_(list(person_ids)))
    session.execute(
        update(MatchProposal)
        .where(*which)
        .values(answered_at=at, closed_by_change=change_id, version=MatchProposal.version + 1)
        .execution_options(synchronize_session=False)
    )


@sees_everything
def open_about(session: Session, person_ids: Collection[uuid.UUID]) -> list[MatchProposal]:
    """What is proposed and not answered about these people."""
    rows = session.scalars(
        select(MatchProposal)
        .where(MatchProposal.person_id.in_(list(person_ids)), MatchProposal.answered_at.is_(None))
        .order_by(MatchProposal.weight.desc(), MatchProposal.id)
        .execution_options(populate_existing=True)
    )
    return list(rows)


@sees_everything
def carry_over(
    session: Session, proposals: Iterable[MatchProposal], person_id: uuid.UUID, change_id: uuid.UUID | None
) -> None:
    """Propose another person for the same records, on the same evidence, where that was never proposed before."""
    wanted = list(proposals)
    known = set(
        session.scalars(
            select(MatchProposal.source_record_id).where(
                MatchProposal.person_id == person_id,
                MatchProposal.source_record_id.in_([one.source_record_id for one in wanted]),
            )
        )
    )
    for one in wanted:
        if one.source_record_id not in known:
            known.add(one.source_record_id)
            session.add(
                MatchProposal(
                    id=new_id(), source_record_id=one.source_record_id, person_id=person_id, band=one.band,
                    probability=one.probability, weight=one.weight, reason=one.reason, lines=one.lines,
                    matcher_version=one.matcher_version, proposed_at=one.proposed_at, opened_by_change=change_id,
                )
            )  # fmt: skip
    session.flush()


@sees_everything
def reopen(session: Session, record_ids: Collection[uuid.UUID], change_id: uuid.UUID) -> None:
    """Ask again what a change had closed for these records."""
    session.execute(
        update(MatchProposal)
        .where(MatchProposal.closed_by_change == change_id, MatchProposal.source_record_id.in_(list(record_ids)))
        .values(answered_at=None, closed_by_change=None, version=MatchProposal.version + 1)
        .execution_options(synchronize_session=False)
    )


@sees_everything
def closed_by(session: Session, change_id: uuid.UUID) -> list[MatchProposal]:
    """What a change closed."""
    return list(session.scalars(select(MatchProposal).where(MatchProposal.closed_by_change == change_id)))


@sees_everything
def opened_by(session: Session, change_id: uuid.UUID) -> list[MatchProposal]:
    """What a change opened."""
    return list(session.scalars(select(MatchProposal).where(MatchProposal.opened_by_change == change_id)))
