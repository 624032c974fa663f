"""Between the tables and the matcher: source records as the statements that the pure rules compare."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Row, Uuid, bindparam, text
from sqlalchemy.orm import Session

from safeguard.kernel.clock import london_date
from safeguard.kernel.database import AMONG, listed
from safeguard.people.matching.statement import FamilyMember, Statement
from safeguard.people.model import PersonLink, SourceRecord

# What a statement is made of: read as plain columns in texts that never change, since putting a query together and
# loading whole records takes several times as long as the database does.
_RECORD, _LINK = SourceRecord.__table__.c, PersonLink.__table__.c
_STATED: tuple[Any, ...] = tuple(
    _RECORD[name] for name in (
        "id", "role", "given_names", "surname", "known_as", "birth_date", "expected_date", "estimated_age", "sex", "nhs_number",
        "upn", "phone", "address_lines", "postcode", "uprn", "family", "stated_at",
    )
)  # fmt: skip
_NAMES = ", ".join(f"said.{column.name}" for column in _STATED)
_EVERYTHING_SAID = {
    kind: text(
        f"SELECT theirs.person_id, {_NAMES} FROM person_link AS theirs JOIN source_record AS said "  # noqa: S608  our own column names
        "ON said.id = theirs.source_record_id WHERE theirs.superseded_at IS NULL AND theirs.person_id IN "
        f"(SELECT person_id FROM person_link WHERE superseded_at IS NULL AND source_record_id IN {among})"
    ).columns(_LINK.person_id, *_STATED)
    for kind, among in AMONG.items()
}
_AFTER = text(f"SELECT {_NAMES} FROM source_record AS said WHERE id > :after ORDER BY id LIMIT :most").columns(*_STATED)  # noqa: S608


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
    ids = [uuid.UUID(hex=record_id) for record_id in sorted(record_ids)]
    kind = session.get_bind().dialect.name
    said: dict[uuid.UUID, list[tuple[datetime, Statement]]] = {}
    for row in session.execute(_EVERYTHING_SAID[kind], {"ids": listed(ids, kind)}) if ids else ():
        said.setdefault(row.person_id, []).append((row.stated_at, statement_of(row)))
    return {
        person_id: [statement for _at, statement in sorted(all_said, key=lambda one: (one[0], one[1].id))]
        for person_id, all_said in said.items()
    }


def statements_after(session: Session, record_id: uuid.UUID | None, records: int) -> list[Statement]:
    """The next statements of all, at most `records` of them, in the order of their ids."""
    after = record_id or uuid.UUID(int=0)
    query = _AFTER.bindparams(bindparam("after", type_=Uuid()))
    return [statement_of(row) for row in session.execute(query, {"after": after, "most": records})]
