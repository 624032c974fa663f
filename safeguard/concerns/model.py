"""What is stated about people, places and time. Every row hangs on a source record, so a merge moves nothing."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from safeguard.kernel.database import Base, Moment, json_type, new_id


class Address(Base):
    """A place where people live, once for each way of writing that normalises alike (`match_key`)."""

    __tablename__ = "address"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    match_key: Mapped[str] = mapped_column(String(120), unique=True)
    lines: Mapped[list[str]] = mapped_column(json_type())
    postcode: Mapped[str | None] = mapped_column(String(10))
    uprn: Mapped[str | None] = mapped_column(String(12))


class Residence(Base):
    """A source record says that its person lives, or lived, at an address."""

    __tablename__ = "residence"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    source_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"), index=True)
    address_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("address.id"), index=True)
    since: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"))
    stated_at: Mapped[datetime] = mapped_column(Moment)


class Relationship(Base):
    """`from_record` is the `kind` of `to_record`: one fact, stated by one agency, seen from two ends."""

    __tablename__ = "relationship"
    __table_args__ = (CheckConstraint("from_record_id <> to_record_id", name="two_people"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    from_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"), index=True)
    to_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    parental_responsibility: Mapped[str] = mapped_column(String(10))
    lives_with: Mapped[str] = mapped_column(String(10))
    since: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    referral_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("referral.id"))
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"))
    stated_at: Mapped[datetime] = mapped_column(Moment)


class CaseEvent(Base):
    """Something known about a child from a day on: a concern that came in, an observation, a decision.

    `happened_on` is when it is said to have happened; `known_on` when an agency first told the front door.
    """

    __tablename__ = "case_event"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('inbound_concern', 'professional_observation', 'decision_or_activity')",
            name="known_kind",
        ),
        Index(None, "source_record_id", "known_on"),
        Index(None, "referral_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    source_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"))
    kind: Mapped[str] = mapped_column(String(30))
    known_on: Mapped[date] = mapped_column(Date)
    happened_on: Mapped[date | None] = mapped_column(Date)
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"))
    source_code: Mapped[str] = mapped_column(String(4))
    categories: Mapped[list[str]] = mapped_column(json_type())
    referral_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("referral.id"))
    reference: Mapped[str | None] = mapped_column(String(12))
    outcome: Mapped[str | None] = mapped_column(String(40))
    closes: Mapped[bool] = mapped_column(Boolean, default=False)
    summary: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
