"""Restrictions, who passes them, what opened them, and whom a person must not look at.

A restriction hangs on source records, so it follows a person through joining and parting: a person is restricted while
any of their current records is. Triggers refuse to change what was said; an end is a row or a moment of its own.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String, Uuid, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from safeguard.kernel.database import Base, Moment, json_type, new_id
from safeguard.kernel.record_key import RecordKey, UnderRecordKey


class Restriction(Base):
    """Something that only those named on it may know of: a person (by `RestrictionRecord`), an address, or one event.

    `instead` is what everybody else reads in place of a sealed event; without it, the event is not there for them.
    """

    __tablename__ = "restriction"
    __table_args__ = (
        CheckConstraint("kind IN ('person', 'address', 'event')", name="known_kind"),
        CheckConstraint("(kind = 'address') = (address_id IS NOT NULL)", name="address_of_address"),
        CheckConstraint("(kind = 'event') = (case_event_id IS NOT NULL)", name="event_of_event"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(10))
    address_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("address.id"), index=True)
    case_event_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("case_event.id"), index=True)
    instead_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    placed_at: Mapped[datetime] = mapped_column(Moment)

    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(Restriction.id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    instead = UnderRecordKey("instead_sealed")


class RestrictionRecord(Base):
    """A source record whose person is restricted, whoever that is by now."""

    __tablename__ = "restriction_record"

    restriction_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("restriction.id"), primary_key=True)
    source_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"), primary_key=True, index=True)


class RestrictionReader(Base):
    """Somebody who may pass a restriction: an account, or everybody in a role. Only `ended_at` and `ended_by` are set later."""

    __tablename__ = "restriction_reader"
    __table_args__ = (CheckConstraint("(account_id IS NULL) <> (role IS NULL)", name="account_or_role"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    restriction_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("restriction.id"), index=True)
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str | None] = mapped_column(String(40))
    added_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    added_at: Mapped[datetime] = mapped_column(Moment)
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class RestrictionStep(Base):
    """What somebody did about a restriction, and why; never changed. It holds until a step lifts it."""

    __tablename__ = "restriction_step"
    __table_args__ = (
        CheckConstraint("act IN ('placed', 'reviewed', 'lifted')", name="known_act"),
        Index(None, "restriction_id", "place", unique=True),
        Index(
            "uq_restriction_step_lifted",
            "restriction_id",
            unique=True,
            sqlite_where=text("act = 'lifted'"),
            postgresql_where=text("act = 'lifted'"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    restriction_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("restriction.id"))
    place: Mapped[int] = mapped_column(Integer)
    act: Mapped[str] = mapped_column(String(10))
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    review_on: Mapped[date | None] = mapped_column(Date)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)

    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(RestrictionStep.restriction_id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    reason = UnderRecordKey("reason_sealed")


class BreakGlass(Base):
    """One restriction opened by one person for a short time, because a child could not wait. Reviewed afterwards.

    Only `closed_at` and the review are set later, each once.
    """

    __tablename__ = "break_glass"
    __table_args__ = (
        CheckConstraint("outcome IN ('justified', 'not_justified', 'referred')", name="known_outcome"),
        CheckConstraint("reviewed_by <> account_id", name="second_person"),
        Index(None, "account_id", "until"),
        Index(
            "ix_break_glass_to_review",
            "opened_at",
            sqlite_where=text("reviewed_at IS NULL"),
            postgresql_where=text("reviewed_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    restriction_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("restriction.id"), index=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(String(20))
    outcome_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reviewed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)

    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(BreakGlass.restriction_id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    reason = UnderRecordKey("reason_sealed")
    outcome_reason = UnderRecordKey("outcome_reason_sealed")


class Conflict(Base):
    """An account must not look at some people: own family, a friend, a colleague. Declared by them or suspected from names.

    It hangs on source records, as a restriction does. No name on a restriction and no emergency passes it. Only the
    ending is set later, by somebody else.
    """

    __tablename__ = "conflict_of_interest"
    __table_args__ = (
        CheckConstraint("kind IN ('declared', 'suspected')", name="known_kind"),
        CheckConstraint("ended_by <> account_id", name="second_person"),
        Index(None, "account_id", "ended_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(10))
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    noted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    noted_at: Mapped[datetime] = mapped_column(Moment)
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(Conflict.id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    reason = UnderRecordKey("reason_sealed")
    ended_reason = UnderRecordKey("ended_reason_sealed")


class ConflictRecord(Base):
    """A source record whose person an account must not look at."""

    __tablename__ = "conflict_of_interest_record"

    conflict_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conflict_of_interest.id"), primary_key=True)
    source_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"), primary_key=True, index=True)


class AccessNotice(Base):
    """Something an account is told at once: a record of theirs was opened, looked at from outside, needs a look."""

    __tablename__ = "access_notice"
    __table_args__ = (Index(None, "account_id", "at"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(30))
    about_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    by_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)


class AccountHome(Base):
    """The postcode a member of staff lives at, so that they are kept from their own street. Shown to nobody."""

    __tablename__ = "account_home"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    postcode: Mapped[str] = mapped_column(String(10), index=True)
    told_at: Mapped[datetime] = mapped_column(Moment)


class UnusualLooking(Base):
    """Looking that somebody should ask about: found by a rule, with its counts, answered by a person. It accuses nobody."""

    __tablename__ = "unusual_looking"
    __table_args__ = (
        CheckConstraint("outcome IN ('justified', 'not_justified', 'referred')", name="known_outcome"),
        CheckConstraint("reviewed_by <> account_id", name="second_person"),
        Index(None, "account_id", "rule", "day", unique=True),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    rule: Mapped[str] = mapped_column(String(20))
    day: Mapped[date] = mapped_column(Date)
    facts: Mapped[dict[str, Any]] = mapped_column(json_type())
    found_at: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(String(20))
    outcome_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reviewed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)

    # Made when somebody answers.
    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(UnusualLooking.id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    outcome_reason = UnderRecordKey("outcome_reason_sealed")
