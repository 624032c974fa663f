"""The statements by which a neighbourhood is loaded: each asks an index for the rows of what was reached, and no more."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, distinct, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from safeguard.agencies.model import Agency
from safeguard.concerns.deaths import StatedDeath
from safeguard.concerns.model import (
    Address,
    CaseEvent,
    Enrolment,
    EventMark,
    PersonStatement,
    Place,
    Relationship,
    RelationshipWord,
    Residence,
)
from safeguard.concerns.stated import (
    KnownEvent,
    KnownMark,
    KnownPlace,
    SaidOfRelationship,
    StatedEmail,
    StatedEnrolment,
    StatedRelationship,
    StatedResidence,
)
from safeguard.people.model import PersonLink, SourceRecord
from safeguard.people.search_terms import written_forms
from safeguard.people.sight import of_those

# Every referral states its people's address again, so statements outnumber people several times over. Of an address
# with more statements than this, or of more people than the newest can tell of, only the newest are read: whoever lives there
# now is among them.
_HUB_STATEMENTS = 200
_NEWEST = 60
# More than this came in one referral, or at one place or with one phone: a shopping street, not a thread between children.
_MOST_TOGETHER = 400
_MOST_MARKED = 60
_MOST_PHONES = 60
_MOST_PHONED = 2_000


@dataclass(slots=True)
class Residents:
    """Who is said to live, or have lived, at some addresses.

    `hubs` are those of which not every statement was read: how many people are said to have lived there. Those of
    them in `crowded` are no household: nobody of theirs is in `rows`.
    """

    rows: list[Residence] = field(default_factory=list)
    hubs: dict[uuid.UUID, int] = field(default_factory=dict)
    crowded: set[uuid.UUID] = field(default_factory=set)


def relationships(session: Session, record_ids: Collection[uuid.UUID]) -> Sequence[Relationship]:
    """Every relationship that one of these records is an end of."""
    ends = or_(Relationship.from_record_id.in_(record_ids), Relationship.to_record_id.in_(record_ids))
    return session.scalars(select(Relationship).where(ends)).all()


def residences(session: Session, record_ids: Collection[uuid.UUID]) -> Sequence[Residence]:
    """Where these records say their people live."""
    return session.scalars(select(Residence).where(Residence.source_record_id.in_(record_ids))).all()


def residents(session: Session, address_ids: Collection[uuid.UUID], *, crowd: int) -> Residents:
    """Who is said to live at these addresses."""
    found = Residents()
    if not address_ids:
        return found
    linked = and_(PersonLink.source_record_id == Residence.source_record_id, PersonLink.superseded_at.is_(None))
    counts = (
        select(Residence.address_id, func.count(), func.count(distinct(PersonLink.person_id)))
        .join(PersonLink, linked)
        .where(Residence.address_id.in_(address_ids))
        .group_by(Residence.address_id)
    )
    small = []
    for address_id, statements, people in session.execute(counts).tuples():
        if statements > _HUB_STATEMENTS or people > _NEWEST:
            found.hubs[address_id] = people
        else:
            small.append(address_id)
    if small:
        plain = select(Residence).join(PersonLink, linked).where(Residence.address_id.in_(small))
        found.rows += session.scalars(plain)
    if found.hubs:
        _read_hubs(session, found, crowd)
    return found


def _read_hubs(session: Session, found: Residents, crowd: int) -> None:
    """The newest statements of each hub, where they are of no more than a crowd."""
    order = func.row_number().over(partition_by=Residence.address_id, order_by=(Residence.stated_at.desc(), Residence.id))
    newest = (
        select(Residence.id, PersonLink.person_id, order.label("place"))
        .join(PersonLink, PersonLink.source_record_id == Residence.source_record_id)
        .where(Residence.address_id.in_(found.hubs), PersonLink.superseded_at.is_(None))
        .subquery()
    )
    row = aliased(Residence)
    read = select(row, newest.c.person_id).join(newest, newest.c.id == row.id).where(newest.c.place <= _NEWEST)
    people: dict[uuid.UUID, set[uuid.UUID]] = {}
    rows = session.execute(read).tuples().all()
    for residence, person_id in rows:
        people.setdefault(residence.address_id, set()).add(person_id)
    found.crowded = {address_id for address_id, theirs in people.items() if len(theirs) > crowd}
    found.rows += [residence for residence, _person in rows if residence.address_id not in found.crowded]


def joined_by_events(session: Session, record_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """The records of others whose events came in one referral with these people's, or name the same place, vehicle or phone.

    Asked in steps, each by index: most events have no referral and no mark, and a join over those that have none reads them all.
    """
    mine = session.execute(select(CaseEvent.id, CaseEvent.referral_id).where(CaseEvent.source_record_id.in_(record_ids))).all()
    found: set[uuid.UUID] = set()
    others = select(CaseEvent.source_record_id)
    referral_ids = of_those(session, "referrals", {row.referral_id for row in mine if row.referral_id is not None})
    if referral_ids:
        together = others.where(CaseEvent.referral_id.in_(referral_ids)).distinct().order_by(CaseEvent.source_record_id)
        found.update(session.scalars(together.limit(_MOST_TOGETHER)))
    ours = select(EventMark.kind, EventMark.mark).where(EventMark.case_event_id.in_([row.id for row in mine])).distinct()
    marked = session.execute(ours).all() if mine else []
    if marked:
        same = or_(*(and_(EventMark.kind == row.kind, EventMark.mark == row.mark) for row in marked))
        by_mark = others.join(EventMark, EventMark.case_event_id == CaseEvent.id).where(
            same, CaseEvent.source_record_id.not_in(record_ids)
        )
        found.update(session.scalars(by_mark.order_by(CaseEvent.known_on.desc(), CaseEvent.id).limit(_MOST_MARKED)))
    return found - set(record_ids)


def records_with_phone(session: Session, figures: Collection[str]) -> dict[str, set[uuid.UUID]]:
    """The records that give one of these numbers (ten figures), in whichever of the usual ways it is written.

    At most `_MOST_PHONED` records of them all: with many numbers, as many as matter to a family.
    """
    forms = {form: number for number in sorted(figures)[:_MOST_PHONES] for form in written_forms(f"0{number}")}
    found: dict[str, set[uuid.UUID]] = {}
    if forms:
        given = select(SourceRecord.phone, SourceRecord.id).where(SourceRecord.phone.in_(forms)).order_by(SourceRecord.id)
        for phone, record_id in session.execute(given.limit(_MOST_PHONED)).tuples():
            found.setdefault(forms[phone or ""], set()).add(record_id)
    return found


def emails_of(session: Session, record_ids: Collection[uuid.UUID]) -> set[str]:
    """The email addresses that these records give."""
    given = select(PersonStatement.value).where(PersonStatement.source_record_id.in_(record_ids), PersonStatement.value.is_not(None))
    return {value for value in session.scalars(given.distinct()) if value}


def records_with_email(session: Session, emails: Collection[str]) -> dict[str, set[uuid.UUID]]:
    """The records that give one of these email addresses; at most `_MOST_PHONED` of them all."""
    found: dict[str, set[uuid.UUID]] = {}
    if emails:
        given = select(PersonStatement.value, PersonStatement.source_record_id).where(
            PersonStatement.value.in_(sorted(emails)[:_MOST_PHONES])
        )
        rows = session.execute(given.order_by(PersonStatement.source_record_id).limit(_MOST_PHONED)).tuples()
        for value, record_id in rows:
            found.setdefault(value or "", set()).add(record_id)
    return found


def said_of_people(session: Session, person_of: Mapping[uuid.UUID, uuid.UUID]) -> tuple[list[StatedDeath], list[StatedEmail]]:
    """What is stated of these people's deaths, and the email addresses given for them, oldest first."""
    deaths: list[StatedDeath] = []
    emails: list[StatedEmail] = []
    if not person_of:
        return deaths, emails
    stated = select(PersonStatement).where(PersonStatement.source_record_id.in_(person_of)).options(joinedload(PersonStatement.key))
    for row in session.scalars(stated.order_by(PersonStatement.stated_at, PersonStatement.id)):
        person = person_of[row.source_record_id]
        if row.value is not None:
            emails.append(StatedEmail(row.id, person, row.value, row.agency_id, row.stated_at))
        else:
            deaths.append(StatedDeath(row.id, person, row.kind == "died", row.day, row.agency_id, row.stated_at, row.words or ""))
    return deaths, emails


