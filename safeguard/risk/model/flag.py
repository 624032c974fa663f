"""Flags: a finding that waits for a person, the facts behind it, and what people did about it."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from safeguard.kernel.database import Base, Moment, json_type, new_id
from safeguard.people.sight import keep_from_view


class Flag(Base):
    """A signal fired for a person. It stays until a person reviews it or its facts are gone; it is never deleted.

    `person_id` is the child, born or unborn; an adult only while a pregnancy has no child's record to carry the flag.
    `fingerprint` names the evidence. While `waiting_since` is set the flag is open still: a dismissed RED waits for a
    second person. `closed_words` say why it was withdrawn. `changed_at` moves with every step, and `version` with it.
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
        Index(None, "raised_at"),
        Index(None, "status", "status_at"),
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
    owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    gaps: Mapped[list[str] | None] = mapped_column(json_type())
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    waiting_since: Mapped[datetime | None] = mapped_column(Moment)
    closed_reason: Mapped[str | None] = mapped_column(String(20))
    closed_words: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[datetime | None] = mapped_column(Moment)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def waits(self) -> bool:
        """Whether it was dismissed by one person and a second has not looked yet."""
        return self.status == "open" and self.waiting_since is not None


class FlagEvidence(Base):
    """One event or relationship that raised a flag, with the words shown for it."""

    __tablename__ = "flag_evidence"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    flag_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("flag.id"), index=True)
    place: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    evidence_id: Mapped[str] = mapped_column(String(64), index=True)
    words: Mapped[str] = mapped_column(Text)


class FlagStep(Base):
    """One thing a person did about a flag; never changed. `to_account_id` is whom it was given to.

    `place` is the version of the flag that the person acted on, so that two people can never take the same step.
    """

    __tablename__ = "flag_step"
    __table_args__ = (
        CheckConstraint(
            "act IN ('acknowledged', 'owned', 'released', 'answered', 'confirmed', 'sent_back')", name="known_act"
        ),
        Index(None, "flag_id", "place", unique=True),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    flag_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("flag.id"))
    place: Mapped[int] = mapped_column(Integer)
    act: Mapped[str] = mapped_column(String(20))
    to_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    outcome: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)


keep_from_view(Flag, "people", lambda hidden: Flag.person_id.not_in(hidden.people))
