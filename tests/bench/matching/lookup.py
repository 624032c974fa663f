"""One lookup, from a statement to a decision, with the time each part takes."""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy.orm import Session

from safeguard.people.candidates import candidates_for
from safeguard.people.matching.decide import decide
from safeguard.people.matching.keys import blocking_keys
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.statement import Statement

_RECORD_ID = uuid.UUID(int=1)


@dataclass(slots=True)
class Times:
    """Seconds of each lookup by the clock and of processor time, of its parts, and how many people were compared."""

    whole: list[float] = field(default_factory=list)
    keys: list[float] = field(default_factory=list)
    fetch: list[float] = field(default_factory=list)
    score: list[float] = field(default_factory=list)
    compared: list[int] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def words(self) -> str:
        timed = {"keys": self.keys, "fetch": self.fetch, "score": self.score}
        parts = ", ".join(f"{name} {p50(times) * 1000:.2f}" for name, times in timed.items())
        return (
            f"p50 {p50(self.whole) * 1000:.2f} ms ({parts}), p95 {p95(self.whole) * 1000:.2f} ms, p99 {p99(self.whole) * 1000:.2f} ms; "
            f"processor p50 {p50(self.cpu) * 1000:.2f} ms, p95 {p95(self.cpu) * 1000:.2f} ms, p99 {p99(self.cpu) * 1000:.2f} ms; "
            f"people compared p50 {statistics.median(self.compared):.0f}, p95 {p95(self.compared):.0f}"
        )


def look_up(session: Session, said: Statement, settings: MatchSettings, times: Times) -> None:
    """Find out who `said` is about, as `people.service.identify` does before it stores anything."""
    said = replace(said, id=str(_RECORD_ID))
    backend = backend_of(session)
    worked = cpu(backend)
    started = time.perf_counter()
    keys = blocking_keys(said)
    keyed = time.perf_counter()
    candidates = candidates_for(session, {_RECORD_ID: keys})[_RECORD_ID]
    fetched = time.perf_counter()
    decide(said, candidates, settings)
    ended = time.perf_counter()
    times.cpu.append(cpu(backend) - worked)
    times.whole.append(ended - started)
    times.keys.append(keyed - started)
    times.fetch.append(fetched - keyed)
    times.score.append(ended - fetched)
    times.compared.append(len(candidates))


def cpu(backend: int | None) -> float:
    """Seconds of processor time of this thread and of a database server's process, which other work cannot stretch."""
    server = int(Path(f"/proc/{backend}/schedstat").read_text().split()[0]) / 1e9 if backend else 0.0
    return time.thread_time() + server


def backend_of(session: Session) -> int | None:
    """The process that serves this session on PostgreSQL; SQLite works in ours."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    return int(session.connection().connection.dbapi_connection.info.backend_pid)  # type: ignore[union-attr]


def p50(values: Sequence[float]) -> float:
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def p99(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=100)[-1]
