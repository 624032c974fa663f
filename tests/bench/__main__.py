"""`make bench`: submission against a bare route as the population grows, and the queue as it grows.

Times on shared machines drift, so what counts are the ratios of one run.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event

from safeguard import create_app
from safeguard.kernel.clock import now
from safeguard.kernel.database import db, transaction
from safeguard.ops.demo.accounts import PASSWORD
from safeguard.ops.demo.loader import load
from safeguard.referrals.model import Referral
from safeguard.referrals.submission import receive
from tests.bench.bare import bare_client
from tests.conftest import migrated, prepared, settings_for
from tests.databases import PostgresCopies
from tests.documents import about, siblings
from tests.integration.help import agency
from tests.pages import Visitor, hidden_of


def main() -> None:
    """Run the measures named on the command line, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure the hot paths.")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--children", type=int, nargs="+", default=[1000, 60_000], help="sizes of the population")
    parser.add_argument("--submissions", type=int, default=60)
    parser.add_argument("--only", choices=("submit", "queue"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.only != "queue":
            _submissions(asked, Path(folder))
        if asked.only != "submit":
            _queue(asked, Path(folder))


def _database(kind: str, folder: Path, prepare: Callable[[str], None]) -> tuple[str, Callable[[], None]]:
    """The address of a prepared database of its own, and what ends it."""
    if kind == "postgresql":
        server = PostgresCopies(prepare)
        return server.copy(), server.stop
    url = f"sqlite:///{folder / uuid.uuid4().hex}.sqlite3"
    prepare(url)
    return url, lambda: None


def _submissions(asked: argparse.Namespace, folder: Path) -> None:
    """Send referrals over HTTP, in turn with a bare route that writes one row, at each size of population."""
    found = []
    for children in asked.children:
        url, stop = _database(asked.database, folder, migrated)
        app = create_app(settings_for(url))
        started = time.perf_counter()
        with app.app_context():
            load(children=children, seed=2026, today=now().date() - timedelta(days=1))
            db.session.remove()
        loaded = time.perf_counter() - started
        ours, bare = _race(app, bare_client(url), asked.submissions)
        found.append((statistics.median(ours), _p95(ours)))
        print(
            f"submit, {asked.database}, {children:>6,} children (loaded in {loaded:.0f} s): "
            f"p50 {found[-1][0] * 1000:.1f} ms, p95 {found[-1][1] * 1000:.1f} ms; "
            f"bare route p50 {statistics.median(bare) * 1000:.1f} ms, p95 {_p95(bare) * 1000:.1f} ms; "
            f"ratio p50 {found[-1][0] / statistics.median(bare):.1f}, p95 {found[-1][1] / _p95(bare):.1f}"
        )  # fmt: skip
        sys.stdout.flush()
        with app.app_context():
            db.engine.dispose()
        stop()
    if len(found) > 1:
        p50, p95 = (found[-1][at] / found[0][at] for at in (0, 1))
        print(f"submit: largest population over smallest: p50 {p50:.2f}, p95 {p95:.2f} (bar 1.5)")


def _race(app: Flask, bare: Any, rounds: int) -> tuple[list[float], list[float]]:
    school = Visitor(app.test_client())
    school.submit("/sign-in", {"email": "school@demo.example", "password": PASSWORD})
    ours, theirs = [], []
    for number in range(rounds + 5):
        draft = school.submit("/referrals", {}, to="/referrals/new").headers["Location"].split("/")[2]
        _fill(app, draft, number)
        hidden = hidden_of(school.get(f"/referrals/{draft}/check").get_data(as_text=True))
        ours.append(_timed(lambda draft=draft, hidden=hidden: school.post(f"/referrals/{draft}/submit", hidden), 302))
        theirs.append(_timed(lambda: bare.post("/row"), 201))
    return ours[5:], theirs[5:]


def _timed(call: Callable[[], Any], status: int) -> float:
    started = time.perf_counter()
    answer = call()
    taken = time.perf_counter() - started
    if answer.status_code != status:
        raise SystemExit(f"expected {status}, got {answer.status_code}: {answer.get_data(as_text=True)[-300:]}")
    return taken


def _fill(app: Flask, draft: str, number: int) -> None:
    """Another family each time, with names that are in the population."""
    with app.app_context():
        document = siblings()
        document.pop("client_reference")
        for place, (given, family) in enumerate((("Amelia", "Smith"), ("Mohammed", "Khan"))):
            child = document["children"][place]
            child |= {"given_names": given, "surname": family}
            child["birth"] = {"kind": "born", "date": f"{2010 + number % 12}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"}
        mother = document["people"][0]
        mother["given_names"] = ("Sarah", "Emma", "Aisha", "Nicola", "Priya", "Joanne", "Kelly")[number % 7]
        mother["surname"] = ("Walker", "Hussain", "Patel", "Turner", "Okafor", "Nowak")[number % 6]
        mother["birth"] = {"kind": "born", "date": f"{1975 + number % 25}-{number % 12 + 1:02d}-{number % 27 + 1:02d}"}
        address = document["addresses"][0]
        address |= {"lines": [f"{number + 1} Willow Close", "Aldermoor"], "postcode": f"AM{number % 9 + 1} {number // 9}QQ"}
        referral = db.session.get(Referral, uuid.UUID(draft))
        if referral is None:
            raise SystemExit("the draft is gone")
        referral.document = {**referral.document, **document}
        db.session.commit()
        db.session.remove()


def _queue(asked: argparse.Namespace, folder: Path) -> None:
    """The queue page with 50 and with 2,000 open referrals: SQL statements, and time."""
    url, stop = _database(asked.database, folder, prepared)
    app = create_app(settings_for(url))
    screener = Visitor(app.test_client())
    screener.submit("/sign-in", {"email": "screener@demo.example", "password": PASSWORD})
    asked_of_it: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *a: asked_of_it.append(a[2]))
    found = []
    for start, end in ((0, 50), (50, 2000)):
        _open_referrals(app, start, end)
        times = [_timed(lambda: screener.get("/queue"), 200) for _ in range(25)][5:]
        asked_of_it.clear()
        screener.get("/queue")
        found.append((statistics.median(times), len(asked_of_it)))
        print(f"queue, {asked.database}, {end:>5,} open: {found[-1][1]} SQL statements, p50 {found[-1][0] * 1000:.1f} ms")
    print(f"queue: statements equal: {found[0][1] == found[1][1]}; time ratio {found[1][0] / found[0][0]:.2f} (bar 1.5)")
    with app.app_context():
        db.engine.dispose()
    stop()


def _open_referrals(app: Flask, start: int, end: int) -> None:
    base = datetime(2026, 1, 5, 9, tzinfo=UTC)
    with app.app_context():
        for first in range(start, end, 50):
            with transaction() as session:
                sender = agency(session)
                for number in range(first, min(first + 50, end)):
                    born = f"{2009 + number % 14}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
                    family = f"Fam{chr(97 + number % 26)}{chr(97 + number // 26 % 26)}{chr(97 + number // 676 % 26)}"
                    address = [{"key": "h1", "lines": [f"{number} Mill Lane"], "postcode": "AM4 3QQ"}]
                    document = about("Robin", family, born, client_reference=f"B-{number}", addresses=address)
                    receive(session, sender, document, at=base + timedelta(minutes=number))
            db.session.expunge_all()
        db.session.remove()


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    main()
