"""The schedule as it was adopted, legal holds, files whose time has ended, and certificates. Triggers keep what is final."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from safeguard.audit.changes import follow
from safeguard.kernel.database import Base, Moment, json_type, new_id
from safeguard.kernel.record_key import RecordKey, UnderRecordKey
from safeguard.people.sight import keep_from_view

_TRIGGERS = "\"trigger\" IN ('birth', 'closed', 'last_contact', 'death')"


class RetentionRule(Base):
    """A line of the schedule as somebody adopted it, with the reason; never changed. The newest of its class counts."""

    __tablename__ = "retention_rule"
    __table_args__ = (CheckConstraint(_TRIGGERS, name="known_trigger"), CheckConstraint("years BETWEEN 1 AND 120", name="sensible"))

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    class_code: Mapped[str] = mapped_column(String(20), index=True)
    trigger: Mapped[str] = mapped_column(String(20))
    years: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)


class LegalHold(Base):
    """Nothing of a person, or without one of anybody, may be destroyed: for an inquiry, a claim, a review of a death.

    It hangs on source records (`LegalHoldRecord`), and so follows a person. Only its lifting is set later.
    """

    __tablename__ = "legal_hold"
    __table_args__ = (CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    everybody: Mapped[bool] = mapped_column()
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    until: Mapped[date | None] = mapped_column(Date)
    placed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    placed_at: Mapped[datetime] = mapped_column(Moment)
    lifted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    lifted_at: Mapped[datetime | None] = mapped_column(Moment)
    lifted_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(LegalHold.id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    reason = UnderRecordKey("reason_sealed")
    lifted_reason = UnderRecordKey("lifted_reason_sealed")


class LegalHoldRecord(Base):
    """A source record whose person is held."""

    __tablename__ = "legal_hold_record"

    hold_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("legal_hold.id"), primary_key=True)
    source_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"), primary_key=True, index=True)


class RetentionReview(Base):
    """A file whose time has ended: somebody keeps it until a later day, or asks for its end, and somebody else answers.

    `waiting` for a first look, `asked` for a second person, `kept` until `keep_until`, or `destroyed`.
    """

    __tablename__ = "retention_review"
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'asked', 'kept', 'destroyed')", name="known_status"),
        CheckConstraint("answered_by <> asked_by", name="second_person"),
        Index(None, "status", "ended_on"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    class_code: Mapped[str] = mapped_column(String(20))
    rule: Mapped[str] = mapped_column(String(200))
    ended_on: Mapped[date] = mapped_column(Date)
    found_at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[str] = mapped_column(String(10))
    asked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answer_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    keep_until: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer)

    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(RetentionReview.id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    reason = UnderRecordKey("reason_sealed")
    answer_reason = UnderRecordKey("answer_reason_sealed")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class RetentionReviewPerson(Base):
    """Somebody in a file under review. Gone when the file is."""

    __tablename__ = "retention_review_person"

    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("retention_review.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class Destruction(Base):
    """The certificate: what was destroyed, on which rule, and by whom. It tells of nobody.

    While one is not finished the database allows the rows of records to be deleted, in that transaction alone.
    """

    __tablename__ = "destruction"
    __table_args__ = (
        CheckConstraint("confirmed_by <> asked_by", name="second_person"),
        Index(
            "ix_destruction_unfinished", "started_at",
            sqlite_where=text("finished_at IS NULL"), postgresql_where=text("finished_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("retention_review.id"), unique=True)
    class_code: Mapped[str] = mapped_column(String(20))
    rule: Mapped[str] = mapped_column(String(200))
    ended_on: Mapped[date] = mapped_column(Date)
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    confirmed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    started_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    # How many rows of each table, by its name.
    counts: Mapped[dict[str, Any]] = mapped_column(json_type())


keep_from_view(LegalHoldRecord, "people", lambda hidden: LegalHoldRecord.source_record_id.not_in(hidden.records))
keep_from_view(RetentionReviewPerson, "people", lambda hidden: RetentionReviewPerson.person_id.not_in(hidden.people))
follow(LegalHold, {"lifted_at": "lifted", "lifted_by": "lifted by"})
follow(RetentionReview, {"status": "state", "keep_until": "kept until"})
