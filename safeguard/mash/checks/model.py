"""What agencies were asked and what they answered. What was asked and said is never changed: the last answer stands, all are kept."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    Uuid,
    and_,
    column,
    select,
    table,
    text,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from safeguard.access.actor import Role
from safeguard.kernel.database import Base, Moment, new_id
from safeguard.kernel.record_key import ObjectUnderRecordKey, RecordKey, UnderRecordKey
from safeguard.people.sight import Unseen, keep_from_view

_OPEN = text("closed_at IS NULL")


class AgencyCheck(Base):
    """One agency asked about chosen people of a case, sealed under the referral's key with all that hangs on it.

    Only that it was answered or withdrawn is set later, once.

    `rating` is that of the case when it was asked, from which `due_at` follows; `half_at` is when half the time has passed.
    `fingerprint` is of what is asked about whom, so that the same request sent twice is one.
    """

    __tablename__ = "agency_check"
    __table_args__ = (
        CheckConstraint("closed_as IN ('answered', 'withdrawn')", name="known_end"),
        CheckConstraint("(closed_at IS NULL) = (closed_as IS NULL)", name="ended_somehow"),
        Index(None, "agency_id", "asked_at"),
        Index("ix_agency_check_open", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    referral_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"))
    question_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    purpose: Mapped[str] = mapped_column(String(20))
    basis: Mapped[str] = mapped_column(String(20))
    family_told: Mapped[str] = mapped_column(String(10))
    fingerprint: Mapped[str] = mapped_column(String(64))
    rating: Mapped[str | None] = mapped_column(String(6))
    clock_version: Mapped[str] = mapped_column(String(40))
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    half_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_as: Mapped[str | None] = mapped_column(String(10))

    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(AgencyCheck.referral_id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    question = UnderRecordKey("question_sealed")


class CheckPerson(Base):
    """Whom an agency was asked about, and `told`: every word of theirs that it was given."""

    __tablename__ = "agency_check_person"

    check_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency_check.id"), primary_key=True)
    source_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"), primary_key=True, index=True)
    place: Mapped[int] = mapped_column(Integer)
    told_sealed: Mapped[bytes] = mapped_column(LargeBinary)

    key: Mapped[RecordKey | None] = relationship(
        secondary=AgencyCheck.__table__, primaryjoin=lambda: foreign(CheckPerson.check_id) == AgencyCheck.id,
        secondaryjoin=lambda: foreign(AgencyCheck.referral_id) == RecordKey.id, viewonly=True, uselist=False, lazy="selectin",
    )  # fmt: skip
    told = ObjectUnderRecordKey("told_sealed")

    @property
    def id(self) -> str:
        """The place of its words: it has no id but whom it is about, and in which request."""
        return f"{self.check_id}:{self.source_record_id}"


class CheckStep(Base):
    """What was done about a request besides answering it: first opened at the agency, chased, withdrawn."""

    __tablename__ = "agency_check_step"
    __table_args__ = (CheckConstraint("act IN ('opened', 'chased', 'withdrawn')", name="known_act"), Index(None, "check_id", "at"))

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    check_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency_check.id"))
    act: Mapped[str] = mapped_column(String(10))
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)

    key: Mapped[RecordKey | None] = relationship(
        secondary=AgencyCheck.__table__, primaryjoin=lambda: foreign(CheckStep.check_id) == AgencyCheck.id,
        secondaryjoin=lambda: foreign(AgencyCheck.referral_id) == RecordKey.id, viewonly=True, uselist=False, lazy="selectin",
    )  # fmt: skip
    reason = UnderRecordKey("reason_sealed")


class CheckAnswer(Base):
    """One answer, numbered by `place` within its request; the last one stands. Sealed under the referral's key.

    `told_by`: who said it, by telephone to the desk.
    """

    __tablename__ = "agency_check_answer"
    __table_args__ = (
        CheckConstraint("outcome IN ('nothing_known', 'known', 'speak_to_us', 'refused')", name="known_outcome"),
        CheckConstraint("sharing IN ('mash', 'strategy', 'referrer')", name="known_sharing"),
        CheckConstraint("(outcome = 'refused') = (refusal IS NOT NULL)", name="refused_why"),
        UniqueConstraint("check_id", "place"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    check_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency_check.id"))
    place: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(String(15))
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    refusal: Mapped[str | None] = mapped_column(String(20))
    sharing: Mapped[str] = mapped_column(String(10))
    told_by_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)

    key: Mapped[RecordKey | None] = relationship(
        secondary=AgencyCheck.__table__, primaryjoin=lambda: foreign(CheckAnswer.check_id) == AgencyCheck.id,
        secondaryjoin=lambda: foreign(AgencyCheck.referral_id) == RecordKey.id, viewonly=True, uselist=False, lazy="selectin",
    )  # fmt: skip
    words = UnderRecordKey("words_sealed")
    told_by = UnderRecordKey("told_by_sealed")


class CheckFact(Base):
    """A structured fact that the agency gave with its answer: an event of the person's chronology."""

    __tablename__ = "agency_check_fact"

    answer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency_check_answer.id"), primary_key=True)
    case_event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case_event.id"), primary_key=True, index=True)


# Whoever answers knows of the people they were asked about, and of nobody else in the referral.
_ANSWERS_OUTSIDE = frozenset({Role.RESPONDER, Role.AGENCY_LEAD})
# Under names of their own, so that no alias of the mapped tables reaches into them.
_CHECK = table("agency_check", column("id", Uuid()), column("referral_id", Uuid())).alias("hidden_check")
_ABOUT = table("agency_check_person", column("check_id", Uuid()), column("source_record_id", Uuid())).alias("hidden_check_person")
_ANSWER = table("agency_check_answer", column("id", Uuid()), column("check_id", Uuid())).alias("hidden_check_answer")


def _not_hidden(check_id: Any, hidden: Unseen) -> ColumnElement[bool]:
    """The request names nobody who is hidden; and, for whoever works with the case, neither does its referral."""
    shown: ColumnElement[bool] = check_id.not_in(select(_ABOUT.c.check_id).where(_ABOUT.c.source_record_id.in_(hidden.records)))
    if hidden.actor.role in _ANSWERS_OUTSIDE:
        return shown
    return and_(shown, check_id.not_in(select(_CHECK.c.id).where(_CHECK.c.referral_id.in_(hidden.referrals))))


keep_from_view(AgencyCheck, "people", lambda hidden: _not_hidden(AgencyCheck.id, hidden))
keep_from_view(CheckPerson, "people", lambda hidden: _not_hidden(CheckPerson.check_id, hidden))
keep_from_view(CheckStep, "people", lambda hidden: _not_hidden(CheckStep.check_id, hidden))
keep_from_view(CheckAnswer, "people", lambda hidden: _not_hidden(CheckAnswer.check_id, hidden))
keep_from_view(
    CheckFact, "people",
    lambda hidden: CheckFact.answer_id.in_(select(_ANSWER.c.id).where(_not_hidden(_ANSWER.c.check_id, hidden))),
)
