"""Joining what a referral or a decision says to the graph: addresses, residences, schools, relationships, events."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from safeguard.concerns.address_key import address_key
from safeguard.concerns.marks import marks_of
from safeguard.concerns.model import Address, CaseEvent, Enrolment, EventMark, PersonStatement, Place, Relationship, Residence
from safeguard.concerns.place_key import BELONGS, place_key
from safeguard.kernel.database import new_id
from safeguard.kernel.record_key import RecordKey
from safeguard.people.model import PersonLink, SourceRecord


def place(session: Session, lines: Sequence[str], postcode: str | None, uprn: str | None) -> uuid.UUID | None:
    """The id of the address that these words mean, added if it is new; None where they name no place."""
    key = address_key(lines, postcode, uprn)
    if key is None:
        return None
    found = session.scalar(select(Address.id).where(Address.match_key == key))
    if found is not None:
        return found
    # Two referrals may bring the same new address at once: the database keeps one.
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(Address)
        .values(id=new_id(), match_key=key, lines=list(lines), postcode=postcode, uprn=uprn)
        .on_conflict_do_nothing(index_elements=["match_key"])
    )
    return session.execute(select(Address.id).where(Address.match_key == key)).scalar_one()


def record_residences(session: Session, records: Sequence[SourceRecord], *, since: date | None = None) -> None:
    """Note where each source record says its person lives."""
    places: dict[tuple[str, ...], uuid.UUID | None] = {}
    for record in records:
        words = (*record.address_lines, record.postcode or "", record.uprn or "")
        if words not in places:
            places[words] = place(session, record.address_lines, record.postcode, record.uprn)
        address_id = places[words]
        if address_id is not None:
            session.add(
                Residence(
                    source_record_id=record.id,
                    address_id=address_id,
                    since=since,
                    until=None,
                    agency_id=record.agency_id,
                    stated_at=record.stated_at,
                )
            )


def joining_known_homes(session: Session, record_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the records that state an address at which somebody else lives, or lived, of whom an event is known."""
    stated, other, theirs, all_theirs = aliased(Residence), aliased(Residence), aliased(PersonLink), aliased(PersonLink)
    known = (
        select(CaseEvent.id)
        .join(all_theirs, and_(all_theirs.source_record_id == CaseEvent.source_record_id, all_theirs.superseded_at.is_(None)))
        .join(theirs, and_(theirs.person_id == all_theirs.person_id, theirs.superseded_at.is_(None)))
        .join(other, other.source_record_id == theirs.source_record_id)
        .where(other.address_id == stated.address_id, other.source_record_id != stated.source_record_id)
    )
    return set(session.scalars(select(stated.source_record_id).where(stated.source_record_id.in_(record_ids), known.exists())))


def record_enrolments(session: Session, records: Iterable[SourceRecord]) -> None:
    """Note the school and the practice that each source record names."""
    named = [(record, kind, name) for record in records for kind, name in named_places(record.other)]
    ids = place_ids(session, {(kind, name) for _record, kind, name in named})
    session.add_all(
        Enrolment(source_record_id=record.id, place_id=ids[kind, name], agency_id=record.agency_id, stated_at=record.stated_at)
        for record, kind, name in named
        if (kind, name) in ids
    )


def record_statements(session: Session, said: Iterable[tuple[SourceRecord, Mapping[str, Any]]]) -> None:
    """Note what a referral says of its people besides who they are: whether they have died, and an email address.

    Args:
        said: each source record with the person of the document that it was made from.
    """
    for record, person in said:
        if person.get("email"):
            _state(session, record, "email", value=str(person["email"]).casefold())
        if person.get("died") in {"yes", "no"}:
            day = date.fromisoformat(person["died_on"]) if person.get("died_on") else None
            _state(session, record, "died" if person["died"] == "yes" else "alive", day=day)


def _state(session: Session, record: SourceRecord, kind: str, *, day: date | None = None, value: str | None = None) -> None:
    session.add(
        PersonStatement(
            source_record_id=record.id, kind=kind, day=day, value=value, agency_id=record.agency_id, stated_at=record.stated_at
        )
    )


def named_places(other: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The schools and practices in what a source record keeps aside: kind and name."""
    return [(kind, str(other[answer])) for answer, kind in BELONGS.items() if other.get(answer)]


def place_ids(session: Session, named: Collection[tuple[str, str]]) -> dict[tuple[str, str], uuid.UUID]:
    """The ids of these places by kind and name, those that are new added; a name that says nothing has none."""
    keys = {(kind, name): key for kind, name in named if (key := place_key(name))}
    found: dict[tuple[str, str], uuid.UUID] = {}
    for (kind, name), key in sorted(keys.items()):
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        session.execute(
            insert(Place)
            .values(id=new_id(), kind=kind, match_key=key, name=name[:200])
            .on_conflict_do_nothing(index_elements=["kind", "match_key"])
        )
        found[kind, name] = session.execute(select(Place.id).where(Place.kind == kind, Place.match_key == key)).scalar_one()
    return found


def record_relationship(
    session: Session,
    *,
    from_record: SourceRecord,
    to_record: SourceRecord,
    kind: str,
    parental_responsibility: str,
    lives_with: str,
    referral_id: uuid.UUID | None,
    status: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> None:
    """Note that a referral says `from_record`'s person is the `kind` of `to_record`'s person, and how far that is established."""
    session.add(
        Relationship(
            from_record_id=from_record.id,
            to_record_id=to_record.id,
            kind=kind,
            status=status or ("alleged" if kind == "alleged_perpetrator" else "stated"),
            parental_responsibility=parental_responsibility,
            lives_with=lives_with,
            since=since,
            until=until,
            referral_id=referral_id,
            agency_id=from_record.agency_id,
            stated_at=from_record.stated_at,
        )
    )


def record_event(
    session: Session,
    *,
    record_id: uuid.UUID,
    kind: str,
    known_on: date,
    agency_id: uuid.UUID,
    source_code: str,
    summary: str,
    at: datetime,
    happened_on: date | None = None,
    categories: Sequence[str] = (),
    referral_id: uuid.UUID | None = None,
    reference: str | None = None,
    outcome: str | None = None,
    closes: bool = False,
    facts: Mapping[str, Mapping[str, Any]] | None = None,
    recorded_by: uuid.UUID | None = None,
    supersedes_id: uuid.UUID | None = None,
) -> CaseEvent:
    """Add one event to a person's history: a concern that came in, an observation, or a decision.

    `facts` are structured facts by kind, as `check_facts` returns them. `supersedes_id` names the event that this one
    corrects; the earlier one is kept and read no more.
    """
    told = {kind: dict(answers) for kind, answers in (facts or {}).items()}
    key = RecordKey.of(session, "referral", referral_id) if referral_id else RecordKey.of(session, "record", record_id)
    event = CaseEvent(
        id=new_id(),
        key_id=key.id,
        key=key,
        source_record_id=record_id,
        kind=kind,
        known_on=known_on,
        happened_on=happened_on,
        agency_id=agency_id,
        source_code=source_code,
        categories=list(categories),
        referral_id=referral_id,
        reference=reference,
        outcome=outcome,
        closes=closes,
        told={"summary": summary, "facts": told},
        recorded_by=recorded_by,
        supersedes_id=supersedes_id,
        recorded_at=at,
    )
    session.add(event)
    marks = marks_of(told)
    if marks:
        session.flush()  # the marks point at the event
        session.add_all(EventMark(case_event_id=event.id, kind=kind, mark=mark, label=label) for kind, mark, label in marks)
    return event
