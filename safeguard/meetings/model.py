"""Case summaries: each version's content as it was made, with its SHA-256."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from safeguard.kernel.database import Base, Moment, json_type, new_id
from safeguard.people.sight import keep_from_view


class CaseSummary(Base):
    """One version of a referral's case summary. The PDF is drawn from `content` alone, whenever it is asked for."""

    __tablename__ = "case_summary"
    __table_args__ = (Index(None, "referral_id", "number", unique=True),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    referral_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("referral.id"))
    number: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(json_type())
    content_sha256: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)


keep_from_view(CaseSummary, "people", lambda hidden: CaseSummary.referral_id.not_in(hidden.referrals))
