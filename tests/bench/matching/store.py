"""A population in a real database, stored in bulk and indexed by the service's own command steps."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from tqdm import tqdm

from safeguard.agencies.service import agencies_by_slug
from safeguard.kernel.database import db, transaction
from safeguard.people.key_build import begin, step
from safeguard.people.matching.statement import Statement

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
_ROWS_A_TURN = 20_000
_STEP = 200_000
_RECORD = (
    "id", "origin", "agency_id", "role", "given_names", "surname", "birth_date", "sex", "nhs_number", "phone",
    "address_lines", "postcode", "family", "other", "stated_at",
)  # fmt: skip
_LINK = ("id", "source_record_id", "person_id", "made_by", "made_at", "band", "reason", "lines")


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing and indexing took, and the bytes that the index and the bare people take."""

    people: int
    store_seconds: float
    index_seconds: float
    keys: int
    index_bytes: int
    record_bytes: int
    bare_bytes: int


def store(people: Iterable[Statement], total: int) -> Stored:
    """Store every statement as one person of one source record, index them, and weigh the tables."""
    started = time.perf_counter()
    with transaction() as session:
        agency_id = agencies_by_slug(session)["health-visiting"].id
    raw = db.engine.raw_connection()
    kind = db.engine.dialect.name
    with tqdm(total=total, desc="People stored", unit="") as bar:
        for turn in _turns(people):
            _store(raw, kind, agency_id, turn)
            bar.update(len(turn))
    raw.close()
    if kind == "postgresql":
        _run("VACUUM ANALYZE")
    stored = time.perf_counter()
    return weighed(total, stored - started, made_index(total, again=True))


def made_index(total: int, *, again: bool = False) -> float:
    """Make the index of keys, or what is missing of it, and say how many seconds it took."""
    started = time.perf_counter()
    with transaction() as session:
        if begin(session, again=again).finished:
            return 0.0
    with tqdm(total=total, desc="People indexed", unit="") as bar:
        while True:
            with transaction() as session:
                done = step(session, records=_STEP, at=AT, on_progress=bar.update)
            db.session.expunge_all()
            if not done:
                break
    if db.engine.dialect.name == "postgresql":
        _run("VACUUM ANALYZE match_key_list")
    return time.perf_counter() - started


def weighed(people: int, store_seconds: float = 0.0, index_seconds: float = 0.0) -> Stored:
    """The weight of what is stored already."""
    return Stored(people, store_seconds, index_seconds, *_weigh(db.engine.dialect.name))


def _turns(people: Iterable[Statement]) -> Iterator[list[Statement]]:
    rest = iter(people)
    while turn := list(islice(rest, _ROWS_A_TURN)):
        yield turn


def _store(raw: Any, kind: str, agency_id: Any, people: list[Statement]) -> None:
    cursor = raw.cursor()
    records = [_record(one, agency_id, kind) for one in people]
    links = [(_id(one.id, kind), _id(one.id, kind), _id(one.id, kind), "matcher", _at(kind), "none", "first known", "[]") for one in people]
    persons = [(_id(one.id, kind), _at(kind)) for one in people]
    if kind == "sqlite":
        cursor.execute("BEGIN IMMEDIATE")
        for table, columns, rows in _tables(records, links, persons):
            cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", rows)
        cursor.execute("COMMIT")
        return
    for table, columns, rows in _tables(records, links, persons):
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    raw.commit()


def _tables(records: list[Any], links: list[Any], persons: list[Any]) -> Iterator[tuple[str, tuple[str, ...], list[Any]]]:
    yield "person", ("id", "created_at"), persons
    yield "source_record", _RECORD, records
    yield "person_link", _LINK, links


def _id(text: str, kind: str) -> str:
    return text.replace("-", "") if kind == "sqlite" else text


def _at(kind: str) -> str:
    return "2026-11-02 09:00:00.000000" if kind == "sqlite" else "2026-11-02 09:00:00+00"


def _record(one: Statement, agency_id: Any, kind: str) -> tuple[Any, ...]:
    family = [
        {"relation": member.relation, "given_names": member.given_names, "surname": member.surname, "nhs_number": member.nhs_number,
         "birth_date": member.birth_date.isoformat() if member.birth_date else None} for member in one.family
    ]  # fmt: skip
    return (
        _id(one.id, kind), "register", _id(str(agency_id), kind), one.kind, one.given_names, one.surname,
        one.birth_date.isoformat() if one.birth_date else None, one.sex, one.nhs_number, one.phone,
        json.dumps(one.address_lines), one.postcode, json.dumps(family), "{}", _at(kind),
    )  # fmt: skip


def _weigh(kind: str) -> tuple[int, int, int, int]:
    """How many keys there are, and the bytes of the index, of the source records, and of a table of the bare people.

    The bare people are a row each of id, names, birth, sex, NHS number, telephone and address: what any index of
    people is an index of.
    """
    bare = "id, given_names, surname, birth_date, sex, nhs_number, phone, address_lines, postcode"
    _run("DROP TABLE IF EXISTS bare_person")
    _run(f"CREATE TABLE bare_person AS SELECT {bare} FROM source_record")
    if kind == "sqlite":
        index, count, size = "match_key", "SELECT count(*) FROM match_key", "SELECT sum(pgsize) FROM dbstat WHERE name = :name"
    else:
        # Of the index its own indexes too; of the others the rows alone.
        index, count = "match_key_list", "SELECT sum(cardinality(keys)) FROM match_key_list"
        size = (
            "SELECT pg_table_size(CAST(CAST(:name AS text) AS regclass)) + "
            "CASE WHEN CAST(:name AS text) = 'match_key_list' THEN pg_indexes_size(CAST(CAST(:name AS text) AS regclass)) ELSE 0 END"
        )
    with db.engine.connect() as connection:
        keys = connection.execute(db.text(count)).scalar_one()
        weights = [connection.execute(db.text(size), {"name": name}).scalar_one() for name in (index, "source_record", "bare_person")]
    return keys, weights[0], weights[1], weights[2]


def _run(statement: str) -> None:
    if db.engine.dialect.name == "sqlite":
        with db.engine.begin() as connection:
            connection.exec_driver_sql(statement)
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)
