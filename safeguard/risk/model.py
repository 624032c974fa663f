"""Flags: what a signal found, the evidence for it, and what a person made of it."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from safeguard.kernel.database import Base, Moment, new_id


class Flag(Base):
    """A signal fired for a person. It stays until a person reviews it or its facts are gone; it is never deleted.

    `fingerprint` names the evidence: the same evidence never raises the same flag twice.
    """

    __tablename__ = "flag"
    __table_args__ = (
        CheckConstraint("severity IN ('INFO', 'AMBER', 'RED')", name="known_severity"),
        CheckConstraint("status IN ('open', 'reviewed', 'renewed', 'withdrawn')", name="known_status"),
        Index(
            "uq_flag_open",
            "person_id",
            "signal",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index(None, "person_id", "status"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    signal: Mapped[str] = mapped_column(String(6))
    severity: Mapped[str] = mapped_column(String(6))
    sentence: Mapped[str] = mapped_column(Text)
    clears: Mapped[str] = mapped_column(Text)
    policy_version: Mapped[str] = mapped_column(String(40))
    fingerprint: Mapped[str] = mapped_column(String(64))
    raised_at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[str] = mapped_column(String(10))
    status_at: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(String(20))
    outcome_reason: Mapped[str | None] = mapped_column(Text)
    reviewed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class FlagEvidence(Base):
    """One event or relationship that raised a flag, with the words shown for it."""

    __tablename__ = "flag_evidence"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    flag_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("flag.id"), index=True)
    place: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    evidence_id: Mapped[str] = mapped_column(String(64), index=True)
    words: Mapped[str] = mapped_column(Text)
