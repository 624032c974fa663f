"""The queue page as it grows."""

from __future__ import annotations

import argparse
import statistics
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import event

from safeguard import create_app
from safeguard.kernel.database import db, transaction
from safeguard.ops.demo.accounts import PASSWORD
from safeguard.referrals.submission import receive
from tests.bench.databases import made
from tests.bench.timing import timed
from tests.conftest import prepared, settings_for
from tests.documents import about
from tests.integration.help import agency
from tests.pages import Visitor


def options(parser: argparse.ArgumentParser) -> None:
    """What may be asked for."""
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")


def run(asked: argparse.Namespace, folder: Path) -> None:
    """The queue page with 50 and with 2,000 open referrals: SQL statements, and time."""
    url, stop = made(asked.database, folder, prepared)
    app = create_app(settings_for(url))
    screener = Visitor(app.test_client())
    screener.submit("/sign-in", {"email": "screener@demo.example", "password": PASSWORD})
    asked_of_it: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *a: asked_of_it.append(a[2]))
    found = []
    for start, end in ((0, 50), (50, 2000)):
        _open_referrals(app, start, end)
        times = [timed(lambda: screener.get("/queue"), 200) for _ in range(25)][5:]
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
