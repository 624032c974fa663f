"""Referrals: a draft its author may change, then frozen for ever (a trigger refuses any change)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, Uuid, or_, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from safeguard.kernel.database import Base, Moment, new_id
from safeguard.kernel.record_key import RecordKey, UnderRecordKey
from safeguard.people.sight import keep_from_view
from safeguard.referrals.draft_document import children_named

Said = dict[str, Any]
_DANGER = "immediate_danger"


class Referral(Base):
    """One referral. `document` is everything that was said, in the documented form; see docs/referral-json.md.

    It is kept sealed under the referral's own key. Beside it stand, for lists that open nothing else, the children's names
    (sealed too), and in clear whether somebody is in immediate danger, which the queue asks for.
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
        Index("ix_referral_danger", "submitted_at", sqlite_where=text(_DANGER), postgresql_where=text(_DANGER)),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    reference: Mapped[str | None] = mapped_column(String(12), unique=True)
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"))
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    status: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(10))
    source_code: Mapped[str] = mapped_column(String(4))
    client_reference: Mapped[str | None] = mapped_column(String(80))
    document_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    children_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    immediate_danger: Mapped[bool] = mapped_column(Boolean)
    document_sha256: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    response_due_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)

    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(RecordKey.id) == Referral.id, uselist=False, cascade="save-update, merge, delete"
    )
    # The children in words, such as "Maya Fernsby and Leo Fernsby".
    children = UnderRecordKey("children_sealed")
    _document = UnderRecordKey("document_sealed")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def document(self) -> Said:
        """What was said, as whoever reads it may read it. Not to be changed in place: it is set anew.

        Raises:
            Destroyed: its key was destroyed.
        """
        sealed, kept = self.__dict__.get("_said", (None, None))
        if kept is None or sealed is not self.document_sealed:
            kept = json.loads(self._document or "{}")
            self.__dict__["_said"] = (self.document_sealed, kept)
        said: Said = kept
        for read in _READ_AS:
            said = read(self, said)
        return said

    @document.setter
    def document(self, said: Said) -> None:
        if self.key is None:
            self.key = RecordKey.made_for("referral", self.id)
        self._document = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        self.children = children_named(said)
        self.immediate_danger = said.get("immediate_danger") == "yes"


_READ_AS: list[Callable[[Referral, Said], Said]] = []


def read_as(function: Callable[[Referral, Said], Said]) -> Callable[[Referral, Said], Said]:
    """Have `function` cover what the reader of a document may not know, each time it is read and never where it is kept."""
    _READ_AS.append(function)
    return function


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
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    told_by_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    # Of kind, words and teller, under the referral's key, so that the same words sent twice are kept once.
    fingerprint: Mapped[str] = mapped_column(String(64))
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    read_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    read_at: Mapped[datetime | None] = mapped_column(Moment)

    # The referral's: what was added to it goes with it.
    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(Addendum.referral_id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    words = UnderRecordKey("words_sealed")
    # Who told it, where that is not the person who typed it.
    told_by = UnderRecordKey("told_by_sealed")


# Whoever wrote a referral knows what they said; being told that it is not there would only tell them more.
keep_from_view(
    Referral, "people",
    lambda hidden: or_(Referral.created_by == hidden.actor.account_id, Referral.id.not_in(hidden.referrals)),
)
keep_from_view(
    Addendum, "people",
    lambda hidden: or_(Addendum.account_id == hidden.actor.account_id, Addendum.referral_id.not_in(hidden.referrals)),
)
