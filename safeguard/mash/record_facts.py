"""What hangs on each source record, so that somebody who parts a person sees what goes where. A fixed number of statements."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from safeguard.concerns.history import KINDS
from safeguard.concerns.model import Address, CaseEvent, PersonStatement, Relationship, Residence
from safeguard.kernel.codes.relationship import RELATIONSHIPS
from safeguard.people.identity import full_name
from safeguard.people.model import SourceRecord
from safeguard.web.rendering import short_day


@dataclass(slots=True)
class RecordFacts:
    """In words: who is related by this record, where it says its person lives, what it tells of, what is stated of
    a death and of email addresses."""

    family: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)


def facts_of(session: Session, record_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, RecordFacts]:
    """The facts that hang on each of these source records and follow it."""
    facts = {key: RecordFacts() for key in record_ids}
    _add_family(session, facts)
    _add_addresses(session, facts)
    _add_events(session, facts)
    _add_statements(session, facts)
    return facts


def _add_family(session: Session, facts: dict[uuid.UUID, RecordFacts]) -> None:
    ids = list(facts)
    rows = session.scalars(
        select(Relationship)
        .where(or_(Relationship.from_record_id.in_(ids), Relationship.to_record_id.in_(ids)))
        .order_by(Relationship.stated_at, Relationship.id)
    ).all()
    ends = {end for row in rows for end in (row.from_record_id, row.to_record_id)}
    named = {record.id: full_name(record) for record in session.scalars(select(SourceRecord).where(SourceRecord.id.in_(ends)))}
    for row in rows:
        kind = RELATIONSHIPS.label(row.kind).lower()
        if row.to_record_id in facts:
            facts[row.to_record_id].family.append(f"{named[row.from_record_id]} is the {kind}")
        if row.from_record_id in facts:
            facts[row.from_record_id].family.append(f"the {kind} of {named[row.to_record_id]}")


def _add_addresses(session: Session, facts: dict[uuid.UUID, RecordFacts]) -> None:
    rows = session.execute(
        select(Residence.source_record_id, Address)
        .join(Address, Address.id == Residence.address_id)
        .where(Residence.source_record_id.in_(list(facts)))
        .order_by(Residence.stated_at, Residence.id)
    ).tuples()
    for record_id, address in rows:
        words = ", ".join([*address.lines, *([address.postcode] if address.postcode else [])])
        facts[record_id].addresses.append(words)


def _add_events(session: Session, facts: dict[uuid.UUID, RecordFacts]) -> None:
    rows = session.scalars(
        select(CaseEvent)
        .where(CaseEvent.source_record_id.in_(list(facts)))
        .order_by(CaseEvent.known_on, CaseEvent.recorded_at, CaseEvent.id)
    )
    for event in rows:
        facts[event.source_record_id].events.append(f"{KINDS[event.kind]}, {short_day(event.known_on)}: {event.summary}")


def _add_statements(session: Session, facts: dict[uuid.UUID, RecordFacts]) -> None:
    rows = session.scalars(
        select(PersonStatement)
        .where(PersonStatement.source_record_id.in_(list(facts)))
        .order_by(PersonStatement.stated_at, PersonStatement.kind, PersonStatement.id)
    )
    for row in rows:
        said = {
            "died": f"Died on {short_day(row.day)}" if row.day else "Has died", "alive": "Is alive after all",
            "email": f"Email {row.value}",
        }[row.kind]  # fmt: skip
        facts[row.source_record_id].statements.append(f"{said} (stated {short_day(row.stated_at)})")
