"""Payloads through every form and document, and what they became on every page, PDF, CSV, email and JSON."""

from __future__ import annotations

import argparse
from pathlib import Path

from safeguard import create_app
from safeguard.kernel.database import db
from tests.bench.databases import made
from tests.conftest import prepared, settings_for
from tests.payloads.attack import attacked
from tests.payloads.corpus import ALL


def options(parser: argparse.ArgumentParser) -> None:
    """What may be asked for."""
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--referrals", type=int, default=12)
    parser.add_argument("--each", type=int, default=4, help="Pages of one kind that each role opens.")


def run(asked: argparse.Namespace, folder: Path) -> None:
    """Try them; what is wrong is printed with where it was seen."""
    url, stop = made(asked.database, folder, prepared)
    app = create_app(settings_for(url))
    found = attacked(app, folder, referrals=asked.referrals, each=asked.each)
    for one in sorted(set(found.wrong)):
        print(one)
    print(f"payloads, {asked.database}: {found.words()}; {len(found.shown)} of {len(ALL)} were shown as typed")
    with app.app_context():
        db.engine.dispose()
    stop()
