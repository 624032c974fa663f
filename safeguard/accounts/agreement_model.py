"""The texts that people agreed to, each kept once by its version, and who agreed to which, when."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from safeguard.kernel.database import Base, Moment, new_id


class AgreementText(Base):
    """A text somebody agreed to, word for word. `version` is worked out from its words. Never changed."""

    __tablename__ = "agreement_text"

    version: Mapped[str] = mapped_column(String(16), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[datetime] = mapped_column(Moment)


class AgreementGiven(Base):
    """One account agreed to one text. Never changed."""

    __tablename__ = "agreement_given"
    __table_args__ = (Index(None, "account_id", "at"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    version: Mapped[str] = mapped_column(ForeignKey("agreement_text.version"))
    at: Mapped[datetime] = mapped_column(Moment)
