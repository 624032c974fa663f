"""Submission against a bare route as the population grows."""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from safeguard import create_app
from safeguard.kernel.clock import now
from safeguard.kernel.database import db
from safeguard.ops.demo.accounts import PASSWORD
from safeguard.ops.demo.loader import load
from safeguard.referrals.model import Referral
from tests.bench.bare import bare_client
from tests.bench.databases import made
from tests.bench.timing import p95, timed
from tests.conftest import migrated, settings_for
from tests.documents import siblings
from tests.pages import Visitor, hidden_of


def options(parser: argparse.ArgumentParser) -> None:
    """What may be asked for."""
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--children", type=int, nargs="+", default=[1000, 60_000], help="sizes of the population")
    parser.add_argument("--submissions", type=int, default=60)


def run(asked: argparse.Namespace, folder: Path) -> None:
    """Send referrals over HTTP, in turn with a bare route that writes one row, at each size of population."""
    found = []
    for children in asked.children:
        url, stop = made(asked.database, folder, migrated)
        app = create_app(settings_for(url))
        started = time.perf_counter()
        with app.app_context():
            load(children=children, seed=2026, today=now().date() - timedelta(days=1))
            db.session.remove()
        loaded = time.perf_counter() - started
        ours, bare = _race(app, bare_client(url), asked.submissions)
        found.append((statistics.median(ours), p95(ours), statistics.median(bare), p95(bare)))
        print(
            f"submit, {asked.database}, {children:>6,} children (loaded in {loaded:.0f} s): "
            f"p50 {found[-1][0] * 1000:.1f} ms, p95 {found[-1][1] * 1000:.1f} ms; "
            f"bare route p50 {statistics.median(bare) * 1000:.1f} ms, p95 {p95(bare) * 1000:.1f} ms; "
            f"ratio p50 {found[-1][0] / statistics.median(bare):.1f}, p95 {found[-1][1] / p95(bare):.1f}"
        )  # fmt: skip
        sys.stdout.flush()
        with app.app_context():
            db.engine.dispose()
        stop()
    if len(found) > 1:
        middle, slow, bare_middle, bare_slow = (large / small for large, small in zip(found[-1], found[0], strict=True))
        print(
            f"submit, {asked.database}: largest population over smallest: p50 {middle:.2f}, p95 {slow:.2f}; against the bare "
            f"route of the same minutes: p50 {middle / bare_middle:.2f}, p95 {slow / bare_slow:.2f} (bar 1.5)"
        )


def _race(app: Flask, bare: Any, rounds: int) -> tuple[list[float], list[float]]:
    school = Visitor(app.test_client())
    school.submit("/sign-in", {"email": "school@demo.example", "password": PASSWORD})
    ours, theirs = [], []
    for number in range(rounds + 5):
        draft = school.submit("/referrals", {}, to="/referrals/new").headers["Location"].split("/")[2]
        _fill(app, draft, number)
        hidden = hidden_of(school.get(f"/referrals/{draft}/check").get_data(as_text=True))
        ours.append(timed(lambda draft=draft, hidden=hidden: school.post(f"/referrals/{draft}/submit", hidden), 302))
        theirs.append(timed(lambda: bare.post("/row"), 201))
    return ours[5:], theirs[5:]


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
