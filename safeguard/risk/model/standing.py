"""Where each child with open flags stands on the list: worked out from the flags, rewritten with them."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from safeguard.kernel.database import Base, Moment
from safeguard.people.sight import keep_from_view


class RiskStanding(Base):
    """Where a child with an open RED or AMBER flag stands on the list: worked out from the flags, rewritten with them.

    The facts that order and filter the list are kept here so that a page of it is one indexed read. `family` is the
    same for brothers and sisters: the least of their ids.
    """

    __tablename__ = "risk_standing"
    __table_args__ = (
        CheckConstraint("level IN ('same_day', '72_hours', 'single')", name="known_level"),
        Index(None, "level"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    family: Mapped[uuid.UUID] = mapped_column(Uuid)
    level: Mapped[str] = mapped_column(String(10))
    reds: Mapped[int] = mapped_column(Integer)
    ambers: Mapped[int] = mapped_column(Integer)
    groups: Mapped[int] = mapped_column(Integer)
    newest_red: Mapped[date | None] = mapped_column(Date)
    last_seen: Mapped[date | None] = mapped_column(Date)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    waiting: Mapped[int] = mapped_column(Integer)
    birth_date: Mapped[date | None] = mapped_column(Date)
    unborn: Mapped[bool] = mapped_column(Boolean)
    outward: Mapped[str | None] = mapped_column(String(5))


class RiskStandingAgency(Base):
    """An agency whose reports stand behind a child's open flags."""

    __tablename__ = "risk_standing_agency"
    __table_args__ = (Index(None, "agency_id"),)

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"), primary_key=True)


keep_from_view(RiskStanding, "people", lambda hidden: RiskStanding.person_id.not_in(hidden.people))
keep_from_view(RiskStandingAgency, "people", lambda hidden: RiskStandingAgency.person_id.not_in(hidden.people))
