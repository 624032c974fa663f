"""Which entry of which register was taken in, so that the same file twice changes nothing."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from safeguard.kernel.database import Base, Moment
from safeguard.people.sight import keep_from_view


class RegisterEntry(Base):
    """The newest content taken of one entry of an agency's register; what it said before stays as source records."""

    __tablename__ = "register_entry"

    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    register: Mapped[str] = mapped_column(String(40), primary_key=True)
    local_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    content_sha256: Mapped[str] = mapped_column(String(64))
    source_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"), unique=True)
    taken_at: Mapped[datetime] = mapped_column(Moment)


keep_from_view(RegisterEntry, "people", lambda hidden: RegisterEntry.source_record_id.not_in(hidden.records))
