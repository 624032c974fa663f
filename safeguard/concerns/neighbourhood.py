"""What is known around some people, loaded in a number of statements that depends on the distance alone."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from safeguard.agencies.model import Agency
from safeguard.concerns.model import Address, CaseEvent, EventMark, Relationship, Residence
from safeguard.people.candidates import clusters_of, people_of
from safeguard.people.identity import Identity, identity_of
from safeguard.people.model import SourceRecord

# More people than this at one address is not a household: it is named, not walked through.
CROWD = 20
# Nobody has more family than this; a person with more is a professional or a mistake.
_MOST_RELATIONSHIPS = 60
_MOST_PEOPLE = 400
# More events than this at one place or with one phone: a shopping street, not a thread between children.
_MOST_MARKED = 60


@dataclass(frozen=True, slots=True)
class StatedRelationship:
    """`from_person` is the `kind` of `to_person`, as one agency stated it."""

    id: uuid.UUID
    from_person: uuid.UUID
    to_person: uuid.UUID
    kind: str
    parental_responsibility: str
    lives_with: str
    since: date | None
    until: date | None
    agency_id: uuid.UUID
    stated_at: datetime
    status: str = "stated"


@dataclass(frozen=True, slots=True)
class StatedResidence:
    """A person lives, or lived, at an address, as one agency stated it."""

    id: uuid.UUID
    person_id: uuid.UUID
    address_id: uuid.UUID
    since: date | None
    until: date | None
    agency_id: uuid.UUID
    stated_at: datetime


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """A case event, with the person it is about now."""

    id: uuid.UUID
    person_id: uuid.UUID
    kind: str
    known_on: date
    happened_on: date | None
    agency_id: uuid.UUID
    source_code: str
    categories: tuple[str, ...]
    referral_id: uuid.UUID | None
    reference: str | None
    outcome: str | None
    closes: bool
    summary: str
    recorded_at: datetime
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)
    recorded_by: uuid.UUID | None = None
    supersedes_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class KnownMark:
    """A place, vehicle or phone that an event names."""

    event_id: uuid.UUID
    kind: str
    mark: str
    label: str


@dataclass(slots=True)
class Neighbourhood:
    """People around a focus, what joins them, and what is known of them. `crowded` addresses were not walked through."""

    focus: tuple[uuid.UUID, ...]
    people: dict[uuid.UUID, Identity] = field(default_factory=dict)
    records: dict[uuid.UUID, list[SourceRecord]] = field(default_factory=dict)
    relationships: list[StatedRelationship] = field(default_factory=list)
    residences: list[StatedResidence] = field(default_factory=list)
    addresses: dict[uuid.UUID, Address] = field(default_factory=dict)
    crowded: dict[uuid.UUID, int] = field(default_factory=dict)
    events: list[KnownEvent] = field(default_factory=list)
    marks: list[KnownMark] = field(default_factory=list)
    agencies: dict[uuid.UUID, Agency] = field(default_factory=dict)

    def events_of(self) -> Mapping[uuid.UUID, list[KnownEvent]]:
        """The events of each person, in the order they became known."""
        events: dict[uuid.UUID, list[KnownEvent]] = defaultdict(list)
        for event in self.events:
            events[event.person_id].append(event)
        return events


def neighbourhood(
    session: Session, person_ids: Iterable[uuid.UUID], *, hops: int = 2, most_people: int = _MOST_PEOPLE
) -> Neighbourhood:
    """Load the people up to `hops` relationships or shared addresses away from `person_ids`, and what is known of them.

    Beyond `most_people` nobody more is loaded: nobody's family is that large.
    """
    focus = tuple(dict.fromkeys(person_ids))
    around = Neighbourhood(focus=focus)
    edge = set(focus)
    relationships: dict[uuid.UUID, Relationship] = {}
    residences: dict[uuid.UUID, Residence] = {}
    for hop in range(hops + 1):
        around.records.update(clusters_of(session, edge))
        record_ids = [record.id for person_id in edge for record in around.records[person_id]]
        if not record_ids or hop == hops:
            if record_ids:
                _load_residences(session, record_ids, residences)
            break
        met = _relatives(session, record_ids, relationships)
        _load_residences(session, record_ids, residences)
        met |= _neighbours(session, record_ids, residences, around)
        met |= _joined_by_events(session, record_ids)
        known = {record.id for records in around.records.values() for record in records}
        edge = set(people_of(session, met - known).values()) - around.records.keys()
        edge = set(sorted(edge)[: max(0, most_people - len(around.records))])
    _settle(session, around, relationships, residences)
    return around


def _relatives(
    session: Session, record_ids: Sequence[uuid.UUID], relationships: dict[uuid.UUID, Relationship]
) -> set[uuid.UUID]:
    """The records related to these, leaving out those with more relatives than a family has."""
    rows = session.scalars(
        select(Relationship).where(
            or_(Relationship.from_record_id.in_(record_ids), Relationship.to_record_id.in_(record_ids))
        )
    ).all()
    relationships.update({row.id: row for row in rows})
    degree = Counter(row.from_record_id for row in rows)
    return {
        end
        for row in rows
        if degree[row.from_record_id] <= _MOST_RELATIONSHIPS
        for end in (row.from_record_id, row.to_record_id)
    }


def _load_residences(
    session: Session, record_ids: Sequence[uuid.UUID], residences: dict[uuid.UUID, Residence]
) -> None:
    rows = session.scalars(select(Residence).where(Residence.source_record_id.in_(record_ids)))
    residences.update({row.id: row for row in rows})


def _neighbours(
    session: Session,
    record_ids: Sequence[uuid.UUID],
    residences: dict[uuid.UUID, Residence],
    around: Neighbourhood,
) -> set[uuid.UUID]:
    """The records of people at the same addresses, where an address is a household and not a crowd."""
    mine = set(record_ids)
    address_ids = {row.address_id for row in residences.values() if row.source_record_id in mine}
    if not address_ids:
        return set()
    counts = dict(
        session.execute(
            select(Residence.address_id, func.count())
            .where(Residence.address_id.in_(address_ids))
            .group_by(Residence.address_id)
        )
        .tuples()
        .all()
    )
    # Every referral states its people's address again, so rows outnumber people several times over.
    around.crowded.update({key: count for key, count in counts.items() if count > CROWD * 10})
    walk = [key for key in address_ids if key not in around.crowded]
    rows = session.scalars(select(Residence).where(Residence.address_id.in_(walk))).all()
    residences.update({row.id: row for row in rows})
    return {row.source_record_id for row in rows}


def _joined_by_events(session: Session, record_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """The records of others whose events came in one referral with these people's, or name the same place, vehicle or phone.

    Asked in steps, each by index: most events have no referral and no mark, and a join over those that have none reads them all.
    """
    mine = session.execute(select(CaseEvent.id, CaseEvent.referral_id).where(CaseEvent.source_record_id.in_(record_ids))).all()
    found: set[uuid.UUID] = set()
    referral_ids = {row.referral_id for row in mine if row.referral_id is not None}
    if referral_ids:
        together = select(CaseEvent.source_record_id).where(CaseEvent.referral_id.in_(referral_ids)).limit(_MOST_PEOPLE)
        found.update(session.scalars(together))
    ours = select(EventMark.kind, EventMark.mark).where(EventMark.case_event_id.in_([row.id for row in mine])).distinct()
    marks = session.execute(ours).all() if mine else []
    if marks:
        marked = (
            select(CaseEvent.source_record_id)
            .join(EventMark, EventMark.case_event_id == CaseEvent.id)
            .where(
                or_(*(and_(EventMark.kind == row.kind, EventMark.mark == row.mark) for row in marks)),
                CaseEvent.source_record_id.not_in(record_ids),
            )
            .order_by(CaseEvent.known_on.desc(), CaseEvent.id)
            .limit(_MOST_MARKED)
        )
        found.update(session.scalars(marked))
    return found - set(record_ids)


def _settle(
    session: Session,
    around: Neighbourhood,
    relationships: Mapping[uuid.UUID, Relationship],
    residences: Mapping[uuid.UUID, Residence],
) -> None:
    """Turn what was loaded into facts about people, and add the events, addresses and agencies they name."""
    person_of = {record.id: key for key, records in around.records.items() for record in records}
    around.people = {key: identity_of(records) for key, records in around.records.items() if records}
    around.relationships = [
        StatedRelationship(
            row.id, person_of[row.from_record_id], person_of[row.to_record_id], row.kind,
            row.parental_responsibility, row.lives_with, row.since, row.until, row.agency_id, row.stated_at, row.status,
        )
        for row in sorted(relationships.values(), key=lambda row: (row.stated_at, row.id))
        if row.from_record_id in person_of and row.to_record_id in person_of
        and person_of[row.from_record_id] != person_of[row.to_record_id]
    ]
    around.residences = [
        StatedResidence(
            row.id, person_of[row.source_record_id], row.address_id, row.since, row.until, row.agency_id, row.stated_at
        )
        for row in sorted(residences.values(), key=lambda row: (row.stated_at, row.id))
        if row.source_record_id in person_of
    ]
    address_ids = {row.address_id for row in around.residences}
    around.addresses = {
        row.id: row for row in session.scalars(select(Address).where(Address.id.in_(address_ids)))
    }
    rows = session.scalars(
        select(CaseEvent)
        .where(CaseEvent.source_record_id.in_(person_of))
        .order_by(CaseEvent.known_on, CaseEvent.recorded_at, CaseEvent.id)
    )
    around.events = [
        KnownEvent(
            row.id, person_of[row.source_record_id], row.kind, row.known_on, row.happened_on, row.agency_id,
            row.source_code, tuple(row.categories), row.referral_id, row.reference, row.outcome, row.closes,
            row.summary, row.recorded_at, row.facts, row.recorded_by, row.supersedes_id,
        )
        for row in rows
    ]
    marked = [event.id for event in around.events if "link" in event.facts]
    if marked:
        around.marks = [
            KnownMark(row.case_event_id, row.kind, row.mark, row.label)
            for row in session.scalars(
                select(EventMark).where(EventMark.case_event_id.in_(marked)).order_by(EventMark.kind, EventMark.mark, EventMark.id)
            )
        ]
    agency_ids = {record.agency_id for records in around.records.values() for record in records}
    agency_ids |= {row.agency_id for row in around.relationships} | {row.agency_id for row in around.residences}
    agency_ids |= {event.agency_id for event in around.events}
    around.agencies = {row.id: row for row in session.scalars(select(Agency).where(Agency.id.in_(agency_ids)))}
