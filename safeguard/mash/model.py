"""The triage desk: where a referral stands, how it was rated, what was decided."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ColumnElement, ForeignKey, Index, Integer, LargeBinary, String, Uuid, func, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from safeguard.kernel.database import Base, Moment, new_id
from safeguard.kernel.record_key import RecordKey, UnderRecordKey
from safeguard.people.sight import keep_from_view


class Episode(Base):
    """A submitted referral once somebody at the desk has acted on it; before that, none exists and none is needed."""

    __tablename__ = "episode"
    __table_args__ = (
        CheckConstraint("rating IN ('RED', 'AMBER', 'GREEN')", name="known_rating"),
        CheckConstraint("stage IN ('RECEIVED', 'SCREENED', 'DECIDED')", name="known_stage"),
        Index(None, "stage", "due_at"),
    )

    referral_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("referral.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(String(10))
    rating: Mapped[str | None] = mapped_column(String(6))
    due_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


# As a condition where the episode is joined from outside: on a referral nobody has acted on, none exists yet.
current_stage: ColumnElement[str] = func.coalesce(Episode.stage, "RECEIVED")
undecided: ColumnElement[bool] = current_stage != "DECIDED"


class Rating(Base):
    """One rating of a referral; the last one stands, all are kept. Why is sealed under the referral's key."""

    __tablename__ = "rating"
    __table_args__ = (
        CheckConstraint("rating IN ('RED', 'AMBER', 'GREEN')", name="known_rating"),
        Index(None, "referral_id", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    referral_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("referral.id"))
    rating: Mapped[str] = mapped_column(String(6))
    rationale_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    due_at: Mapped[datetime] = mapped_column(Moment)
    clock_version: Mapped[str] = mapped_column(String(40))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)

    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(Rating.referral_id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    rationale = UnderRecordKey("rationale_sealed")


class Decision(Base):
    """One decision for one or more of a referral's children, and what the referrer is told; its words under the referral's key."""

    __tablename__ = "decision"
    __table_args__ = (Index(None, "referral_id", "at"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    referral_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("referral.id"))
    outcome: Mapped[str] = mapped_column(String(40))
    rationale_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    override_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    feedback_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    feedback_withheld_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)

    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(Decision.referral_id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    rationale = UnderRecordKey("rationale_sealed")
    override_reason = UnderRecordKey("override_reason_sealed")
    feedback = UnderRecordKey("feedback_sealed")
    feedback_withheld_reason = UnderRecordKey("feedback_withheld_reason_sealed")


class ChildDecision(Base):
    """Which child a decision is for. A later decision supersedes it; nothing is erased."""

    __tablename__ = "child_decision"
    __table_args__ = (
        Index(
            "uq_child_decision_current",
            "source_record_id",
            unique=True,
            sqlite_where=text("NOT superseded"),
            postgresql_where=text("NOT superseded"),
        ),
    )

    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    source_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"), primary_key=True)
    superseded: Mapped[bool] = mapped_column(Boolean, default=False)


keep_from_view(Episode, "people", lambda hidden: Episode.referral_id.not_in(hidden.referrals))
keep_from_view(Rating, "people", lambda hidden: Rating.referral_id.not_in(hidden.referrals))
keep_from_view(Decision, "people", lambda hidden: Decision.referral_id.not_in(hidden.referrals))
keep_from_view(ChildDecision, "people", lambda hidden: ChildDecision.source_record_id.not_in(hidden.records))
