"""The nightly pass: signals that fire because something is missing, read for everybody of whom anything is recorded.

People come in the order of their ids, a page at a time, so that what is held in memory is one page and a pass that was
stopped can go on after the last person it read.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from safeguard.concerns.model import CaseEvent
from safeguard.people.model import PersonLink
from safeguard.risk.model import Flag
from safeguard.risk.service import evaluate

# People in one transaction: enough that commits do not count, few enough that nobody at the desk waits long.
PAGE = 100
# As many as share one neighbourhood without meeting its limit.
_AT_ONCE = 20


def people_with_events(session: Session) -> int:
    """How many people anything is recorded of."""
    return session.scalar(select(func.count()).select_from(_recorded().subquery())) or 0


def next_people(session: Session, after: uuid.UUID | None, page: int = PAGE) -> Sequence[uuid.UUID]:
    """The next page of people of whom anything is recorded, in the order of their ids; empty at the end."""
    query = _recorded().order_by(PersonLink.person_id).limit(page)
    return session.scalars(query if after is None else query.where(PersonLink.person_id > after)).all()


def read_page(session: Session, people: Sequence[uuid.UUID], *, at: datetime) -> list[Flag]:
    """Read the signals for these people, in the caller's transaction. Reading somebody again raises nothing twice.

    Returns:
        the flags raised now.
    """
    raised: list[Flag] = []
    for start in range(0, len(people), _AT_ONCE):
        raised += evaluate(session, None, people[start : start + _AT_ONCE], at=at)
    return raised


def _recorded() -> Select[uuid.UUID]:
    """By index from person to record to event, whatever the size of the history."""
    told = exists().where(CaseEvent.source_record_id == PersonLink.source_record_id)
    return select(PersonLink.person_id).where(PersonLink.superseded_at.is_(None), told).distinct()
