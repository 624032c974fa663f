"""Versions of local settings. A trigger keeps each as it was proposed, and once answered as it was answered; none is deleted."""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from safeguard.kernel.database import Base, Moment, new_id


class LocalVersion(Base):
    """A version of one setting: proposed by one person, answered by another, or withdrawn by whoever proposed it.

    `based_on` is the version that it was made to follow, 0 for what the service comes with. An approved version is in use from
    `starts_at`, the later of its approval and the beginning of `from_day`, until the next one starts.
    """

    __tablename__ = "local_version"
    __table_args__ = (
        CheckConstraint("answer IN ('approved', 'declined', 'withdrawn')", name="known_answer"),
        CheckConstraint("(answer IS NULL) = (answered_by IS NULL) AND (answer IS NULL) = (answered_at IS NULL)", name="answered_whole"),
        CheckConstraint("answer = 'withdrawn' OR answered_by <> proposed_by", name="second_person"),
        CheckConstraint("(answer IS NOT NULL AND answer = 'approved') = (starts_at IS NOT NULL)", name="starts_when_approved"),
        UniqueConstraint("setting", "number"),
        Index(None, "setting", "starts_at"),
        Index(
            "ix_local_version_waiting", "setting", unique=True,
            sqlite_where=text("answer IS NULL"), postgresql_where=text("answer IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    setting: Mapped[str] = mapped_column(String(20))
    number: Mapped[int] = mapped_column(Integer)
    # As text: a trigger compares it, and the same words have to stay the same bytes.
    content_json: Mapped[str] = mapped_column(Text)
    based_on: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    from_day: Mapped[date] = mapped_column(Date)
    proposed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    answer: Mapped[str | None] = mapped_column(String(10))
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answer_reason: Mapped[str | None] = mapped_column(Text)
    starts_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def content(self) -> dict[str, Any]:
        """What it says."""
        said: dict[str, Any] = json.loads(self.content_json)
        return said


def as_json(content: dict[str, Any]) -> str:
    """A content as it is stored: the same content always as the same text."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
