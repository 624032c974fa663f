"""Case summaries: each version's content as it was made, with its SHA-256."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from safeguard.kernel.database import Base, Moment, new_id
from safeguard.kernel.record_key import ObjectUnderRecordKey, RecordKey
from safeguard.people.sight import keep_from_view


class CaseSummary(Base):
    """One version of a referral's case summary. The PDF is drawn from `content` alone, whenever it is asked for."""

    __tablename__ = "case_summary"
    __table_args__ = (Index(None, "referral_id", "number", unique=True),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    referral_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("referral.id"))
    number: Mapped[int] = mapped_column(Integer)
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    content_sha256: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)

    # The referral's: what was made of it goes with it.
    key: Mapped[RecordKey | None] = relationship(primaryjoin=lambda: foreign(CaseSummary.referral_id) == RecordKey.id, viewonly=True)
    content = ObjectUnderRecordKey("content_sealed")


keep_from_view(CaseSummary, "people", lambda hidden: CaseSummary.referral_id.not_in(hidden.referrals))
