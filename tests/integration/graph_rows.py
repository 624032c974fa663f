"""A small random population of the graph as rows of a database, with or without some of its people, addresses and events."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from safeguard.agencies.model import Account, Agency
from safeguard.concerns.model import (
    Address,
    CaseEvent,
    EventMark,
    PersonStatement,
    Relationship,
    RelationshipWord,
    Residence,
    told_columns,
)
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.kernel.database import Base
from safeguard.kernel.record_key import RecordKey
from safeguard.kernel.sealed import place_of
from safeguard.people.model import Person, PersonLink, SourceRecord
from safeguard.referrals.model import Addendum, Referral
from tests.unit.concerns.made import noon
from tests.unit.concerns.populations import START


@dataclass(frozen=True)
class Hidden:
    """What is left out."""

    people: Collection[uuid.UUID] = ()
    addresses: Collection[uuid.UUID] = ()
    events: Collection[uuid.UUID] = ()


def store(session: Session, found: Neighbourhood, hidden: Hidden = Hidden()) -> None:
    """Add a population of `tests.unit.concerns.populations`, each person with one record, save what is hidden."""
    agencies = list(session.scalars(select(Agency.id).order_by(Agency.slug).limit(3)))
    account = session.scalars(select(Account.id).order_by(Account.email)).first()
    record = {key: records[0].id for key, records in found.records.items() if key not in hidden.people}
    # A referral that names somebody hidden is hidden whole; what it told of others stays, without a way to it.
    kept = _referrals(found) - {records[0].referral_id for key, records in found.records.items() if key in hidden.people}

    event_keys = RecordKey.of_all(session, "record", record.values())

    def by(agency_id: uuid.UUID) -> uuid.UUID:
        return agencies[agency_id.int - 900 if 900 <= agency_id.int < 903 else 0]

    rows: dict[type[Base], list[dict[str, Any]]] = {
        Person: [{"id": key, "created_at": noon(START)} for key in record],
        Referral: [_referral(key, by(key)) for key in sorted(kept)],
        SourceRecord: [
            {**_record(found, key, record[key], by), "referral_id": theirs if theirs in kept else None}
            for key in record for theirs in [found.records[key][0].referral_id]
        ],
        PersonLink: [_link(key, record_id) for key, record_id in record.items()],
        Address: [
            {"id": key, "match_key": str(key), "lines": address.lines, "postcode": None, "uprn": None}
            for key, address in found.addresses.items() if key not in hidden.addresses
        ],
        Residence: [
            {"id": row.id, "source_record_id": record[row.person_id], "address_id": row.address_id, "since": row.since,
             "until": row.until, "agency_id": by(row.agency_id), "stated_at": row.stated_at}
            for row in found.residences if row.person_id in record and row.address_id not in hidden.addresses
        ],
        Relationship: [
            {"id": row.id, "from_record_id": record[row.from_person], "to_record_id": record[row.to_person], "kind": row.kind,
             "status": row.status, "parental_responsibility": "not_asked", "lives_with": "not_known", "since": row.since,
             "until": row.until, "referral_id": None, "agency_id": by(row.agency_id), "stated_at": row.stated_at}
            for row in found.relationships if {row.from_person, row.to_person} <= record.keys()
        ],
        PersonStatement: [
            {"id": said.id, "source_record_id": record[said.person_id], "kind": "email", "day": None, "value": said.email,
             "words_sealed": None, "agency_id": by(said.agency_id), "stated_at": said.stated_at}
            for said in found.emails if said.person_id in record
        ] + [
            {"id": said.id, "source_record_id": record[key], "kind": "died" if said.died else "alive",
             "day": (said.died and said.day) or None, "value": None, "words_sealed": None,
             "agency_id": by(said.agency_id), "stated_at": said.stated_at}
            for key, death in found.deaths.items() if key in record for said in death.said
        ],
        CaseEvent: [
            {"id": event.id, "source_record_id": record[event.person_id], "kind": event.kind, "known_on": event.known_on,
             "happened_on": event.happened_on, "agency_id": by(event.agency_id), "source_code": "3A", "categories": [],
             "referral_id": event.referral_id if event.referral_id in kept else None,
             "reference": _reference(event.referral_id) if event.referral_id in kept else None,
             "closes": False, "recorded_at": event.recorded_at,
             **told_columns(event_keys[record[event.person_id]], event.id, {"summary": event.summary, "facts": dict(event.facts)})}
            for event in found.events if event.person_id in record and event.id not in hidden.events
        ],
    }  # fmt: skip
    rows[Addendum] = [
        {"id": one.id, "referral_id": one.referral_id, "kind": "information", "words_sealed": b"", "fingerprint": str(one.id)[-12:],
         "agency_id": by(one.agency_id), "account_id": account, "at": one.at}
        for one in found.additions if one.referral_id in kept
    ]  # fmt: skip
    stated, events = ({row["id"] for row in rows[table]} for table in (Relationship, CaseEvent))
    ends = {row["id"]: row["from_record_id"] for row in rows[Relationship]}
    rows[RelationshipWord] = [
        {"id": uuid.uuid5(word.statement_id, "word"), "relationship_id": word.statement_id, "word": word.word, "ended_on": word.ended_on,
         **_reason(event_keys[ends[word.statement_id]], uuid.uuid5(word.statement_id, "word"), word.reason),
         "agency_id": agencies[0], "account_id": account, "at": word.at}
        for word in found.words if word.statement_id in stated
    ]  # fmt: skip
    rows[EventMark] = [
        {"id": uuid.uuid5(mark.event_id, mark.mark), "case_event_id": mark.event_id, "kind": mark.kind, "mark": mark.mark,
         "label": mark.label}
        for mark in found.marks if mark.event_id in events
    ]  # fmt: skip
    for table, values in rows.items():
        if values:
            session.execute(insert(table), values)


def _reason(key: RecordKey, word_id: uuid.UUID, reason: str) -> dict[str, Any]:
    return {"key_id": key.id, "reason_sealed": key.seal(reason.encode(), place_of("relationship_word", "reason_sealed", word_id))}


def stranger(session: Session) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    """Somebody whom nothing joins to the population, with a home and an event: the ids of person, address and event."""
    by, event = session.scalars(select(Agency.id).order_by(Agency.slug)).first(), uuid.UUID(int=9703)
    person, record, address = Person(id=uuid.UUID(int=9700), created_at=noon(START)), uuid.UUID(int=9701), uuid.UUID(int=9702)
    said = {"role": "child", "given_names": "Far", "surname": "Away", "stated_at": noon(START), "agency_id": by, "origin": "register"}
    session.add_all([person, SourceRecord(id=record, address_lines=[], family=[], other={}, **said)])
    session.flush()
    session.add_all([PersonLink(**_link(person.id, record)), Address(id=address, match_key="far", lines=["Far Row"])])
    session.flush()
    session.add_all([
        Residence(source_record_id=record, address_id=address, agency_id=by, stated_at=noon(START)),
        CaseEvent(id=event, source_record_id=record, key_id=record, key=RecordKey.of(session, "record", record), kind="inbound_concern",
                  known_on=START, agency_id=by, source_code="3A", categories=[], told={"summary": "Far away", "facts": {}},
                  recorded_at=noon(START)),
    ])  # fmt: skip
    session.flush()
    return person.id, address, event


def _referrals(found: Neighbourhood) -> set[uuid.UUID]:
    named = {records[0].referral_id for records in found.records.values()} | {event.referral_id for event in found.events}
    named |= {one.referral_id for one in found.additions}
    return {key for key in named if key is not None}


def _reference(key: uuid.UUID) -> str:
    return f"SR-{key.int}"


def _referral(key: uuid.UUID, by: uuid.UUID) -> dict[str, Any]:
    return {
        "id": key, "reference": _reference(key), "agency_id": by, "created_by": None, "status": "submitted", "channel": "import",
        "source_code": "3A", "client_reference": None, "document_sealed": b"", "children_sealed": b"",
        "immediate_danger": False, "document_sha256": "0" * 64, "created_at": noon(START),
        "changed_at": noon(START), "submitted_at": noon(START), "response_due_at": noon(START), "version": 1,
    }  # fmt: skip


def _record(found: Neighbourhood, key: uuid.UUID, record_id: uuid.UUID, by: Any) -> dict[str, Any]:
    person, said = found.people[key], found.records[key][0]
    return {
        "id": record_id, "referral_id": None, "document_key": None, "origin": "register", "agency_id": by(said.agency_id),
        "role": "child" if person.is_child else "adult", "given_names": person.name, "surname": None, "known_as": None,
        "birth_date": person.birth_date, "expected_date": None, "estimated_age": None, "sex": None, "nhs_number": None, "upn": None,
        "ethnicity": None, "phone": said.phone, "address_lines": [], "postcode": None, "uprn": None, "family": [], "other": {},
        "stated_at": said.stated_at,
    }  # fmt: skip


def _link(key: uuid.UUID, record_id: uuid.UUID) -> dict[str, Any]:
    return {
        "id": uuid.uuid5(record_id, "link"), "source_record_id": record_id, "person_id": key, "made_by": "matcher", "account_id": None,
        "made_at": noon(START), "band": "new", "reason": "First seen", "lines": [], "matcher_version": None, "superseded_at": None,
    }  # fmt: skip
