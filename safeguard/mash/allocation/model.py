"""Allocations: from when to when a referral was somebody's, who said so, and why."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Uuid, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from safeguard.kernel.database import Base, Moment, new_id
from safeguard.kernel.record_key import RecordKey, UnderRecordKey
from safeguard.people.sight import keep_from_view


class Allocation(Base):
    """A stretch in which a referral was one worker's (`account_id`). Of a referral at most one has not ended; all are kept.

    `given_by` and `ended_by` are who did it, the worker or a manager; the reasons are sealed under the referral's key.
    """

    __tablename__ = "allocation"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        Index("uq_allocation_current", "referral_id", unique=True, sqlite_where=text("ended_at IS NULL"),
              postgresql_where=text("ended_at IS NULL")),
        Index(None, "referral_id", "at"),
        Index(None, "account_id", "ended_at"),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    referral_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("referral.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    given_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    end_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    key: Mapped[RecordKey | None] = relationship(primaryjoin=lambda: foreign(Allocation.referral_id) == RecordKey.id, viewonly=True)
    reason = UnderRecordKey("reason_sealed")
    end_reason = UnderRecordKey("end_reason_sealed")


keep_from_view(Allocation, "people", lambda hidden: Allocation.referral_id.not_in(hidden.referrals))
