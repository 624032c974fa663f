"""Who else could be asked for a person: RapidFuzz over every name, pg_trgm, and Splink. Each is asked the same queries."""

from __future__ import annotations

import csv
import json
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import psycopg
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from safeguard.people.matching.statement import Statement
from tests.bench.matching.lookup import cpu

_MOST = 10
_PEER = Path(__file__).with_name("splink_peer.py")


class Peer(Protocol):
    """Answers one query; says how long it took by the clock, and in processor time, which other work cannot stretch."""

    name: str
    queries_a_round: int

    def seconds(self, said: Statement) -> tuple[float, float]: ...

    def close(self) -> None: ...


def full(said: Statement) -> str:
    return " ".join(part for part in (said.given_names, said.surname) if part)


class RapidFuzz:
    """`process.extract` over the full names of everybody, in memory, with one of its scorers."""

    queries_a_round = 1
    SCORERS = {"WRatio": fuzz.WRatio, "token_sort_ratio": fuzz.token_sort_ratio, "JaroWinkler": JaroWinkler.similarity}  # noqa: RUF012

    def __init__(self, names: Sequence[str], scorer: str) -> None:
        self.name = f"RapidFuzz process.extract, {scorer}"
        self._names = names
        self._scorer = self.SCORERS[scorer]

    def seconds(self, said: Statement) -> tuple[float, float]:
        started, worked = time.perf_counter(), cpu(None)
        process.extract(full(said), self._names, scorer=self._scorer, limit=_MOST)
        return time.perf_counter() - started, cpu(None) - worked

    def close(self) -> None:
        """Nothing to close."""


class Trigrams:
    """pg_trgm: the most similar full names, through a GIN index."""

    name = "pg_trgm, GIN index on the name"
    queries_a_round = 2

    def __init__(self, url: str, names: Iterable[str]) -> None:
        self._connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        run = self._connection.execute
        run("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        run("CREATE TABLE peer_name (id serial PRIMARY KEY, name text NOT NULL)")
        with self._connection.cursor().copy("COPY peer_name (name) FROM STDIN") as copy:
            for name in names:
                copy.write_row((name,))
        run("SET maintenance_work_mem = '512MB'")
        run("CREATE INDEX ON peer_name USING gin (name gin_trgm_ops)")
        run("VACUUM ANALYZE peer_name")

    def seconds(self, said: Statement) -> tuple[float, float]:
        backend = self._connection.info.backend_pid
        started, worked = time.perf_counter(), cpu(backend)
        self._connection.execute(
            f"SELECT id, similarity(name, %(name)s) FROM peer_name WHERE name %% %(name)s ORDER BY 2 DESC LIMIT {_MOST}",
            {"name": full(said)},
        ).fetchall()
        return time.perf_counter() - started, cpu(backend) - worked

    def close(self) -> None:
        self._connection.close()


class Splink:
    """Splink on DuckDB in another Python, asked record by record; see `splink_peer`."""

    name = "Splink, predict_between of one record"
    queries_a_round = 1

    def __init__(self, python: str, people: Iterable[Statement], folder: Path) -> None:
        table = folder / "people.csv"
        with table.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(("unique_id", "given", "surname", "born", "postcode"))
            rows.writerows(self._row(one) for one in people)
        self._log = (folder / "splink.log").open("w", encoding="utf-8")
        self._child = subprocess.Popen(
            [python, str(_PEER), str(table)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True
        )
        if self._answer() != "ready":
            raise SystemExit(f"Splink did not start; see {self._log.name}")

    def seconds(self, said: Statement) -> tuple[float, float]:
        assert self._child.stdin
        self._child.stdin.write(json.dumps(self._row(said)) + "\n")
        self._child.stdin.flush()
        answer = self._answer()
        if not answer:
            raise SystemExit(f"Splink gave up; see {self._log.name}")
        told = json.loads(answer)
        return told["seconds"], told["cpu"]

    def close(self) -> None:
        self._child.kill()
        self._log.close()

    def _answer(self) -> str:
        assert self._child.stdout
        return self._child.stdout.readline().strip()

    @staticmethod
    def _row(one: Statement) -> tuple[str | None, ...]:
        return one.id, one.given_names, one.surname, one.birth_date.isoformat() if one.birth_date else None, one.postcode
