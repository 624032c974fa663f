"""`python -m tests.bench matching`: one population a size and database, every measure of person matching on it.

Times on shared machines drift, so lookups of all sizes and databases, and the peers, take turns in one run.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from safeguard import create_app
from safeguard.kernel.database import db
from safeguard.people.matching.settings import MatchSettings
from tests.bench.databases import made
from tests.bench.matching.lookup import Times, look_up, p50, p95
from tests.bench.matching.peers import Peer, RapidFuzz, Splink, Trigrams
from tests.bench.matching.population import Population
from tests.bench.matching.quality import quality_of
from tests.bench.matching.queries import Asked, drawn
from tests.bench.matching.report import quality_lines, write
from tests.bench.matching.siblings import tries_at_siblings
from tests.bench.matching.store import Stored, made_index, store, weighed
from tests.conftest import migrated, prepared, settings_for
from tests.databases import PostgresCopies

_SEED = 7


def _some(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("1 at least")
    return number


def options(parser: argparse.ArgumentParser) -> None:
    """What may be asked for."""
    parser.add_argument("--people", type=int, nargs="+", default=[6000, 60_000], help="sizes of the population")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), nargs="+", default=["sqlite"])
    parser.add_argument("--lookups", type=int, default=2000, help="how many are timed, of each population")
    parser.add_argument("--queries", type=int, default=6000, help="about how many are judged, of the largest population; 0 for none")
    parser.add_argument("--tries", type=int, default=10_000, help="twins and siblings asked for; 0 for none")
    parser.add_argument("--rounds", type=_some, default=10, help="turns taken with the peers, over the largest population; 1 at least")
    parser.add_argument("--peers", choices=("rapidfuzz", "trigrams", "splink"), nargs="*", default=["rapidfuzz"])
    parser.add_argument("--splink-python", help="a Python that has splink, for the peer of that name")
    parser.add_argument("--keep", type=Path, help="a folder in which SQLite populations are kept and found again")
    parser.add_argument("--report", type=Path, help="a folder for calibration (CSV, SVG) and examples")


@dataclass(slots=True)
class Place:
    """A population in a database."""

    kind: str
    people: int
    app: Any
    asked: Asked
    times: Times

    @property
    def name(self) -> str:
        return f"{self.kind}, {self.people:,} people"


def run(asked: argparse.Namespace, folder: Path) -> None:
    """Prepare every population, judge, then time in turns and compare."""
    places: list[Place] = []
    stops = []
    for kind in asked.database:
        for people in sorted(asked.people):
            place, stop = _prepared(kind, people, asked, folder)
            places.append(place)
            stops.append(stop)
    settings = MatchSettings.load()
    largest = max(places, key=lambda one: (one.people, one.kind == "sqlite"))
    if asked.queries:
        _judged(largest, settings, asked)
    if asked.tries:
        _siblings(asked.tries, settings)
    peers = _peers(asked, largest, folder, stops)
    seconds = _timed(places, peers, settings, asked)
    _compared(places, seconds)
    for peer in peers:
        peer.close()
    for stop in stops:
        stop()


def _prepared(kind: str, people: int, asked: argparse.Namespace, folder: Path) -> tuple[Place, Any]:
    kept = asked.keep / f"people-{people}.sqlite3" if asked.keep and kind == "sqlite" else None
    there = kept is not None and kept.exists()
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        url, stop = f"sqlite:///{kept}", lambda: None
        (migrated if there else prepared)(url)
    else:
        url, stop = made(kind, folder, prepared)
    app = create_app(settings_for(url))
    drawn_here = Asked()
    known = max(asked.queries, asked.lookups)
    statements = drawn(Population(people, _SEED), people=people, known=known, seed=people, asked=drawn_here)
    with app.app_context():
        if there:
            for _ in statements:
                pass
            print(_weight(f"{kind}, {people:,} people kept", weighed(people, index_seconds=made_index(people))))
        else:
            print(_weight(f"{kind}, {people:,} people", store(statements, people)))
    return Place(kind, people, app, drawn_here, Times()), stop


def _weight(name: str, stored: Stored) -> str:
    times = f"stored in {stored.store_seconds:.0f} s, indexed in {stored.index_seconds:.0f} s; "
    return (
        f"{name}: {times}{stored.keys / stored.people:.1f} keys a record; index {stored.index_bytes / stored.people:.0f} bytes a record, "
        f"{stored.index_bytes / stored.bare_bytes:.1f} times the bare people (bar 6), "
        f"{stored.index_bytes / stored.record_bytes:.1f} times the source records"
    )


def _judged(place: Place, settings: MatchSettings, asked: argparse.Namespace) -> None:
    with place.app.app_context(), Session(db.engine) as session:
        quality = quality_of(session, place.asked.queries, settings.for_people(place.people))
    print(f"{place.name}:", *quality_lines(quality), sep="\n  ")
    if asked.report:
        write(asked.report, f"calibration-{place.people}", quality)


def _siblings(tries: int, settings: MatchSettings) -> None:
    found = tries_at_siblings(tries, _SEED, settings)
    bands = ", ".join(f"{band} {count:,}" for band, count in sorted(found.bands.items()))
    print(f"twins and siblings: {len(found.merged)} of {found.tries:,} taken for another (bar 0), {found.twins:,} of them twins; {bands}")
    for words in found.merged[:10]:
        print(f"  {words}")


def _peers(asked: argparse.Namespace, place: Place, folder: Path, stops: list[Any]) -> list[Peer]:
    peers: list[Peer] = []
    if "rapidfuzz" in asked.peers:
        peers += [RapidFuzz(place.asked.names, scorer) for scorer in RapidFuzz.SCORERS]
    if "trigrams" in asked.peers:
        server = PostgresCopies(lambda url: None)
        stops.append(server.stop)
        peers.append(Trigrams(server.empty(), place.asked.names))
    if "splink" in asked.peers:
        if not asked.splink_python:
            raise SystemExit("Name a Python that has splink: --splink-python /path/to/python")
        people = (one for household in Population(place.people, _SEED) for one in household.people)
        peers.append(Splink(asked.splink_python, people, folder))
    return peers


def _timed(
    places: list[Place], peers: list[Peer], settings: MatchSettings, asked: argparse.Namespace
) -> dict[str, list[tuple[float, float]]]:
    """Everybody in turns, after one round that does not count."""
    seconds: dict[str, list[tuple[float, float]]] = {peer.name: [] for peer in peers}
    each = max(1, asked.lookups // asked.rounds)
    largest = max(places, key=lambda one: one.people)
    for number in range(asked.rounds + 1):
        for place in places:
            queries = _turn(place.asked.queries, number, each)
            times = Times() if number == 0 else place.times
            with place.app.app_context(), Session(db.engine) as session:
                for query in queries:
                    look_up(session, query.said, settings.for_people(place.people), times)
        for peer in peers:
            for query in _turn(largest.asked.queries, number, peer.queries_a_round):
                taken = peer.seconds(query.said)
                if number:
                    seconds[peer.name].append(taken)
    return seconds


def _turn(queries: list[Any], number: int, each: int) -> list[Any]:
    start = number * each % max(1, len(queries))
    return (queries * 2)[start : start + each]


def _compared(places: list[Place], seconds: dict[str, list[tuple[float, float]]]) -> None:
    for place in places:
        print(f"lookup, {place.name}: {place.times.words()}")
    largest = max(places, key=lambda one: (one.people, one.kind == "sqlite"))
    for name, taken in seconds.items():
        clock, work = p50([one for one, _ in taken]), p50([one for _, one in taken])
        middle = f"p50 {clock * 1000:.1f} ms, processor {work * 1000:.1f} ms, of {len(taken)}"
        ratios = f"{clock / p50(largest.times.whole):.0f} times our p50, {work / p50(largest.times.cpu):.0f} in processor time"
        print(f"{name}, {largest.people:,} people: {middle}; {ratios} ({largest.kind})")
    for kind in dict.fromkeys(place.kind for place in places):
        sizes = sorted((place for place in places if place.kind == kind), key=lambda one: one.people)
        if len(sizes) > 1:
            clock, work = (p95(of(sizes[-1])) / p95(of(sizes[0])) for of in (_clock, _cpu))
            span = f"p95 at {sizes[-1].people:,} over p95 at {sizes[0].people:,}"
            print(f"lookup, {kind}: {span}: {clock:.2f}, in processor time {work:.2f} (bar 2)")
    by_kind = {place.kind: place for place in places if place.people == largest.people}
    if len(by_kind) == 2:
        clock, work = (p50(of(by_kind["postgresql"])) / p50(of(by_kind["sqlite"])) for of in (_clock, _cpu))
        print(f"lookup, {largest.people:,} people: PostgreSQL over SQLite p50 {clock:.2f}, in processor time {work:.2f} (bar 2)")


def _clock(place: Place) -> list[float]:
    return place.times.whole


def _cpu(place: Place) -> list[float]:
    return place.times.cpu
