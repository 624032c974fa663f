"""Referrals: a draft its author may change, then frozen for ever (a trigger refuses any change)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from safeguard.kernel.database import Base, Moment, json_type, new_id
from safeguard.people.sight import keep_from_view


class Referral(Base):
    """One referral. `document` is everything that was said, in the documented form; see docs/referral-json.md.

    `response_due_at` is the statutory clock: it runs from `submitted_at`, whether or not anybody has looked.
    """

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'submitted')", name="known_status"),
        CheckConstraint("channel IN ('portal', 'import')", name="known_channel"),
        CheckConstraint(
            "status = 'draft' OR (reference IS NOT NULL AND submitted_at IS NOT NULL"
            " AND response_due_at IS NOT NULL AND document_sha256 IS NOT NULL)",
            name="submitted_whole",
        ),
        Index(None, "agency_id", "client_reference", unique=True),
        Index(None, "agency_id", "status", "submitted_at"),
        Index(None, "created_by", "status"),
        Index(None, "status", "response_due_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    reference: Mapped[str | None] = mapped_column(String(12), unique=True)
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"))
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    status: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(10))
    source_code: Mapped[str] = mapped_column(String(4))
    client_reference: Mapped[str | None] = mapped_column(String(80))
    document: Mapped[dict[str, Any]] = mapped_column(json_type())
    document_sha256: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    response_due_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Addendum(Base):
    """Something told after a referral was sent: more information, or that something in it is not right.

    What was said stays as it was said, and this stands beside it. Only who read it first at the hub is set later.
    """

    __tablename__ = "addendum"
    __table_args__ = (
        CheckConstraint("kind IN ('information', 'correction')", name="known_kind"),
        CheckConstraint("(read_by IS NULL) = (read_at IS NULL)", name="read_by_somebody"),
        UniqueConstraint("referral_id", "account_id", "fingerprint"),
        Index(
            "ix_addendum_unread", "at", sqlite_where=text("read_at IS NULL"), postgresql_where=text("read_at IS NULL")
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    referral_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(Text)
    # Who told it, where that is not the person who typed it.
    told_by: Mapped[str | None] = mapped_column(String(200))
    # Of kind, words and teller, so that the same words sent twice are kept once.
    fingerprint: Mapped[str] = mapped_column(String(64))
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    read_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    read_at: Mapped[datetime | None] = mapped_column(Moment)


# Whoever wrote a referral knows what they said; being told that it is not there would only tell them more.
keep_from_view(
    Referral, "people",
    lambda hidden: or_(Referral.created_by == hidden.actor.account_id, Referral.id.not_in(hidden.referrals)),
)
keep_from_view(
    Addendum, "people",
    lambda hidden: or_(Addendum.account_id == hidden.actor.account_id, Addendum.referral_id.not_in(hidden.referrals)),
)
