"""The records of strategy discussions: a draft that several people may write, frozen once it is agreed."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String, Uuid, and_, column, select, table
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from safeguard.kernel.database import Base, Moment, new_id
from safeguard.kernel.record_key import ObjectUnderRecordKey, RecordKey, UnderRecordKey
from safeguard.people.sight import Unseen, keep_from_view


class StrategyDiscussion(Base):
    """One discussion about children of a referral. `content` holds the answers and rows of `rules`, sealed under the referral's key; a
    trigger freezes what is agreed.

    `conference_due` is set where an enquiry is decided. `override` is why it went ahead without a quorum.
    """

    __tablename__ = "strategy_discussion"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'agreed')", name="known_status"),
        CheckConstraint(
            "status = 'draft' OR (held_at IS NOT NULL AND agreed_by IS NOT NULL AND agreed_at IS NOT NULL)", name="agreed_whole"
        ),
        Index(None, "referral_id", "created_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    referral_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("referral.id"))
    status: Mapped[str] = mapped_column(String(10))
    held_at: Mapped[datetime | None] = mapped_column(Moment)
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    override_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    decision: Mapped[str | None] = mapped_column(String(10))
    conference_due: Mapped[date | None] = mapped_column(Date)
    created_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    agreed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    agreed_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)

    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(StrategyDiscussion.referral_id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    content = ObjectUnderRecordKey("content_sealed")
    override = UnderRecordKey("override_sealed")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class DiscussionChild(Base):
    """A child that a discussion covers, born or not. While it is a draft, the rows are written anew with each change."""

    __tablename__ = "strategy_discussion_child"

    discussion_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("strategy_discussion.id"), primary_key=True)
    source_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"), primary_key=True, index=True)


class DiscussionAction(Base):
    """What an agency undertook in an agreed discussion. Only that it was done is set later, once."""

    __tablename__ = "strategy_discussion_action"
    __table_args__ = (
        CheckConstraint("(done_on IS NULL) = (done_by IS NULL)", name="done_by_somebody"),
        Index(None, "discussion_id", "place", unique=True),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    discussion_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("strategy_discussion.id"))
    place: Mapped[int] = mapped_column(Integer)
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    owner_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    due_on: Mapped[date] = mapped_column(Date)
    done_on: Mapped[date | None] = mapped_column(Date)
    done_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))

    key: Mapped[RecordKey | None] = relationship(
        secondary=StrategyDiscussion.__table__, primaryjoin=lambda: foreign(DiscussionAction.discussion_id) == StrategyDiscussion.id,
        secondaryjoin=lambda: foreign(StrategyDiscussion.referral_id) == RecordKey.id, viewonly=True, uselist=False, lazy="selectin",
    )  # fmt: skip
    words = UnderRecordKey("words_sealed")
    owner = UnderRecordKey("owner_sealed")


class DiscussionAddendum(Base):
    """What is said after a record was agreed; the record stays as it was agreed."""

    __tablename__ = "strategy_discussion_addendum"
    __table_args__ = (Index(None, "discussion_id", "at"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    discussion_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("strategy_discussion.id"))
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)

    key: Mapped[RecordKey | None] = relationship(
        secondary=StrategyDiscussion.__table__, primaryjoin=lambda: foreign(DiscussionAddendum.discussion_id) == StrategyDiscussion.id,
        secondaryjoin=lambda: foreign(StrategyDiscussion.referral_id) == RecordKey.id, viewonly=True, uselist=False, lazy="selectin",
    )  # fmt: skip
    words = UnderRecordKey("words_sealed")


# Under names of their own, so that no alias of the mapped tables reaches into them.
_DISCUSSION = table("strategy_discussion", column("id", Uuid()), column("referral_id", Uuid())).alias("hidden_discussion")
_COVERED = table("strategy_discussion_child", column("discussion_id", Uuid()), column("source_record_id", Uuid())).alias("hidden_covered")


def _not_hidden(discussion_id: Any, hidden: Unseen) -> Any:
    """Neither its referral nor a child it covers is hidden: its words tell of all of them."""
    return and_(
        discussion_id.not_in(select(_DISCUSSION.c.id).where(_DISCUSSION.c.referral_id.in_(hidden.referrals))),
        discussion_id.not_in(select(_COVERED.c.discussion_id).where(_COVERED.c.source_record_id.in_(hidden.records))),
    )


keep_from_view(StrategyDiscussion, "people", lambda hidden: _not_hidden(StrategyDiscussion.id, hidden))
keep_from_view(DiscussionChild, "people", lambda hidden: _not_hidden(DiscussionChild.discussion_id, hidden))
keep_from_view(DiscussionAction, "people", lambda hidden: _not_hidden(DiscussionAction.discussion_id, hidden))
keep_from_view(DiscussionAddendum, "people", lambda hidden: _not_hidden(DiscussionAddendum.discussion_id, hidden))
