"""The sweep for duplicates: each pass, what it has compared, and the pairs it found."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, Integer, String, Text, Uuid, and_, text
from sqlalchemy.orm import Mapped, mapped_column

from safeguard.kernel.database import Base, Moment, json_type, new_id
from safeguard.people.sight import keep_from_view


class Sweep(Base):
    """One pass over the population, or the part of it that is new; at most one of each scope is not finished.

    It goes by the ids of links and has `reached` one of them: stopped anywhere, it goes on there. `seconds` is time spent
    comparing, `pairs` how often a record was compared with a person, `found` the duplicates it was first to see.
    """

    __tablename__ = "sweep"
    __table_args__ = (
        CheckConstraint("scope IN ('new', 'all')", name="known_scope"),
        Index(
            "uq_sweep_unfinished",
            "scope",
            unique=True,
            sqlite_where=text("finished_at IS NULL"),
            postgresql_where=text("finished_at IS NULL"),
        ),
        Index(None, "started_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    scope: Mapped[str] = mapped_column(String(3))
    matcher_version: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    reached: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    records: Mapped[int] = mapped_column(Integer)
    pairs: Mapped[int] = mapped_column(Integer)
    found: Mapped[int] = mapped_column(Integer)
    seconds: Mapped[float] = mapped_column(Float)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class SweptLink(Base):
    """A link whose record has been compared as part of its person. Whatever is linked anew is not in here yet."""

    __tablename__ = "swept_link"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    link_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)


class ProbableDuplicate(Base):
    """Two people whom a sweep found likely to be one, the lower id first, with the comparison that speaks most for it."""

    __tablename__ = "probable_duplicate"
    __table_args__ = (CheckConstraint("one_id < other_id", name="once"), Index(None, "weight"))

    one_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    other_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    band: Mapped[str] = mapped_column(String(10))
    probability: Mapped[float] = mapped_column(Float)
    weight: Mapped[float] = mapped_column(Float)
    reason: Mapped[str] = mapped_column(Text)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(json_type())
    matcher_version: Mapped[str] = mapped_column(String(40))
    found_at: Mapped[datetime] = mapped_column(Moment)
    sweep_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sweep.id"), index=True)


keep_from_view(
    ProbableDuplicate, "people",
    lambda hidden: and_(ProbableDuplicate.one_id.not_in(hidden.people), ProbableDuplicate.other_id.not_in(hidden.people)),
)
