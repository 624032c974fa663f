"""Policies that were tried, and those that were adopted."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from safeguard.kernel.database import Base, Moment, json_type, new_id
from safeguard.people.sight import keep_from_view


class PolicyTrial(Base):
    """A draft policy run over the past beside the policy in force. It raises no flag; `finished_at` marks the end."""

    __tablename__ = "policy_trial"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(40))
    compared_with: Mapped[str] = mapped_column(Text)
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    started_at: Mapped[datetime] = mapped_column(Moment)
    gathered_to: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    gathered: Mapped[bool] = mapped_column(Boolean)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class PolicyTrialChild(Base):
    """A child whose past a trial reads, and once read what both policies would have raised."""

    __tablename__ = "policy_trial_child"
    __table_args__ = (Index(None, "trial_id", "read"),)

    trial_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("policy_trial.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    read: Mapped[bool] = mapped_column(Boolean)
    found: Mapped[dict[str, Any] | None] = mapped_column(json_type())


class PolicyAdoption(Base):
    """A policy the partnership adopted: the text, who decided, when and why. The one with the greatest `place` is in force."""

    __tablename__ = "policy_adoption"

    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    version: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    trial_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("policy_trial.id"))
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)


keep_from_view(PolicyTrialChild, "people", lambda hidden: PolicyTrialChild.person_id.not_in(hidden.people))
