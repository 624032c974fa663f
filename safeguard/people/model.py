"""Who is who: immutable source records, and the links that make them into people.

A trigger on both databases refuses any change to a source record.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    Uuid,
    and_,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, Session, foreign, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from safeguard.kernel.database import Base, CompactId, Moment, json_type, new_id, only_on
from safeguard.kernel.record_key import RecordKey, UnderRecordKey
from safeguard.people.sight import Unseen, cover, keep_from_view, note_covered

PROTECTED = "Protected address"


class Person(Base):
    """An identity: the cluster of source records currently linked to it. Everything else is derived."""

    __tablename__ = "person"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    created_at: Mapped[datetime] = mapped_column(Moment)


class SourceRecord(Base):
    """What one referral or register said about one person, as stated; never changed afterwards.

    `role` is the place the person had there: subject (a referred child), child (another child) or adult.
    """

    __tablename__ = "source_record"
    __table_args__ = (
        CheckConstraint("role IN ('subject', 'child', 'adult')", name="known_role"),
        Index(None, "referral_id", "document_key", unique=True),
        Index(
            "ix_source_record_nhs_number",
            "nhs_number",
            sqlite_where=text("nhs_number IS NOT NULL"),
            postgresql_where=text("nhs_number IS NOT NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    referral_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("referral.id"))
    document_key: Mapped[str | None] = mapped_column(String(20))
    origin: Mapped[str] = mapped_column(String(20))
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"))
    role: Mapped[str] = mapped_column(String(10))
    given_names: Mapped[str | None] = mapped_column(String(120))
    surname: Mapped[str | None] = mapped_column(String(120))
    known_as: Mapped[str | None] = mapped_column(String(120))
    birth_date: Mapped[date | None] = mapped_column(Date, index=True)
    expected_date: Mapped[date | None] = mapped_column(Date)
    estimated_age: Mapped[int | None] = mapped_column(Integer)
    sex: Mapped[str | None] = mapped_column(String(1))
    nhs_number: Mapped[str | None] = mapped_column(String(20))
    upn: Mapped[str | None] = mapped_column(String(20))
    ethnicity: Mapped[str | None] = mapped_column(String(4))
    phone: Mapped[str | None] = mapped_column(String(40), index=True)
    address_lines: Mapped[list[str]] = mapped_column(json_type())
    postcode: Mapped[str | None] = mapped_column(String(10), index=True)
    uprn: Mapped[str | None] = mapped_column(String(12))
    family: Mapped[list[dict[str, Any]]] = mapped_column(json_type())
    other: Mapped[dict[str, Any]] = mapped_column(json_type())
    stated_at: Mapped[datetime] = mapped_column(Moment)


class PersonLink(Base):
    """A source record belongs to a person: said by whom, when and why. Only `superseded_at` is ever set later.

    `reason` is the matcher's, in clear: thousands are written in a night. What a person typed is `said`, and sealed. `why` is
    the one that there is; whoever shows it for many has `links.with_words` load their keys first.
    """

    __tablename__ = "person_link"
    __table_args__ = (
        Index(
            "uq_person_link_current",
            "source_record_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index(None, "source_record_id"),
        Index(None, "person_id", "superseded_at"),
        Index(
            "ix_person_link_change_id",
            "change_id",
            sqlite_where=text("change_id IS NOT NULL"),
            postgresql_where=text("change_id IS NOT NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    source_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    made_by: Mapped[str] = mapped_column(String(10))
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    band: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(json_type())
    matcher_version: Mapped[str | None] = mapped_column(String(40))
    superseded_at: Mapped[datetime | None] = mapped_column(Moment)
    change_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("identity_change.id"))
    said_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    # Read by itself alone: most links are loaded to be counted or followed, and the matcher's have no sealed words.
    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(PersonLink.source_record_id) == RecordKey.id, viewonly=True
    )
    said = UnderRecordKey("said_sealed")

    @property
    def why(self) -> str:
        """Why the record belongs to the person, in the words of whoever said so."""
        return self.reason if self.said is None else self.said


class IdentityChange(Base):
    """Two people joined, one parted, or a joining taken back: who asked, why, and who agreed where two must.

    `person_id` is who stays; `other_person_id` is joined to them, or made of their records. A merge that waits for a
    second person has moved nothing yet; a merge is taken back at most once.
    """

    __tablename__ = "identity_change"
    __table_args__ = (
        CheckConstraint("kind IN ('merge', 'split', 'undo')", name="known_kind"),
        CheckConstraint("status IN ('waiting', 'done', 'refused')", name="known_status"),
        CheckConstraint("person_id <> other_person_id", name="two_people"),
        CheckConstraint("answered_by <> asked_by", name="second_person"),
        Index(
            "uq_identity_change_waiting",
            "person_id",
            "other_person_id",
            unique=True,
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
        Index(None, "person_id", "asked_at"),
        Index(None, "other_person_id", "asked_at"),
        Index(None, "status", "asked_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    other_person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    undoes_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("identity_change.id"), unique=True)
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    why_two_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    answer_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)

    # Its own: where one of two files ends, the note of their joining stays with the other.
    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(IdentityChange.id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    reason = UnderRecordKey("reason_sealed")
    why_two = UnderRecordKey("why_two_sealed")
    answer_reason = UnderRecordKey("answer_reason_sealed")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class MatchKey(Base):
    """One blocking key of one source record on SQLite: the index through which candidates are found.

    Derived from source records alone and made again from them at any time (`flask matching index`), so it holds
    no foreign key: a dozen rows a person are kept as small as they can be.
    """

    __tablename__ = "match_key"
    __table_args__ = {"sqlite_with_rowid": False, "info": only_on("sqlite")}  # noqa: RUF012

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    source_record_id: Mapped[uuid.UUID] = mapped_column(CompactId, primary_key=True)


class MatchKeyList(Base):
    """The blocking keys of one source record on PostgreSQL, as `MatchKey` holds them on SQLite.

    There a row costs some thirty bytes before it holds anything, and its place in a B-tree as much again. One row a
    record under an inverted index takes less than half the room. `match_key_holders` reads it.
    """

    __tablename__ = "match_key_list"
    __table_args__ = (
        Index(None, "keys", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        {"info": only_on("postgresql")},
    )

    source_record_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    keys: Mapped[list[int]] = mapped_column(ARRAY(BigInteger).with_variant(JSON(), "sqlite"))


class MatchIndex(Base):
    """How far the index of blocking keys has been made, and by which rules; one row, or none before the first time."""

    __tablename__ = "match_index"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    rules: Mapped[str] = mapped_column(String(32))
    reached: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class MatchProposal(Base):
    """The matcher thinks a source record may be a known person; a person's verdict answers it."""

    __tablename__ = "match_proposal"
    __table_args__ = (
        Index(None, "source_record_id", "person_id", unique=True),
        Index(
            "ix_match_proposal_waiting",
            "source_record_id",
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    source_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    band: Mapped[str] = mapped_column(String(10))
    probability: Mapped[float] = mapped_column(Float)
    weight: Mapped[float] = mapped_column(Float)
    reason: Mapped[str] = mapped_column(Text)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(json_type())
    matcher_version: Mapped[str] = mapped_column(String(40))
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    opened_by_change: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("identity_change.id"), index=True)
    closed_by_change: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("identity_change.id"), index=True)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class MatchVerdict(Base):
    """A person's word on whether two sides are the same person. Of two records the last word stands; all are kept.

    What was compared are the source records of both sides (`VerdictRecord`), so the word holds wherever they are linked
    later. `source_record_id` and `person_id` say how it was asked: a record against a person, or a change of people.
    """

    __tablename__ = "match_verdict"
    __table_args__ = (
        CheckConstraint("verdict IN ('same', 'different', 'unsure')", name="known_verdict"),
        Index(None, "source_record_id", "person_id", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    source_record_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("source_record.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    change_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("identity_change.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(10))
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)

    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(MatchVerdict.person_id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    reason = UnderRecordKey("reason_sealed")


class VerdictRecord(Base):
    """A source record on one of the two sides of a verdict."""

    __tablename__ = "match_verdict_record"
    __table_args__ = (CheckConstraint("side IN ('one', 'other')", name="known_side"),)

    verdict_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("match_verdict.id"), primary_key=True)
    source_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"), primary_key=True, index=True)
    side: Mapped[str] = mapped_column(String(5))


keep_from_view(Person, "people", lambda hidden: Person.id.not_in(hidden.people))
# A record that was with somebody else before is hidden there too: it would say with whom it is now.
keep_from_view(
    PersonLink, "people",
    lambda hidden: and_(PersonLink.person_id.not_in(hidden.people), PersonLink.source_record_id.not_in(hidden.records)),
)
keep_from_view(SourceRecord, "people", lambda hidden: SourceRecord.id.not_in(hidden.records))
keep_from_view(
    IdentityChange, "people",
    lambda hidden: and_(IdentityChange.person_id.not_in(hidden.people), IdentityChange.other_person_id.not_in(hidden.people)),
)
keep_from_view(
    MatchProposal, "people",
    lambda hidden: and_(MatchProposal.person_id.not_in(hidden.people), MatchProposal.source_record_id.not_in(hidden.records)),
)
keep_from_view(
    MatchVerdict, "people",
    lambda hidden: and_(
        MatchVerdict.person_id.not_in(hidden.people),
        or_(MatchVerdict.source_record_id.is_(None), MatchVerdict.source_record_id.not_in(hidden.records)),
    ),
)
keep_from_view(VerdictRecord, "people", lambda hidden: VerdictRecord.source_record_id.not_in(hidden.records))


def _cover_record(session: Session, record: SourceRecord, hidden: Unseen) -> None:
    """No word of a protected address, nor of relatives named in a referral that is not there for the reader."""
    changes: dict[str, Any] = {}
    if record.id in hidden.ids(session, "at_hidden_addresses"):
        changes |= {"address_lines": [PROTECTED], "postcode": None, "uprn": None}
    if record.referral_id is not None and record.referral_id in hidden.ids(session, "referrals"):
        changes |= {"family": []}
    for name, value in changes.items():
        set_committed_value(record, name, value)
    if changes:
        note_covered()


cover(SourceRecord, _cover_record)
