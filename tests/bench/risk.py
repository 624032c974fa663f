"""Re-evaluating after one change as the population grows, beside a bare read of the same rows; and the nightly pass."""

from __future__ import annotations

import argparse
import gc
import resource
import statistics
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.orm import Session

from safeguard import create_app
from safeguard.concerns.model import Address, CaseEvent, Relationship, Residence, told_columns
from safeguard.concerns.neighbourhood import neighbourhood
from safeguard.kernel.database import db, transaction
from safeguard.kernel.record_key import RecordKey
from safeguard.ops.demo.loader import load
from safeguard.people.model import PersonLink, SourceRecord
from safeguard.risk.facts import touched
from safeguard.risk.night import PAGE, families_of, next_people, people_to_read
from safeguard.risk.service import evaluate, evaluate_children
from tests.bench.databases import made
from tests.bench.timing import p95
from tests.conftest import migrated, settings_for

UNTIL = datetime(2026, 11, 20, 12, tzinfo=UTC)
_BASE = 400  # children in the population that is copied
# Every table that is copied, with the columns that point at copied rows.
_COPIED: Mapping[str, tuple[str, ...]] = {
    "address": ("id",),
    "person": ("id",),
    "source_record": ("id",),
    "person_link": ("id", "source_record_id", "person_id"),
    "residence": ("id", "source_record_id", "address_id"),
    "relationship": ("id", "from_record_id", "to_record_id"),
}
# Only what the register and everyday life say is copied: referrals are few and have rows in other rooms.
_REGISTER = "source_record_id IN (SELECT id FROM source_record WHERE origin = 'register')"
_WHICH = {
    "source_record": "origin = 'register'",
    "person_link": _REGISTER,
    "residence": _REGISTER,
    "relationship": "referral_id IS NULL",
}


def options(parser: argparse.ArgumentParser) -> None:
    """What may be asked for."""
    parser.add_argument("--what", choices=("reevaluate", "night"), nargs="+", default=["reevaluate", "night"])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), nargs="+", default=["sqlite"])
    parser.add_argument("--people", type=int, nargs="+", default=[1_000, 100_000], help="sizes for reevaluate")
    parser.add_argument("--children", type=int, nargs="+", default=[500, 1_500], help="sizes for night")
    parser.add_argument("--rounds", type=int, default=60)


def run(asked: argparse.Namespace, folder: Path) -> None:
    """What was asked for, on each database."""
    for kind in asked.database:
        if "reevaluate" in asked.what:
            _reevaluations(kind, asked.people, asked.rounds, folder)
        if "night" in asked.what:
            _nights(kind, asked.children, folder)


def _population(url: str, children: int) -> Flask:
    app = create_app(settings_for(url))
    with app.app_context():
        load(children=children, seed=2026, today=UNTIL.date(), quiet=True)
        db.session.remove()
    return app


def _reevaluations(kind: str, sizes: Iterable[int], rounds: int, folder: Path) -> None:
    found = []
    for people in sizes:
        url, stop = made(kind, folder, migrated)
        app = _population(url, _BASE)
        with app.app_context():
            held = _multiply(people)
            ours, bare = _race(rounds)
            db.session.remove()
            db.engine.dispose()
        stop()
        found.append((statistics.median(ours), p95(ours)))
        print(
            f"re-evaluating after one change, {kind}, {held:>9,} people: "
            f"p50 {found[-1][0] * 1000:.1f} ms, p95 {found[-1][1] * 1000:.1f} ms; "
            f"bare read of the same rows p50 {statistics.median(bare) * 1000:.1f} ms, p95 {p95(bare) * 1000:.1f} ms; "
            f"ratio p50 {found[-1][0] / statistics.median(bare):.1f}, p95 {found[-1][1] / p95(bare):.1f}",
            flush=True,
        )
    if len(found) > 1:
        half, most = (found[-1][at] / found[0][at] for at in (0, 1))
        print(f"largest population over smallest, {kind}: p50 {half:.2f}, p95 {most:.2f} (bar 1.5)", flush=True)


def _multiply(people: int) -> int:
    """Copy the population beside itself until it holds about `people`; each copy has ids and addresses of its own."""
    sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect() as connection:
        for pragma in ("foreign_keys = OFF", "synchronous = OFF") if sqlite else ():
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql(f"PRAGMA {pragma}")
            connection.exec_driver_sql("BEGIN")
        if not sqlite:
            connection.exec_driver_sql("SET session_replication_role = replica")
        _copy(connection, people, sqlite=sqlite)
        held = connection.exec_driver_sql("SELECT count(*) FROM person").scalar_one()
        connection.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if sqlite else "VACUUM ANALYZE")
    return int(held)