def stated_relationships(
    rows: Iterable[Relationship], person_of: Mapping[uuid.UUID, uuid.UUID]
) -> list[StatedRelationship]:
    """The rows whose two ends are people of `person_of`, oldest first."""
    return [
        StatedRelationship(
            row.id, person_of[row.from_record_id], person_of[row.to_record_id], row.kind, row.parental_responsibility,
            row.lives_with, row.since, row.until, row.agency_id, row.stated_at, row.status, row.referral_id, row.recorded_by,
        )
        for row in sorted(rows, key=lambda row: (row.stated_at, row.id))
        if row.from_record_id in person_of and row.to_record_id in person_of
    ]  # fmt: skip


def stated_residences(rows: Iterable[Residence], person_of: Mapping[uuid.UUID, uuid.UUID]) -> list[StatedResidence]:
    """The rows of people of `person_of`, oldest first."""
    return [
        StatedResidence(row.id, person_of[row.source_record_id], row.address_id, row.since, row.until, row.agency_id, row.stated_at)
        for row in sorted(rows, key=lambda row: (row.stated_at, row.id))
        if row.source_record_id in person_of
    ]


def words(session: Session, relationship_ids: Collection[uuid.UUID]) -> list[SaidOfRelationship]:
    """What the desk said of these statements, oldest first."""
    if not relationship_ids:
        return []
    said = select(RelationshipWord).where(RelationshipWord.relationship_id.in_(relationship_ids)).options(joinedload(RelationshipWord.key))
    return [
        SaidOfRelationship(row.relationship_id, row.word, row.ended_on, row.reason or "", row.agency_id, row.at)
        for row in session.scalars(said.order_by(RelationshipWord.at, RelationshipWord.id))
    ]


