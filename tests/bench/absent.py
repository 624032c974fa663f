"""Whether time tells a restricted record from one that is not there: both are 404, on the pages of a person and of a referral."""

from __future__ import annotations

import argparse
import math
import random
import statistics
import time
import uuid
from pathlib import Path

from safeguard import create_app
from safeguard.kernel.clock import now
from safeguard.kernel.database import db, transaction
from safeguard.ops.demo.accounts import PASSWORD
from safeguard.referrals.submission import receive
from tests.bench.accounts import auc
from tests.bench.databases import made
from tests.conftest import prepared, settings_for
from tests.documents import about
from tests.integration.help import agency
from tests.integration.restricted import restricted
from tests.pages import Visitor

_PAGES = ("/people/{person}", "/people/{person}/chronology", "/people/{person}/purpose", "/referrals/{referral}/case")


def options(parser: argparse.ArgumentParser) -> None:
    """What may be asked for."""
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--restricted", type=int, default=40, help="children with a referral each, all restricted")
    parser.add_argument("--requests", type=int, default=700, help="of each kind, to each page")


def run(asked: argparse.Namespace, folder: Path) -> None:
    """Ask for each page of a restricted child and of nobody in turn."""
    url, stop = made(asked.database, folder, prepared)
    app = create_app(settings_for(url))
    with app.app_context():
        with transaction() as session:
            born = [f"2012-03-{1 + one % 28:02d}" for one in range(asked.restricted)]
            said = [about(f"Kid{one}", f"Name{one}", day, client_reference=f"H-{one}") for one, day in enumerate(born)]
            hidden = [receive(session, agency(session), one, at=now()) for one in said]
            ids = [{"person": one.people[0].person_id, "referral": one.referral.id} for one in hidden]
            for one in ids:
                restricted(session, one["person"])
        db.session.remove()
    screener = Visitor(app.test_client())
    screener.submit("/sign-in", {"email": "screener@demo.example", "password": PASSWORD})
    error = math.sqrt((2 * asked.requests + 1) / (12 * asked.requests**2))
    for page in _PAGES:
        there, nowhere = _times(screener, page, ids, asked.requests)
        middle = [statistics.median(one) * 1000 for one in (there, nowhere)]
        print(
            f"{asked.database} {page}: hidden p50 {middle[0]:.2f} ms, not there {middle[1]:.2f} ms; "
            f"hidden is later in {auc(there, nowhere):.3f} of all pairs (0.5: time tells nothing; standard error {error:.3f})"
        )
    with app.app_context():
        db.engine.dispose()
    stop()


def _times(screener: Visitor, page: str, ids: list[dict[str, uuid.UUID]], requests: int) -> tuple[list[float], list[float]]:
    """How long the page takes of a hidden child, and of nobody, in an order left to chance."""
    chance = random.Random(page)
    found: tuple[list[float], list[float]] = [], []
    turns = [0] * requests + [1] * requests
    chance.shuffle(turns)
    warm = turns[:20]
    for place, turn in enumerate([*warm, *turns]):
        path = page.format(**(chance.choice(ids) if turn == 0 else {"person": uuid.uuid4(), "referral": uuid.uuid4()}))
        started = time.perf_counter()
        answer = screener.get(path)
        taken = time.perf_counter() - started
        if answer.status_code != 404:
            raise SystemExit(f"{path}: expected 404, got {answer.status_code}")
        if place >= len(warm):
            found[turn].append(taken)
    return found
