"""Between the tables and the matcher: source records as the statements that the pure rules compare."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from safeguard.kernel.clock import london_date
from safeguard.people.matching.statement import FamilyMember, Statement
from safeguard.people.model import PersonLink, SourceRecord

_RECORDS_A_QUERY = 2000
# What a statement is made of: read as plain columns, since loading whole records takes several times as long.
_STATED: tuple[InstrumentedAttribute[Any], ...] = (
    SourceRecord.id, SourceRecord.role, SourceRecord.given_names, SourceRecord.surname, SourceRecord.known_as,
    SourceRecord.birth_date, SourceRecord.expected_date, SourceRecord.estimated_age, SourceRecord.sex,
    SourceRecord.nhs_number, SourceRecord.upn, SourceRecord.phone, SourceRecord.address_lines, SourceRecord.postcode,
    SourceRecord.uprn, SourceRecord.family, SourceRecord.stated_at,
)  # fmt: skip


def statement_of(record: SourceRecord | Row[Any]) -> Statement:
    """What `record` says, for the matcher."""
    return Statement(
        id=str(record.id),
        kind="adult" if record.role == "adult" else "child",
        given_names=record.given_names,
        surname=record.surname,
        known_as=record.known_as,
        birth_date=record.birth_date,
        expected_date=record.expected_date,
        estimated_age=record.estimated_age,
        stated_on=london_date(record.stated_at),
        sex=cast(Any, record.sex),
        nhs_number=record.nhs_number,
        upn=record.upn,
        phone=record.phone,
        address_lines=tuple(record.address_lines),
        postcode=record.postcode,
        uprn=record.uprn,
        family=tuple(_member(member) for member in record.family),
    )


def _member(said: dict[str, Any]) -> FamilyMember:
    return FamilyMember(
        relation=said["relation"],
        given_names=said.get("given_names"),
        surname=said.get("surname"),
        birth_date=date.fromisoformat(said["birth_date"]) if said.get("birth_date") else None,
        nhs_number=said.get("nhs_number"),
    )


def statements_of_people(session: Session, record_ids: Iterable[str]) -> dict[uuid.UUID, Sequence[Statement]]:
    """Everything currently said of the people to whom these source records belong, by person, oldest first.

    Args:
        record_ids: as 32 hexadecimal digits.
    """
    ids = sorted(uuid.UUID(hex=record_id) for record_id in record_ids)
    said: dict[uuid.UUID, list[tuple[datetime, Statement]]] = {}
    for start in range(0, len(ids), _RECORDS_A_QUERY):
        for row in session.execute(_everything_said(ids[start : start + _RECORDS_A_QUERY])):
            said.setdefault(row.person_id, []).append((row.stated_at, statement_of(row)))
    return {
        person_id: [statement for _at, statement in sorted(all_said, key=lambda one: (one[0], one[1].id))]
        for person_id, all_said in said.items()
    }


def statements_after(session: Session, record_id: uuid.UUID | None, records: int) -> list[Statement]:
    """The next statements of all, at most `records` of them, in the order of their ids."""
    query = select(*_STATED).order_by(SourceRecord.id).limit(records)
    if record_id is not None:
        query = query.where(SourceRecord.id > record_id)
    return [statement_of(row) for row in session.execute(query)]


def _everything_said(record_ids: list[uuid.UUID]) -> Select[Any]:
    theirs = aliased(PersonLink)
    people = select(theirs.person_id).where(theirs.source_record_id.in_(record_ids), theirs.superseded_at.is_(None))
    return (
        select(PersonLink.person_id, *_STATED)
        .join(SourceRecord, SourceRecord.id == PersonLink.source_record_id)
        .where(PersonLink.person_id.in_(people), PersonLink.superseded_at.is_(None))
    )
