"""Requests for one's own data: what was found, what was decided of each part, and what was given."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from safeguard.kernel.database import Base, Moment, new_id
from safeguard.kernel.record_key import RecordKey, UnderRecordKey
from safeguard.kernel.sealed import Sealed
from safeguard.people.sight import keep_from_view


class SubjectAccessRequest(Base):
    """Somebody asks for what is held about a person: themselves, or a child they answer for."""

    __tablename__ = "subject_access_request"
    __table_args__ = (
        CheckConstraint("asker IN ('self', 'parent', 'representative')", name="known_asker"),
        CheckConstraint("status IN ('open', 'answered', 'refused', 'withdrawn')", name="known_status"),
        Index(None, "status", "due_on"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    asker: Mapped[str] = mapped_column(String(20))
    proof_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    received_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(10))
    opened_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)

    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(SubjectAccessRequest.id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    proof = UnderRecordKey("proof_sealed")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class SubjectAccessStep(Base):
    """What was done with a request, by whom and why. Never changed."""

    __tablename__ = "subject_access_step"
    __table_args__ = (
        CheckConstraint("act IN ('opened', 'gathered', 'extended', 'answered', 'refused', 'withdrawn')", name="known_act"),
        UniqueConstraint("request_id", "place"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    request_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("subject_access_request.id"))
    place: Mapped[int] = mapped_column(Integer)
    act: Mapped[str] = mapped_column(String(10))
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)

    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(SubjectAccessStep.request_id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    reason = UnderRecordKey("reason_sealed")


class SubjectAccessItem(Base):
    """One part of what is held, as it read when it was found. `about_others`: it seems to tell of somebody else."""

    __tablename__ = "subject_access_item"
    __table_args__ = (UniqueConstraint("request_id", "place"), UniqueConstraint("request_id", "fingerprint"))

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    request_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("subject_access_request.id"))
    place: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    day: Mapped[date | None] = mapped_column(Date)
    about_others: Mapped[bool] = mapped_column()
    # Of kind, day and words, so that gathering again adds only what is new or reads otherwise now.
    fingerprint: Mapped[str] = mapped_column(String(64))
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)

    content = Sealed("content_sealed")

    @property
    def words(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The title, and the pairs of question and answer."""
        title, lines = json.loads(self.content or '["", []]')
        return title, tuple((asked, said) for asked, said in lines)


class SubjectAccessChoice(Base):
    """What somebody decided about an item; the last one stands, all are kept."""

    __tablename__ = "subject_access_choice"
    __table_args__ = (
        CheckConstraint("choice IN ('disclose', 'redact', 'withhold')", name="known_choice"),
        UniqueConstraint("item_id", "place"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("subject_access_item.id"))
    place: Mapped[int] = mapped_column(Integer)
    choice: Mapped[str] = mapped_column(String(10))
    exemption: Mapped[str | None] = mapped_column(String(20))
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phrases_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)

    key: Mapped[RecordKey | None] = relationship(
        secondary=SubjectAccessItem.__table__, primaryjoin=lambda: foreign(SubjectAccessChoice.item_id) == SubjectAccessItem.id,
        secondaryjoin=lambda: foreign(SubjectAccessItem.request_id) == RecordKey.id, viewonly=True, uselist=False, lazy="selectin",
    )  # fmt: skip
    reason = UnderRecordKey("reason_sealed")
    phrases_kept = Sealed("phrases_sealed")

    @property
    def phrases(self) -> Sequence[str]:
        """The words hidden by a redaction."""
        return tuple(json.loads(self.phrases_kept or "[]"))


class SubjectAccessBundle(Base):
    """What was made to be given to the person, word for word. Never changed."""

    __tablename__ = "subject_access_bundle"
    __table_args__ = (UniqueConstraint("request_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    request_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("subject_access_request.id"))
    number: Mapped[int] = mapped_column(Integer)
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    content_sha256: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)

    content = Sealed("content_sealed")


keep_from_view(SubjectAccessRequest, "people", lambda hidden: SubjectAccessRequest.person_id.not_in(hidden.people))
