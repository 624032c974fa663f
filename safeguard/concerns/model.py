"""What is stated about people, places and time. Every row hangs on a source record, so a merge moves nothing."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    Uuid,
    and_,
    column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.orm import Mapped, Session, foreign, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from safeguard.kernel.database import Base, Moment, json_type, new_id
from safeguard.kernel.record_key import RecordKey, UnderRecordKey, as_text
from safeguard.kernel.sealed import place_of
from safeguard.people.sight import Unseen, cover, keep_from_view, note_covered

# What an event says: `summary` and `facts`.
Told = dict[str, Any]
# The relationships that may join children of different families, found by an index of their own.
OUTSIDE_FAMILY = ("alleged_perpetrator", "alleged_victim_of", "associate", "missing_with", "seen_with")
_OUTSIDE = text(f"kind IN ({', '.join(repr(kind) for kind in OUTSIDE_FAMILY)})")

# An event that records something of an adult who may pose a risk; found by an index of its own.
_TELLS_OF_ADULT = text("adult_fact IS NOT NULL")


class Address(Base):
    """A place where people live, once for each way of writing that normalises alike (`match_key`)."""

    __tablename__ = "address"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    match_key: Mapped[str] = mapped_column(String(120), unique=True)
    lines: Mapped[list[str]] = mapped_column(json_type())
    postcode: Mapped[str | None] = mapped_column(String(10))
    uprn: Mapped[str | None] = mapped_column(String(12))

    @property
    def one_line(self) -> str:
        """The lines and the postcode; empty where neither was stated."""
        return ", ".join([*self.lines, *filter(None, [self.postcode])])


class Residence(Base):
    """A source record says that its person lives, or lived, at an address."""

    __tablename__ = "residence"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    source_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"), index=True)
    address_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("address.id"), index=True)
    since: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"))
    stated_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))


class Relationship(Base):
    """`from_record` is the `kind` of `to_record`: one statement of a fact that is seen from two ends.

    Statements are never changed. What is made of them later (`RelationshipWord`), and what they come to together
    (`concerns.relationships`), is kept and worked out beside them.
    """

    __tablename__ = "relationship"
    __table_args__ = (
        CheckConstraint("from_record_id <> to_record_id", name="two_people"),
        Index("ix_relationship_outside_family", "stated_at", sqlite_where=_OUTSIDE, postgresql_where=_OUTSIDE),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    from_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"), index=True)
    to_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    # How far the fact is established: see `kernel.codes.link_status`.
    status: Mapped[str] = mapped_column(String(12), default="stated", server_default="stated")
    parental_responsibility: Mapped[str] = mapped_column(String(10))
    lives_with: Mapped[str] = mapped_column(String(10))
    since: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    referral_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("referral.id"))
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"))
    stated_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))


class RelationshipWord(Base):
    """What somebody at the desk says of a stated relationship: confirmed, disputed, ended, or as it was stated after all.

    The last word stands; all are kept.
    """

    __tablename__ = "relationship_word"
    __table_args__ = (
        CheckConstraint("word IN ('confirmed', 'disputed', 'ended', 'stated')", name="known_word"),
        CheckConstraint("(word = 'ended') = (ended_on IS NOT NULL)", name="ended_when"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    relationship_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("relationship.id"), index=True)
    word: Mapped[str] = mapped_column(String(10))
    ended_on: Mapped[date | None] = mapped_column(Date)
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)

    # That of the source record from which the relationship runs.
    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(RelationshipWord.key_id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    reason = UnderRecordKey("reason_sealed")


class Place(Base):
    """A school, practice or other place that people belong to without living there, once for each way of writing it."""

    __tablename__ = "place"
    __table_args__ = (
        CheckConstraint("kind IN ('school', 'practice', 'venue', 'online')", name="known_kind"),
        Index(None, "kind", "match_key", unique=True),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(10))
    match_key: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(200))


class Enrolment(Base):
    """A source record says that its person attends a school, is registered with a practice, or goes to a place."""

    __tablename__ = "enrolment"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    source_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"), index=True)
    place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("place.id"), index=True)
    since: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"))
    stated_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))


class PersonStatement(Base):
    """What an agency states of a person besides who they are: that they died or are alive after all, or an email address.

    Statements are never changed: an agency's last word on whether somebody has died is its word (`concerns.deaths`).
    `value` is the email address in lower case; `words` say how it is known.
    """

    __tablename__ = "person_statement"
    __table_args__ = (
        CheckConstraint("kind IN ('died', 'alive', 'email')", name="known_kind"),
        CheckConstraint("(kind = 'email') = (value IS NOT NULL)", name="valued"),
        CheckConstraint("day IS NULL OR kind = 'died'", name="dated"),
        Index(
            "ix_person_statement_value", "value", sqlite_where=text("value IS NOT NULL"), postgresql_where=text("value IS NOT NULL")
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    source_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    day: Mapped[date | None] = mapped_column(Date)
    value: Mapped[str | None] = mapped_column(String(254))
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"))
    stated_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))

    # The source record's; it has none while nothing is said under it.
    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(PersonStatement.source_record_id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    words = UnderRecordKey("words_sealed")


class WarningNote(Base):
    """What staff must know before they visit a person or an address. Never changed: see `WarningNoteStep`."""

    __tablename__ = "warning_note"
    __table_args__ = (
        CheckConstraint("(source_record_id IS NULL) <> (address_id IS NULL)", name="one_subject"),
        CheckConstraint("told IN ('yes', 'no')", name="known_told"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    source_record_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("source_record.id"), index=True)
    address_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("address.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    since: Mapped[date] = mapped_column(Date)
    review_on: Mapped[date] = mapped_column(Date)
    told: Mapped[str] = mapped_column(String(3))
    told_words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"))
    recorded_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)

    # Its own: a note on an address is of no person's record.
    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(WarningNote.id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    words = UnderRecordKey("words_sealed")
    told_words = UnderRecordKey("told_words_sealed")


class WarningNoteStep(Base):
    """A note was approved by somebody else, reviewed and kept until a new day, or ended: by whom, when and why."""

    __tablename__ = "warning_note_step"
    __table_args__ = (
        CheckConstraint("kind IN ('approved', 'reviewed', 'ended')", name="known_kind"),
        CheckConstraint("(kind = 'reviewed') = (review_on IS NOT NULL)", name="review_when"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    note_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("warning_note.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    review_on: Mapped[date | None] = mapped_column(Date)
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)

    # The note's.
    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(WarningNoteStep.note_id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    reason = UnderRecordKey("reason_sealed")


class CaseEvent(Base):
    """Something known about a child from a day on: a concern that came in, an observation, a decision.

    `happened_on` is when it is said to have happened; `known_on` when an agency first told the front door. `told` is what it
    says, sealed under the key of the referral that told it, or else of the source record: `summary` in words, and `facts`, the
    structured facts by kind (`concerns.fact_kinds`). Of a fact about an adult who may pose a risk, which one, how far it is
    established and until when it stands are in clear too: a list goes by them. An event is never changed: a correction is
    another event that `supersedes_id` it, and only one may.
    """

    __tablename__ = "case_event"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('inbound_concern', 'professional_observation', 'decision_or_activity')",
            name="known_kind",
        ),
        Index(None, "source_record_id", "known_on"),
        Index(None, "referral_id"),
        Index("ix_case_event_adult", "known_on", sqlite_where=_TELLS_OF_ADULT, postgresql_where=_TELLS_OF_ADULT),
        UniqueConstraint("supersedes_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    source_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"))
    kind: Mapped[str] = mapped_column(String(30))
    known_on: Mapped[date] = mapped_column(Date)
    happened_on: Mapped[date | None] = mapped_column(Date)
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agency.id"))
    source_code: Mapped[str] = mapped_column(String(4))
    categories: Mapped[list[str]] = mapped_column(json_type())
    referral_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("referral.id"))
    reference: Mapped[str | None] = mapped_column(String(12))
    outcome: Mapped[str | None] = mapped_column(String(40))
    closes: Mapped[bool] = mapped_column(Boolean, default=False)
    told_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    adult_fact: Mapped[str | None] = mapped_column(String(40))
    adult_status: Mapped[str | None] = mapped_column(String(20))
    adult_review_on: Mapped[str | None] = mapped_column(String(10))
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    supersedes_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("case_event.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)

    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(CaseEvent.key_id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    _told = UnderRecordKey("told_sealed")

    @property
    def told(self) -> Told:
        """What it says. Not to be changed in place: it is set anew.

        Raises:
            Destroyed: its key was destroyed.
        """
        words = self._told or "{}"
        known, read = self.__dict__.get("_said", (None, None))
        if known is not words:
            read = {"summary": "", "facts": {}} | json.loads(words)
            self.__dict__["_said"] = (words, read)
        said: Told = read
        return said

    @told.setter
    def told(self, said: Told) -> None:
        self._told = as_text(said)
        adult = adult_columns(said["facts"])
        self.adult_fact, self.adult_status, self.adult_review_on = adult.values()

    @property
    def summary(self) -> str:
        said: str = self.told["summary"]
        return said

    @property
    def facts(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.told["facts"]
        return found

    def cover(self, words: str) -> None:
        """Have `words` be read in place of everything it says, on this object alone."""
        CaseEvent._told.read_as(self, lambda _told: as_text({"summary": words, "facts": {}}))


def told_columns(key: RecordKey, event_id: uuid.UUID, told: Told) -> dict[str, Any]:
    """The columns of an event that hold what it says, for rows that are stored without objects."""
    sealed = key.seal(as_text(told).encode(), place_of(CaseEvent.__tablename__, "told_sealed", event_id))
    return {"key_id": key.id, "told_sealed": sealed, **adult_columns(told["facts"])}


def adult_columns(facts: Mapping[str, Mapping[str, Any]]) -> dict[str, str | None]:
    """What of these facts stands in clear beside what is sealed."""
    said = facts.get("adult_history")
    if said is None:
        return dict.fromkeys(("adult_fact", "adult_status", "adult_review_on"))
    return {"adult_fact": str(said.get("fact") or ""), "adult_status": said.get("status"), "adult_review_on": said.get("review_on")}


class EventMark(Base):
    """A place, online space, vehicle or phone that an event names. Events about different children that name the same one are joined by it.

    `mark` is the name without spaces, signs and case; `label` is the name as typed.
    """

    __tablename__ = "event_mark"
    __table_args__ = (Index(None, "kind", "mark"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    case_event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case_event.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    mark: Mapped[str] = mapped_column(String(80))
    label: Mapped[str] = mapped_column(String(120))


class ChronologyRemark(Base):
    """What a person at the desk made of an entry: whether it is significant, and why. It alters nothing; the last one stands.

    Most entries are events. Of another the remark names the row it tells of (`entry_kind`, a code of the chronology, and
    `entry_id`) and hangs on a record of the person on whose chronology it was made. A trigger refuses any change: whoever
    thinks otherwise later says so in another remark.
    """

    __tablename__ = "chronology_remark"
    __table_args__ = (
        CheckConstraint("significance IN ('significant', 'not_significant', 'not_said')", name="known_significance"),
        CheckConstraint(
            "(case_event_id IS NULL) = (entry_id IS NOT NULL) AND (entry_id IS NULL) = (entry_kind IS NULL) "
            "AND (entry_id IS NULL) = (source_record_id IS NULL)",
            name="one_entry",
        ),
        Index(None, "case_event_id", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    case_event_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("case_event.id"))
    entry_kind: Mapped[str | None] = mapped_column(String(10))
    entry_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, index=True)
    source_record_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("source_record.id"), index=True)
    significance: Mapped[str] = mapped_column(String(20))
    analysis_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)

    # That of the event, or else of the source record.
    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(ChronologyRemark.key_id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    analysis = UnderRecordKey("analysis_sealed")


# Under a name of its own, so that no alias of the mapped table reaches into it.
_EVENT = table("case_event", column("id", Uuid()), column("source_record_id", Uuid())).alias("hidden_case_event")

_HOME = table("residence", column("id", Uuid()), column("address_id", Uuid())).alias("hidden_residence")
_RELATED = table(
    "relationship", column("id", Uuid()), column("from_record_id", Uuid()), column("to_record_id", Uuid())
).alias("hidden_relationship")

keep_from_view(Address, "addresses", lambda hidden: Address.id.not_in(hidden.addresses))
keep_from_view(Residence, "people", lambda hidden: Residence.source_record_id.not_in(hidden.records))
keep_from_view(Residence, "addresses", lambda hidden: Residence.address_id.not_in(hidden.addresses))
keep_from_view(
    Relationship, "people",
    lambda hidden: and_(Relationship.from_record_id.not_in(hidden.records), Relationship.to_record_id.not_in(hidden.records)),
)
keep_from_view(RelationshipWord, "people", lambda hidden: RelationshipWord.relationship_id.not_in(
    select(_RELATED.c.id).where(or_(_RELATED.c.from_record_id.in_(hidden.records), _RELATED.c.to_record_id.in_(hidden.records)))
))
keep_from_view(Enrolment, "people", lambda hidden: Enrolment.source_record_id.not_in(hidden.records))
keep_from_view(PersonStatement, "people", lambda hidden: PersonStatement.source_record_id.not_in(hidden.records))
keep_from_view(
    WarningNote, "people",
    lambda hidden: or_(WarningNote.source_record_id.is_(None), WarningNote.source_record_id.not_in(hidden.records)),
)
keep_from_view(
    WarningNote, "addresses", lambda hidden: or_(WarningNote.address_id.is_(None), WarningNote.address_id.not_in(hidden.addresses))
)
keep_from_view(CaseEvent, "people", lambda hidden: CaseEvent.source_record_id.not_in(hidden.records))
keep_from_view(CaseEvent, "events", lambda hidden: CaseEvent.id.not_in(hidden.events))
# What a sealed event names is sealed with it, whether or not other words stand in its place.
keep_from_view(
    EventMark, "events",
    lambda hidden: and_(EventMark.case_event_id.not_in(hidden.events), EventMark.case_event_id.not_in(hidden.reworded)),
)
keep_from_view(
    EventMark, "people",
    lambda hidden: EventMark.case_event_id.not_in(
        select(_EVENT.c.id).where(_EVENT.c.source_record_id.in_(hidden.records))
    ),
)

# What was made of a sealed event is sealed with it; what was made of a move, with the address.
keep_from_view(
    ChronologyRemark, "events",
    lambda hidden: or_(
        ChronologyRemark.case_event_id.is_(None),
        and_(ChronologyRemark.case_event_id.not_in(hidden.events), ChronologyRemark.case_event_id.not_in(hidden.reworded)),
    ),
)
keep_from_view(
    ChronologyRemark, "people",
    lambda hidden: and_(
        or_(
            ChronologyRemark.case_event_id.is_(None),
            ChronologyRemark.case_event_id.not_in(select(_EVENT.c.id).where(_EVENT.c.source_record_id.in_(hidden.records))),
        ),
        or_(ChronologyRemark.source_record_id.is_(None), ChronologyRemark.source_record_id.not_in(hidden.records)),
    ),
)
keep_from_view(
    ChronologyRemark, "addresses",
    lambda hidden: or_(
        ChronologyRemark.entry_id.is_(None),
        ChronologyRemark.entry_id.not_in(select(_HOME.c.id).where(_HOME.c.address_id.in_(hidden.addresses))),
    ),
)


def _cover_event(session: Session, event: CaseEvent, hidden: Unseen) -> None:
    """The words that stand in place of a sealed event; no way to a referral that is not there for the reader."""
    changes: dict[str, Any] = {}
    if event.id in hidden.words:
        event.cover(hidden.words[event.id])
        changes["categories"] = []
    if event.referral_id is not None and event.referral_id in hidden.ids(session, "referrals"):
        changes |= {"referral_id": None, "reference": None}
    for name, value in changes.items():
        set_committed_value(event, name, value)
    if changes:
        note_covered()


cover(CaseEvent, _cover_event)
