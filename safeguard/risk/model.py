"""Flags: what a signal found, the evidence for it, and every step people took about it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from safeguard.kernel.database import Base, Moment, json_type, new_id
from safeguard.people.sight import keep_from_view


class Flag(Base):
    """A signal fired for a person. It stays until a person reviews it or its facts are gone; it is never deleted.

    `person_id` is the child, born or unborn; an adult only while a pregnancy has no child's record to carry the flag.
    `fingerprint` names the evidence. While `waiting_since` is set the flag is open still: a dismissed RED waits for a
    second person. `closed_words` say why it was withdrawn. `changed_at` moves with every step, and `version` with it.
    """

    __tablename__ = "flag"
    __table_args__ = (
        CheckConstraint("severity IN ('INFO', 'AMBER', 'RED')", name="known_severity"),
        CheckConstraint("status IN ('open', 'reviewed', 'renewed', 'withdrawn')", name="known_status"),
        Index(
            "uq_flag_open",
            "person_id",
            "signal",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index(None, "person_id", "status"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    signal: Mapped[str] = mapped_column(String(6))
    severity: Mapped[str] = mapped_column(String(6))
    sentence: Mapped[str] = mapped_column(Text)
    clears: Mapped[str] = mapped_column(Text)
    policy_version: Mapped[str] = mapped_column(String(40))
    fingerprint: Mapped[str] = mapped_column(String(64))
    raised_at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[str] = mapped_column(String(10))
    status_at: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(String(20))
    outcome_reason: Mapped[str | None] = mapped_column(Text)
    reviewed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column(Integer)
    owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    gaps: Mapped[list[str] | None] = mapped_column(json_type())
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    waiting_since: Mapped[datetime | None] = mapped_column(Moment)
    closed_reason: Mapped[str | None] = mapped_column(String(20))
    closed_words: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[datetime | None] = mapped_column(Moment)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def waits(self) -> bool:
        """Whether it was dismissed by one person and a second has not looked yet."""
        return self.status == "open" and self.waiting_since is not None


class FlagEvidence(Base):
    """One event or relationship that raised a flag, with the words shown for it."""

    __tablename__ = "flag_evidence"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    flag_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("flag.id"), index=True)
    place: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    evidence_id: Mapped[str] = mapped_column(String(64), index=True)
    words: Mapped[str] = mapped_column(Text)


class FlagStep(Base):
    """One thing a person did about a flag; never changed. `to_account_id` is whom it was given to.

    `place` is the version of the flag that the person acted on, so that two people can never take the same step.
    """

    __tablename__ = "flag_step"
    __table_args__ = (
        CheckConstraint(
            "act IN ('acknowledged', 'owned', 'released', 'answered', 'confirmed', 'sent_back')", name="known_act"
        ),
        Index(None, "flag_id", "place", unique=True),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    flag_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("flag.id"))
    place: Mapped[int] = mapped_column(Integer)
    act: Mapped[str] = mapped_column(String(20))
    to_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    outcome: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)


class RiskStanding(Base):
    """Where a child with an open RED or AMBER flag stands on the list: worked out from the flags, rewritten with them.

    The facts that order and filter the list are kept here so that a page of it is one indexed read. `family` is the
    same for brothers and sisters: the least of their ids.
    """

    __tablename__ = "risk_standing"
    __table_args__ = (
        CheckConstraint("level IN ('same_day', '72_hours', 'single')", name="known_level"),
        Index(None, "level"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    family: Mapped[uuid.UUID] = mapped_column(Uuid)
    level: Mapped[str] = mapped_column(String(10))
    reds: Mapped[int] = mapped_column(Integer)
    ambers: Mapped[int] = mapped_column(Integer)
    groups: Mapped[int] = mapped_column(Integer)
    newest_red: Mapped[date | None] = mapped_column(Date)
    last_seen: Mapped[date | None] = mapped_column(Date)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    waiting: Mapped[int] = mapped_column(Integer)
    birth_date: Mapped[date | None] = mapped_column(Date)
    unborn: Mapped[bool] = mapped_column(Boolean)
    outward: Mapped[str | None] = mapped_column(String(5))


class RiskStandingAgency(Base):
    """An agency whose reports stand behind a child's open flags."""

    __tablename__ = "risk_standing_agency"
    __table_args__ = (Index(None, "agency_id"),)

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"), primary_key=True)


class ProtectiveFactor(Base):
    """Something that speaks for a child's safety, as a person recorded it. It stands beside the flags and closes none.

    It hangs on a source record of the child, so that a merge moves nothing; it is ended with a reason, never removed.
    """

    __tablename__ = "protective_factor"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    source_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    observed_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


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


keep_from_view(Flag, "people", lambda hidden: Flag.person_id.not_in(hidden.people))
keep_from_view(RiskStanding, "people", lambda hidden: RiskStanding.person_id.not_in(hidden.people))
keep_from_view(RiskStandingAgency, "people", lambda hidden: RiskStandingAgency.person_id.not_in(hidden.people))
keep_from_view(ProtectiveFactor, "people", lambda hidden: ProtectiveFactor.source_record_id.not_in(hidden.records))
keep_from_view(PolicyTrialChild, "people", lambda hidden: PolicyTrialChild.person_id.not_in(hidden.people))
