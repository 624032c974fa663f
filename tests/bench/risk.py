"""`python -m tests.bench.risk`: re-evaluating after one referral as the population grows, and the nightly pass.

Times on shared machines drift: what counts are the ratios of one run.
"""

from __future__ import annotations

import argparse
import gc
import resource
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from safeguard import create_app
from safeguard.concerns.model import Address, CaseEvent, Relationship, Residence
from safeguard.concerns.neighbourhood import neighbourhood
from safeguard.kernel.database import db, transaction
from safeguard.ops.demo.loader import load
from safeguard.people.model import PersonLink, SourceRecord
from safeguard.risk.facts import touched
from safeguard.risk.night import PAGE, next_people, people_to_read
from safeguard.risk.service import evaluate, evaluate_children
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
    "case_event": ("id", "source_record_id"),
}
# Only what the register and everyday life say is copied: referrals are few and have rows in other rooms.
_WHICH = {
    "source_record": "origin = 'register'",
    "person_link": "source_record_id IN (SELECT id FROM source_record WHERE origin = 'register')",
    "residence": "source_record_id IN (SELECT id FROM source_record WHERE origin = 'register')",
    "relationship": "referral_id IS NULL",
    "case_event": "referral_id IS NULL AND categories <> '[\"routine_contact\"]'",
}


def main() -> None:
    """Run the measure named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.risk", description="Measure how risk is read.")
    parser.add_argument("measure", choices=("reevaluate", "night"))
    parser.add_argument("--people", type=int, nargs="+", default=[1_000, 1_000_000], help="sizes for reevaluate")
    parser.add_argument("--children", type=int, nargs="+", default=[1_000, 4_000], help="sizes for night")
    parser.add_argument("--rounds", type=int, default=60)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.measure == "night":
            _nights(asked.children, Path(folder))
        else:
            _reevaluations(asked.people, asked.rounds, Path(folder))


def _population(folder: Path, children: int) -> Flask:
    url = f"sqlite:///{folder / uuid.uuid4().hex}.sqlite3"
    migrated(url)
    app = create_app(settings_for(url))
    with app.app_context():
        load(children=children, seed=2026, today=UNTIL.date(), quiet=True)
        db.session.remove()
    return app


def _reevaluations(sizes: Iterable[int], rounds: int, folder: Path) -> None:
    found = []
    for people in sizes:
        app = _population(folder, _BASE)
        with app.app_context():
            held = _multiply(people)
            ours, bare = _race(rounds)
            db.session.remove()
            db.engine.dispose()
        found.append((statistics.median(ours), _p95(ours)))
        print(
            f"re-evaluating after one change, {held:>9,} people: p50 {found[-1][0] * 1000:.1f} ms, p95 {found[-1][1] * 1000:.1f} ms; "
            f"bare read of the same rows p50 {statistics.median(bare) * 1000:.1f} ms, p95 {_p95(bare) * 1000:.1f} ms; "
            f"ratio p50 {found[-1][0] / statistics.median(bare):.1f}, p95 {found[-1][1] / _p95(bare):.1f}",
            flush=True,
        )
    if len(found) > 1:
        p50, p95 = (found[-1][at] / found[0][at] for at in (0, 1))
        print(f"largest population over smallest: p50 {p50:.2f}, p95 {p95:.2f} (bar 1.5)")


def _multiply(people: int) -> int:
    """Copy the population beside itself until it holds about `people`; each copy has ids and addresses of its own."""
    with db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("PRAGMA synchronous = OFF")
        connection.exec_driver_sql("BEGIN")
        columns = {}
        for name in _COPIED:
            columns[name] = [row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({name})")]
            connection.exec_driver_sql(f"CREATE TEMP TABLE base_{name} AS SELECT * FROM {name} WHERE {_WHICH.get(name, '1')}")
        base = connection.exec_driver_sql("SELECT count(*) FROM base_person").scalar_one()
        for copy in range(1, max(1, people // base)):
            mark = f"{copy * 2_654_435_761 % 2**32:08x}"
            for name, ids in _COPIED.items():
                said = ", ".join(_copied(column, ids, mark, copy) for column in columns[name])
                connection.exec_driver_sql(f"INSERT INTO {name} ({', '.join(columns[name])}) SELECT {said} FROM base_{name}")
        connection.exec_driver_sql("ANALYZE")
        held = connection.exec_driver_sql("SELECT count(*) FROM person").scalar_one()
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("BEGIN")
        return int(held)


def _copied(column: str, ids: tuple[str, ...], mark: str, copy: int) -> str:
    """The value of a column in a copy: ids keep their end and get a beginning of their own, so links stay whole."""
    if column in ids:
        return f"'{mark}' || substr({column}, 9)"
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


def _nights(sizes: Iterable[int], folder: Path) -> None:
    """The nightly pass at growing sizes, each in a process of its own size so far: time a child, and the peak of memory."""
    for children in sizes:
        app = _population(folder, children)
        gc.collect()
        before = _peak()
        with app.app_context():
            with transaction() as session:
                wanted = people_to_read(session)
            started, spent, after, page = time.perf_counter(), time.process_time(), None, PAGE
            while page == PAGE:
                with transaction() as session:
                    people = next_people(session, after)
                    evaluate_children(session, people, at=UNTIL)
                db.session.expunge_all()
                after, page = people[-1] if people else after, len(people)
            took, spent = time.perf_counter() - started, time.process_time() - spent
            db.session.remove()
            db.engine.dispose()
        print(
            f"nightly pass, {children:>6,} children, {wanted:,} with events: {took:.1f} s ({spent:.1f} s of processor), "
            f"{spent / wanted * 1000:.2f} ms of processor a person; peak memory {_peak():.0f} MB (before {before:.0f} MB)",
            flush=True,
        )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _timed(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    main()