def _copy(connection: Connection, people: int, *, sqlite: bool) -> None:
    """Indexes are made afterwards, as after any large load."""
    tables = {name: db.metadata.tables[name] for name in _COPIED}
    for name in tables:
        connection.exec_driver_sql(f"CREATE TEMP TABLE base_{name} AS SELECT * FROM {name} WHERE {_WHICH.get(name, '1 = 1')}")
    base = connection.exec_driver_sql("SELECT count(*) FROM base_person").scalar_one()
    indexes = [index for table in tables.values() for index in table.indexes] if people > 10 * base else []
    for index in indexes:
        index.drop(connection)
    session = Session(connection)
    events = _everyday(session)
    for copy in range(1, max(1, people // base)):
        mark = f"{copy * 2_654_435_761 % 2**32:08x}"
        for name, table in tables.items():
            said = ", ".join(_copied(column.name, _COPIED[name], mark, copy, sqlite=sqlite) for column in table.columns)
            columns = ", ".join(column.name for column in table.columns)
            connection.exec_driver_sql(f"INSERT INTO {name} ({columns}) SELECT {said} FROM base_{name}")
        _copy_events(session, events, mark)
    for index in indexes:
        index.create(connection)


def _everyday(session: Session) -> list[CaseEvent]:
    """What everyday life says of the population that is copied."""
    said = session.scalars(select(CaseEvent).where(CaseEvent.referral_id.is_(None)))
    return [one for one in said if one.categories != ["routine_contact"]]


def _copy_events(session: Session, events: Iterable[CaseEvent], mark: str) -> None:
    """The same events, sealed anew for a copy: a sealed text opens in its own row alone."""
    keys = {of: RecordKey.made_for("record", _marked(of, mark)) for of in {one.source_record_id for one in events}}
    rows = []
    for one in events:
        columns = {column.name: getattr(one, column.name) for column in CaseEvent.__table__.columns}
        copied = {"id": _marked(one.id, mark), "source_record_id": _marked(one.source_record_id, mark)}
        rows.append({**columns, **copied, **told_columns(keys[one.source_record_id], copied["id"], one.told)})
    session.execute(insert(RecordKey), [{"id": key.id, "kind": key.kind, "wrapped": key.wrapped} for key in keys.values()])
    session.execute(insert(CaseEvent), rows)


def _marked(key: uuid.UUID, mark: str) -> uuid.UUID:
    return uuid.UUID(hex=mark + key.hex[8:])


def _copied(column: str, ids: tuple[str, ...], mark: str, copy: int, *, sqlite: bool) -> str:
    """The value of a column in a copy: ids keep their end and get a beginning of their own, so links stay whole."""
    if column in ids:
        return f"'{mark}' || substr({column}, 9)" if sqlite else f"('{mark}' || substr({column}::text, 9))::uuid"
    return f"{column} || ' {copy}'" if column == "match_key" else column


def _race(rounds: int) -> tuple[list[float], list[float]]:
    """Children of the first families, one after the other: evaluated, then the same rows read by id and nothing else."""
    with transaction() as session:
        children = list(
            session.scalars(
                select(PersonLink.person_id)
                .join(CaseEvent, CaseEvent.source_record_id == PersonLink.source_record_id)
                .where(PersonLink.superseded_at.is_(None), CaseEvent.kind == "inbound_concern")
                .distinct()
                .order_by(PersonLink.person_id)
                .limit(rounds + 5)
            )
        )
    ours, bare = [], []
    for child in children:
        with transaction() as session:
            rows = _rows_of(session, child)
        db.session.expunge_all()
        with transaction() as session:
            ours.append(_timed(lambda session=session, child=child: evaluate(session, None, [child], at=UNTIL)))
        db.session.expunge_all()
        with db.engine.connect() as connection:
            bare.append(_timed(lambda connection=connection, rows=rows: _read(connection, rows)))
    return ours[5:], bare[5:]


def _rows_of(session: Session, child: uuid.UUID) -> dict[Table, list[uuid.UUID]]:
    """The ids of the rows that an evaluation of the child reads, by table."""
    around = neighbourhood(session, touched(neighbourhood(session, [child], hops=2), at=UNTIL.date()), hops=2)
    found = {
        SourceRecord: [record.id for records in around.records.values() for record in records],
        Relationship: [row.id for row in around.relationships],
        Residence: [row.id for row in around.residences],
        Address: list(around.addresses),
        CaseEvent: [row.id for row in around.events],
    }
    return {model.__table__: ids for model, ids in found.items()}  # type: ignore[attr-defined,misc]


def _read(connection: Any, rows: Mapping[Table, list[uuid.UUID]]) -> None:
    for table, ids in rows.items():
        connection.execute(select(table).where(table.c.id.in_(ids))).all()


def _nights(kind: str, sizes: Iterable[int], folder: Path) -> None:
    """The nightly pass at growing sizes, each in a process of its own size so far: time a child, and the peak of memory."""
    for children in sizes:
        url, stop = made(kind, folder, migrated)
        app = _population(url, children)
        gc.collect()
        before = _peak()
        with app.app_context():
            with transaction() as session:
                wanted = people_to_read(session)
            started, spent, after, page = time.perf_counter(), time.process_time(), None, PAGE
            ahead: set[uuid.UUID] = set()
            while page == PAGE:
                with transaction() as session:
                    people = next_people(session, after)
                    reading = families_of(session, people, ahead)
                    evaluate_children(session, reading, at=UNTIL)
                db.session.expunge_all()
                ahead = {key for key in (*ahead, *reading) if key > people[-1]} if people else set()
                after, page = people[-1] if people else after, len(people)
            took, spent = time.perf_counter() - started, time.process_time() - spent
            db.session.remove()
            db.engine.dispose()
        stop()
        print(
            f"nightly pass, {kind}, {children:>6,} children, {wanted:,} with events: {took:.1f} s ({spent:.1f} s of processor), "
            f"{spent / wanted * 1000:.2f} ms of processor a person; peak memory {_peak():.0f} MB (before {before:.0f} MB)",
            flush=True,
        )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _timed(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
