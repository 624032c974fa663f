"""Between the tables and the matcher: source records as the statements that the pure rules compare."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Row, Uuid, bindparam, text
from sqlalchemy.orm import Session

from safeguard.kernel.clock import london_date
from safeguard.kernel.database import AMONG, listed
from safeguard.people.matching.statement import FamilyMember, Statement
from safeguard.people.model import SourceRecord

# What a statement is made of: read as plain columns in texts that never change, since putting a query together and
# loading whole records takes several times as long as the database does.
_RECORD = SourceRecord.__table__.c
_STATED: tuple[Any, ...] = tuple(
    _RECORD[name] for name in (
        "id", "role", "given_names", "surname", "known_as", "birth_date", "expected_date", "estimated_age", "sex", "nhs_number",
        "upn", "phone", "address_lines", "postcode", "uprn", "family", "stated_at",
    )
)  # fmt: skip
_NAMES = ", ".join(f"said.{column.name}" for column in _STATED)
# In the driver's own words and values: every lookup reads by it, and half of its time went into turning values over.
_EVERYTHING_SAID = {
    kind: (
        f"SELECT theirs.person_id, {_NAMES} FROM person_link AS theirs JOIN source_record AS said "  # noqa: S608  our own column names
        "ON said.id = theirs.source_record_id WHERE theirs.superseded_at IS NULL AND theirs.person_id IN "
        f"(SELECT person_id FROM person_link WHERE superseded_at IS NULL AND source_record_id IN {among})"
    )
    for kind, among in (("sqlite", AMONG["sqlite"].replace(":ids", "?")), ("postgresql", AMONG["postgresql"].replace(":ids", "%s")))
}
_AFTER = text(f"SELECT {_NAMES} FROM source_record AS said WHERE id > :after ORDER BY id LIMIT :most").columns(*_STATED)  # noqa: S608


def statement_of(record: SourceRecord | Row[Any]) -> Statement:
    """What `record` says, for the matcher."""
    return _statement(
        str(record.id), record.role, record.given_names, record.surname, record.known_as, record.birth_date, record.expected_date,
        record.estimated_age, record.sex, record.nhs_number, record.upn, record.phone, record.address_lines, record.postcode,
        record.uprn, record.family, record.stated_at,
    )  # fmt: skip


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
    if not ids:
        return {}
    rows = session.connection().exec_driver_sql(_EVERYTHING_SAID[kind], (listed(ids, kind),))
    of = _from_sqlite if kind == "sqlite" else _from_postgresql
    said: dict[uuid.UUID, list[tuple[datetime, Statement]]] = {}
    for person_id, *stated in rows:
        at, statement = of(*stated)
        said.setdefault(uuid.UUID(person_id) if kind == "sqlite" else person_id, []).append((at, statement))
    return {
        person_id: [statement for _at, statement in sorted(all_said, key=lambda one: (one[0], one[1].id))]
        for person_id, all_said in said.items()
    }


def _from_sqlite(*stated: Any) -> tuple[datetime, Statement]:
    """A row of `_STATED` as SQLite keeps it: ids in 32 hexadecimal digits, days and moments (in UTC) and lists as texts."""
    (record_id, role, given, surname, known_as, born, due, age, sex, nhs, upn, phone, lines, postcode, uprn, family, at) = stated
    said_at = datetime.fromisoformat(at).replace(tzinfo=UTC)
    return said_at, _statement(
        str(uuid.UUID(record_id)), role, given, surname, known_as, born and date.fromisoformat(born), due and date.fromisoformat(due),
        age, sex, nhs, upn, phone, json.loads(lines), postcode, uprn, json.loads(family), said_at,
    )  # fmt: skip


def _from_postgresql(*stated: Any) -> tuple[datetime, Statement]:
    """A row of `_STATED` as PostgreSQL's driver hands it over."""
    record_id, *rest = stated
    return stated[-1], _statement(str(record_id), *rest)


def _statement(
    record_id: str, role: str, given: str | None, surname: str | None, known_as: str | None, born: date | None, due: date | None,
    age: int | None, sex: Any, nhs: str | None, upn: str | None, phone: str | None, lines: Sequence[str], postcode: str | None,
    uprn: str | None, family: Sequence[dict[str, Any]], at: datetime,
) -> Statement:  # fmt: skip
    return Statement(
        id=record_id,
        kind="adult" if role == "adult" else "child",
        given_names=given,
        surname=surname,
        known_as=known_as,
        birth_date=born,
        expected_date=due,
        estimated_age=age,
        stated_on=london_date(at),
        sex=sex,
        nhs_number=nhs,
        upn=upn,
        phone=phone,
        address_lines=tuple(lines),
        postcode=postcode,
        uprn=uprn,
        family=tuple(_member(member) for member in family),
    )


def statements_after(session: Session, record_id: uuid.UUID | None, records: int) -> list[Statement]:
    """The next statements of all, at most `records` of them, in the order of their ids."""
    after = record_id or uuid.UUID(int=0)
    query = _AFTER.bindparams(bindparam("after", type_=Uuid()))
    return [statement_of(row) for row in session.execute(query, {"after": after, "most": records})]
