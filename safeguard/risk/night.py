"""The nightly pass: signals that fire because something is missing, read for every child of whom anything is recorded.

A page of children is one transaction, and how far the night came is stored with it: a pass that was stopped goes on
where it was. What is held in memory is one page.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Date, Integer, Select, Uuid, exists, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from safeguard.concerns.model import CaseEvent
from safeguard.kernel.database import Base, Moment
from safeguard.people.model import PersonLink
from safeguard.risk.service import evaluate_children

# Children in one transaction: enough that commits do not count, few enough that nobody at the desk waits long.
PAGE = 100


class NightPass(Base):
    """How far the pass of one night came: every person up to `after` was read. Kept, so that a missed night shows."""

    __tablename__ = "night_pass"

    night: Mapped[date] = mapped_column(Date, primary_key=True)
    after: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    people: Mapped[int] = mapped_column(Integer)
    raised: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one page of the pass did; `over` where it was the last."""

    people: int
    raised: int
    over: bool


def people_with_events(session: Session) -> int:
    """How many people anything is recorded of."""
    return session.scalar(select(func.count()).select_from(_recorded().subquery())) or 0


def begin(session: Session, night: date, *, at: datetime, again: bool = False) -> NightPass:
    """The pass of `night`, begun now or where it was left; `again` begins a finished one anew."""
    found = session.get(NightPass, night)
    if found is None:
        found = NightPass(night=night, after=None, people=0, raised=0, started_at=at, finished_at=None)
        session.add(found)
    elif found.finished_at is not None and again:
        found.after, found.people, found.raised, found.started_at, found.finished_at = None, 0, 0, at, None
    session.flush()
    return found


def turn(session: Session, night: date, *, at: datetime, page: int = PAGE) -> Turn:
    """Read the next page of people and store how far the night came, in the caller's transaction."""
    this = session.get(NightPass, night)
    if this is None or this.finished_at is not None:
        return Turn(0, 0, over=True)
    people = _next(session, this.after, page)
    raised = evaluate_children(session, people, at)
    this.people += len(people)
    this.raised += len(raised)
    if people:
        this.after = people[-1]
    if len(people) < page:
        this.finished_at = at
    session.flush()
    return Turn(len(people), len(raised), over=this.finished_at is not None)


def _next(session: Session, after: uuid.UUID | None, page: int) -> Sequence[uuid.UUID]:
    query = _recorded().order_by(PersonLink.person_id).limit(page)
    return session.scalars(query if after is None else query.where(PersonLink.person_id > after)).all()


def _recorded() -> Select[uuid.UUID]:
    """Everybody of whom an event is recorded: by index from person to record to event, page after page."""
    told = exists().where(CaseEvent.source_record_id == PersonLink.source_record_id)
    return select(PersonLink.person_id).where(PersonLink.superseded_at.is_(None), told).distinct()


