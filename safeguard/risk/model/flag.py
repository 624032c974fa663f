"""Flags: a finding that waits for a person, the facts behind it, and what people did about it."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, Uuid, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from safeguard.kernel.database import Base, Moment, new_id
from safeguard.kernel.record_key import ObjectUnderRecordKey, RecordKey, UnderRecordKey
from safeguard.people.sight import keep_from_view


class Flag(Base):
    """A signal fired for a person. It stays until a person reviews it or its facts are gone; it is never deleted.

    `person_id` is the child, born or unborn; an adult only while a pregnancy has no child's record to carry the flag.
    `told` is what was found, sealed: a `sentence`, what `clears` it, and the `gaps` in what is recorded. `fingerprint`
    names the evidence. While `waiting_since` is set the flag is open still: a dismissed RED waits for a second person.
    `closed_words` say why it was withdrawn. `changed_at` moves with every step, and `version` with it.
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
    told_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    policy_version: Mapped[str] = mapped_column(String(40))
    fingerprint: Mapped[str] = mapped_column(String(64))
    raised_at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[str] = mapped_column(String(10))
    status_at: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(String(20))
    outcome_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reviewed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column(Integer)
    owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    waiting_since: Mapped[datetime | None] = mapped_column(Moment)
    closed_reason: Mapped[str | None] = mapped_column(String(20))
    closed_words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime | None] = mapped_column(Moment)

    # The person's: what is noticed of somebody quotes what was told of them.
    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(Flag.person_id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    told = ObjectUnderRecordKey("told_sealed")
    outcome_reason = UnderRecordKey("outcome_reason_sealed")
    closed_words = UnderRecordKey("closed_words_sealed")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def sentence(self) -> str:
        said: str = self.told["sentence"]
        return said

    @property
    def clears(self) -> str:
        said: str = self.told["clears"]
        return said

    @property
    def gaps(self) -> list[str]:
        said: list[str] = self.told["gaps"]
        return said

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
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[uuid.UUID] = mapped_column(Uuid)

    # That of the flag.
    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(FlagEvidence.key_id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    words = UnderRecordKey("words_sealed")


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
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)

    # That of the flag.
    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(FlagStep.key_id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    reason = UnderRecordKey("reason_sealed")


keep_from_view(Flag, "people", lambda hidden: Flag.person_id.not_in(hidden.people))
