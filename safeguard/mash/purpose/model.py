"""Purposes that people said before a file opened."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from safeguard.kernel.database import Base, Moment, new_id
from safeguard.kernel.record_key import RecordKey, UnderRecordKey
from safeguard.people.sight import keep_from_view


class LookingPurpose(Base):
    """For what an account opens the file of a person, or a referral, until `until`. `words` are what it said besides, sealed."""

    __tablename__ = "looking_purpose"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (referral_id IS NULL)", name="one_file"),
        CheckConstraint("purpose IN ('contact', 'case', 'strategy', 'quality', 'rights', 'other')", name="known_purpose"),
        Index(None, "account_id", "until"),
        Index(None, "person_id"),
        Index(None, "referral_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    referral_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("referral.id"))
    purpose: Mapped[str] = mapped_column(String(10))
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    said_at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)

    key: Mapped[RecordKey | None] = relationship(primaryjoin=lambda: foreign(LookingPurpose.id) == RecordKey.id, viewonly=True)
    words = UnderRecordKey("words_sealed")


keep_from_view(
    LookingPurpose, "people",
    lambda hidden: (LookingPurpose.person_id.is_(None) | LookingPurpose.person_id.not_in(hidden.people))
    & (LookingPurpose.referral_id.is_(None) | LookingPurpose.referral_id.not_in(hidden.referrals)),
)  # fmt: skip
