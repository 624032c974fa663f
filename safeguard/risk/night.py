"""Who is read every night: everybody of whom anything is recorded, and everybody with an open flag.

Some signals fire because something is missing; others are over when their facts have grown old. People come in the order
of their ids, a page at a time, so that what is held in memory is one page and a pass that was stopped can go on.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import CompoundSelect, exists, func, select, union
from sqlalchemy.orm import Session

from safeguard.concerns.model import CaseEvent
from safeguard.people.model import PersonLink
from safeguard.risk.model import Flag

# People in one transaction: enough that commits do not count, few enough that nobody at the desk waits long.
PAGE = 100


def people_to_read(session: Session) -> int:
    """How many people the pass reads."""
    return session.scalar(select(func.count()).select_from(_to_read().subquery())) or 0


def next_people(session: Session, after: uuid.UUID | None, page: int = PAGE) -> Sequence[uuid.UUID]:
    """The next page of people to read, in the order of their ids; empty at the end."""
    return session.scalars(_to_read(after, page).order_by("person_id").limit(page)).all()


def _to_read(after: uuid.UUID | None = None, page: int | None = None) -> CompoundSelect[uuid.UUID]:
    """Each half by index and in order, so that a page costs the same at the end of a long history as at its beginning."""
    told = exists().where(CaseEvent.source_record_id == PersonLink.source_record_id)
    recorded = select(PersonLink.person_id).where(PersonLink.superseded_at.is_(None), told).distinct()
    flagged = select(Flag.person_id).where(Flag.status == "open").distinct()
    if after is not None:
        recorded, flagged = recorded.where(PersonLink.person_id > after), flagged.where(Flag.person_id > after)
    if page is not None:
        recorded, flagged = (half.order_by("person_id").limit(page).subquery().select() for half in (recorded, flagged))
    return union(recorded, flagged)
