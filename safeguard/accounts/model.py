"""Sign-in sessions, tries, known devices, and what else proves who somebody is."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, Uuid, false
from sqlalchemy.orm import Mapped, mapped_column

from safeguard.kernel.database import Base, Moment, new_id


class SignInSession(Base):
    """A signed-in browser. Only the SHA-256 of its token is kept, so the table opens no session.

    `awaits` says that the password was right and the second factor is still to come: until then it lets nobody in. The
    token changes with every proof; the row, which the person sees in their list, stays. `hidden`: the screen
    was hidden, and nothing is shown until the next proof. `device` is such as "Firefox on Windows".
    """

    __tablename__ = "sign_in_session"
    __table_args__ = (
        CheckConstraint("level IN ('password', 'second_factor')", name="known_level"),
        Index(None, "account_id", "ended_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    level: Mapped[str] = mapped_column(String(20))
    awaits: Mapped[bool] = mapped_column(Boolean)
    hidden: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    device: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(Moment)
    last_seen_at: Mapped[datetime] = mapped_column(Moment)
    proved_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class SignInTry(Base):
    """One try at something that could be guessed, counted before it is looked at. The key tells neither address nor network."""

    __tablename__ = "sign_in_try"
    __table_args__ = (Index(None, "key", "at"), Index(None, "at"))

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)


class KnownDevice(Base):
    """A browser from which this account has signed in before; strangers' guesses never use up its tries."""

    __tablename__ = "known_device"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    last_used_at: Mapped[datetime] = mapped_column(Moment)
