"""Malformed requests of every kind, and how many were answered with a server error."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from safeguard import create_app
from safeguard.kernel.database import db
from tests.bench.databases import made
from tests.conftest import prepared, settings_for
from tests.malformed import answers


def options(parser: argparse.ArgumentParser) -> None:
    """What may be asked for."""
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--only", default="", help="a pattern that the endpoints of the routes match")
    parser.add_argument("--seed", type=int, default=2026)


def run(asked: argparse.Namespace, folder: Path) -> None:
    """Send them one after the other; those that were server errors are printed as they were sent."""
    url, stop = made(asked.database, folder, prepared)
    app = create_app(settings_for(url))
    statuses: Counter[int] = Counter()
    for answer in answers(app, asked.requests, seed=asked.seed, only=asked.only):
        statuses[answer.status] += 1
        if answer.status >= 500:
            print(f"{answer.status}: {answer.sent}")
            sys.stdout.flush()
    errors = sum(count for status, count in statuses.items() if status >= 500)
    told = ", ".join(f"{status or 'not sent'}: {count:,}" for status, count in sorted(statuses.items()))
    print(f"malformed, {asked.database}: {asked.requests:,} requests, {errors} server errors ({told})")
    with app.app_context():
        db.engine.dispose()
    stop()