def enrolments(session: Session, person_of: Mapping[uuid.UUID, uuid.UUID]) -> list[StatedEnrolment]:
    """The schools and practices that these records name, oldest first."""
    if not person_of:
        return []
    stated = select(Enrolment).where(Enrolment.source_record_id.in_(person_of))
    return [
        StatedEnrolment(row.id, person_of[row.source_record_id], row.place_id, row.since, row.until, row.agency_id, row.stated_at)
        for row in session.scalars(stated.order_by(Enrolment.stated_at, Enrolment.id))
    ]


def places(session: Session, place_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, KnownPlace]:
    if not place_ids:
        return {}
    return {row.id: KnownPlace(row.id, row.kind, row.name) for row in session.scalars(select(Place).where(Place.id.in_(place_ids)))}


def addresses(session: Session, address_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Address]:
    return {row.id: row for row in session.scalars(select(Address).where(Address.id.in_(address_ids)))}


def events(session: Session, person_of: Mapping[uuid.UUID, uuid.UUID]) -> list[KnownEvent]:
    """The events of these records, in the order they became known."""
    rows = session.scalars(
        select(CaseEvent)
        .where(CaseEvent.source_record_id.in_(person_of))
        .order_by(CaseEvent.known_on, CaseEvent.recorded_at, CaseEvent.id)
        .options(joinedload(CaseEvent.key))
    )
    return [
        KnownEvent(
            row.id, person_of[row.source_record_id], row.kind, row.known_on, row.happened_on, row.agency_id,
            row.source_code, tuple(row.categories), row.referral_id, row.reference, row.outcome, row.closes,
            row.summary, row.recorded_at, row.facts, row.recorded_by, row.supersedes_id,
        )
        for row in rows
    ]  # fmt: skip


def marks(session: Session, event_ids: Collection[uuid.UUID]) -> list[KnownMark]:
    """The places, online spaces, vehicles and phones that these events name."""
    if not event_ids:
        return []
    named = select(EventMark).where(EventMark.case_event_id.in_(event_ids)).order_by(EventMark.kind, EventMark.mark, EventMark.id)
    return [KnownMark(row.case_event_id, row.kind, row.mark, row.label, row.id) for row in session.scalars(named)]


def agencies(session: Session, agency_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Agency]:
    return {row.id: row for row in session.scalars(select(Agency).where(Agency.id.in_(agency_ids)))}
