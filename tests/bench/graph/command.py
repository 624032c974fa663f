"""The neighbourhood of a child as the population grows, beside a recursive query and the whole graph in memory."""

from __future__ import annotations

import argparse
import gc
import random
import resource
import statistics
import time
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path

from sqlalchemy import event

from safeguard import create_app
from safeguard.concerns.questions.around import around
from safeguard.concerns.questions.reach import reach
from safeguard.kernel.database import db, transaction
from tests.bench.databases import made
from tests.bench.graph import peers
from tests.bench.graph.population import ADDRESS, FAMILY, PERSON, PLACE, fill, id_of
from tests.bench.timing import p95
from tests.conftest import prepared, settings_for

TODAY = date(2026, 11, 20)


def options(parser: argparse.ArgumentParser) -> None:
    """What may be asked for."""
    parser.add_argument("--people", type=int, nargs="+", default=[20_000, 100_000], help="sizes, the smallest first")
    parser.add_argument("--database", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    parser.add_argument("--rounds", type=int, default=150, help="children asked about")
    parser.add_argument("--whole", type=int, default=1_000_000, help="load the whole graph into NetworkX up to this many people")


def run(asked: argparse.Namespace, folder: Path) -> None:
    """Who is two steps around children chosen by chance, on each database and size."""
    for kind in asked.database:
        found = [_measure(kind, people, asked, folder) for people in asked.people]
        if len(found) > 1:
            print(f"graph, {kind}: p95 at {asked.people[-1]:,} over p95 at {asked.people[0]:,}: {found[-1][1] / found[0][1]:.2f} (bar 2)")
            print(f"graph, {kind}: statements constant: {len({counts for *_times, counts in found}) == 1}", flush=True)


def _measure(kind: str, people: int, asked: argparse.Namespace, folder: Path) -> tuple[float, float, int]:
    url, stop = made(kind, folder, prepared)
    app = create_app(settings_for(url))
    with app.app_context():
        edges = fill(people)
        chosen = random.Random(2026)
        children = [id_of(PERSON, chosen.randrange(1, people // FAMILY) * FAMILY + 2) for _ in range(asked.rounds + 10)]
        ours, statements = _ours(children)
        # Few, since it walks through crowds: one that meets an address with thousands of residents takes minutes.
        recursive = _times(children[:21], lambda session, child: peers.recursive(session, child, 2))
        print(
            f"graph, {kind}, {people:>9,} people, {edges:,} edges: two steps around a child p50 {_ms(statistics.median(ours))}, "
            f"p95 {_ms(p95(ours))}, {statements} statements; recursive query p50 {_ms(statistics.median(recursive))}, "
            f"p95 {_ms(p95(recursive))}, ratio p50 {statistics.median(ours) / statistics.median(recursive):.1f}", flush=True,
        )  # fmt: skip
        _hubs(kind)
        if people <= asked.whole:
            _whole(kind, children, statistics.median(ours))
        db.session.remove()
        db.engine.dispose()
    stop()
    gc.collect()
    return statistics.median(ours), p95(ours), statements


def _ours(children: list[uuid.UUID]) -> tuple[list[float], int]:
    ran: list[int] = []

    def count(*_words: object) -> None:
        ran.append(1)

    times = _times(children, lambda session, child: around(session, [child], hops=2, on=TODAY, today=TODAY))
    event.listen(db.engine, "before_cursor_execute", count)
    statements = 0  # the most of any: one more a step is run where an address with thousands of residents is met
    for child in children[:40]:
        with transaction() as session:
            ran.clear()
            around(session, [child], hops=2, on=TODAY, today=TODAY)
            statements = max(statements, len(ran))
        db.session.expunge_all()
    event.remove(db.engine, "before_cursor_execute", count)
    return times, statements


def _times(children: list[uuid.UUID], ask: Callable[..., object]) -> list[float]:
    times = []
    for child in children:
        with transaction() as session:
            started = time.perf_counter()
            ask(session, child)
            times.append(time.perf_counter() - started)
        db.session.expunge_all()
    return times[10:]


def _hubs(kind: str) -> None:
    """A child at the address with thousands of past residents, that address, and a school."""
    for words, ask in (
        ("a child at an address with 3,000 past residents",
         lambda session: around(session, [id_of(PERSON, 2)], hops=2, on=TODAY, today=TODAY)),
        ("that address", lambda session: reach(session, id_of(ADDRESS, 0), on=TODAY, today=TODAY)),
        ("a school of 1,500", lambda session: reach(session, id_of(PLACE, 0), on=TODAY, today=TODAY)),
    ):  # fmt: skip
        times = []
        for _round in range(6):
            with transaction() as session:
                started = time.perf_counter()
                ask(session)
                times.append(time.perf_counter() - started)
            db.session.expunge_all()
        print(f"graph, {kind}: {words}: {_ms(statistics.median(times[1:]))}", flush=True)


def _whole(kind: str, children: list[uuid.UUID], ours: float) -> None:
    started = time.perf_counter()
    with transaction() as session:
        graph = peers.whole_graph(session)
    loaded = time.perf_counter() - started
    times = []
    for child in children[10:60]:
        started = time.perf_counter()
        peers.within(graph, child, kind)
        times.append(time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"graph, {kind}: the whole graph in NetworkX: {loaded:.1f} s to load ({loaded / ours:,.0f} times one question of ours), then "
        f"{_ms(statistics.median(times))} a question; peak memory {peak:,.0f} MB", flush=True,
    )  # fmt: skip


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
