"""Whom a person may be as well, by what is proposed and not answered about their records or about them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from safeguard.people.candidates import clusters_of, people_of
from safeguard.people.identity import identity_of
from safeguard.people.model import MatchProposal

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class PossiblySame:
    """Another person, by name as known now, and why the matcher thinks of them."""

    person_id: uuid.UUID
    name: str
    reason: str


def possibly_same(session: Session, person_id: uuid.UUID, record_ids: Collection[uuid.UUID]) -> list[PossiblySame]:
    """The people most likely the same as the one with these records, at most `MOST_SHOWN`, in three statements."""
    proposals = session.scalars(
        select(MatchProposal)
        .where(
            MatchProposal.answered_at.is_(None),
            or_(MatchProposal.person_id == person_id, MatchProposal.source_record_id.in_(list(record_ids))),
        )
        .order_by(MatchProposal.weight.desc(), MatchProposal.id)
        .limit(4 * MOST_SHOWN)
    ).all()
    homes = people_of(session, [one.source_record_id for one in proposals])
    reasons: dict[uuid.UUID, str] = {}
    for one in proposals:
        other = one.person_id if homes[one.source_record_id] == person_id else homes[one.source_record_id]
        if other != person_id:
            reasons.setdefault(other, one.reason)
    shown = list(reasons)[:MOST_SHOWN]
    records = clusters_of(session, shown)
    return [PossiblySame(key, identity_of(records[key]).name, reasons[key]) for key in shown if records[key]]
