"""Agencies and accounts."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from safeguard.audit.changes import follow
from safeguard.kernel.database import Base, Moment, new_id


class Agency(Base):
    """An organisation of the partnership. `source_code` is the DfE referral source its referrals carry."""

    __tablename__ = "agency"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    sector: Mapped[str] = mapped_column(String(40))
    source_code: Mapped[str] = mapped_column(String(4))


class Account(Base):
    """A person who may sign in, for one agency, in one role. `agreed`: the version of the agreement they agreed to last."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(
            "role IN ('referrer', 'agency_lead', 'responder', 'screener', 'decision_maker', 'partner', 'chair', 'minute_taker', "
            "'manager', 'governance', 'auditor', 'administrator', 'machine')",
            name="known_role",
        ),
        # A new referral asks whether somebody who works here has the name of somebody in it.
        Index("ix_account_lower_name", text("lower(name)")),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    job_title: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    agreed: Mapped[str | None] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)

    agency: Mapped[Agency] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


follow(
    Account,
    {
        "name": "name", "email": "email address", "job_title": "job title", "phone": "phone number", "role": "role", "active": "open",
        "agency_id": "agency", "agreed": "agreement",
    },
)  # fmt: skip
follow(Agency, {"name": "name", "kind": "kind", "sector": "sector", "source_code": "referral source"})
