"""The audit tables. Triggers in their migrations refuse update and delete on both databases."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from safeguard.kernel.database import Base, Moment, json_type


class AuditEvent(Base):
    """One act or one view; `mac` chains it to the row before in its chain.

    `seq` is the row's own number. In chain 0 it counts without a gap; in the chains beside it, which PostgreSQL has, `place` does.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        Index(None, "actor_id", "seq"),
        Index(None, "at"),
        Index(
            "uq_audit_event_place", "chain", "place", unique=True,
            sqlite_where=text("place IS NOT NULL"), postgresql_where=text("place IS NOT NULL"),
        ),
    )  # fmt: skip

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    actor_role: Mapped[str] = mapped_column(String(40))
    agency_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    action: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str | None] = mapped_column(String(40))
    subject_id: Mapped[str | None] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(json_type())
    request_id: Mapped[str | None] = mapped_column(String(32))
    mac: Mapped[str] = mapped_column(String(64))
    chain: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    place: Mapped[int | None] = mapped_column(BigInteger)


class AuditSubject(Base):
    """Whom and what a row is about: its subject, and everybody whose history was shown. Answers "who looked at this child?"."""

    __tablename__ = "audit_event_subject"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    subject_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    seq: Mapped[int] = mapped_column(ForeignKey("audit_event.seq"), primary_key=True)
