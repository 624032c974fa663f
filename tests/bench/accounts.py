"""Accounts: can time tell who has one, how many of 10,000 guesses are looked at, and what sealing costs."""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import delete

from safeguard import create_app
from safeguard.accounts import signing_in
from safeguard.accounts.model import SignInTry
from safeguard.accounts.proof_model import Mail
from safeguard.agencies.passwords import MEMORY_KIB, hash_password
from safeguard.kernel.clock import told_time
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import TooManyTries
from safeguard.kernel.key_ring import KeyRing, new_key
from tests.bench.databases import made
from tests.conftest import prepared, settings_for
from tests.pages import Visitor, hidden_of

_KNOWN, _UNKNOWN = "screener@demo.example", "nobody-here@demo.example"
_START = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--pairs", type=int, default=150, help="requests for a known and an unknown address each")
    parser.add_argument("--guesses", type=int, default=10_000)


def run(asked: argparse.Namespace, folder: Path) -> None:
    url, stop = made(asked.database, folder, prepared)
    app = create_app(replace(settings_for(url), password_memory_kib=MEMORY_KIB))
    try:
        with app.app_context():
            _real_password(app)
        for page in ("/sign-in", "/forgotten"):
            known, unknown = _times(app, page, asked.pairs)
            print(f"{page}: a known address is answered later in {auc(known, unknown):.3f} of all pairs (0.5: time tells nothing)")
        for networks in (1, 500):
            looked_at, most, seconds = _guess(app, asked.guesses, networks)
            print(
                f"{asked.guesses:,} guesses, one a second, from {networks} networks: {looked_at} were looked at, "
                f"at most {most} in any quarter of an hour; {asked.guesses / seconds:,.0f} a second answered"
            )
        _sealing()
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        stop()


def auc(one: list[float], other: list[float]) -> float:
    """The share of pairs in which `one` is the larger: 0.5 where the two cannot be told apart."""
    return sum((a > b) + (a == b) / 2 for a in one for b in other) / (len(one) * len(other))


def _real_password(app: Flask) -> None:
    """The accounts' hashes as production makes them, so that checking one takes what it takes there."""
    hashed = hash_password("nobody guesses this one")
    with transaction() as session:
        for account in session.query(signing_in.Account):
            account.password_hash = hashed
    db.session.remove()


def _times(app: Flask, page: str, pairs: int) -> tuple[list[float], list[float]]:
    numbers, times = random.Random(11), {_KNOWN: [], _UNKNOWN: []}  # type: ignore[var-annotated]
    visitor = Visitor(app.test_client())
    for _pair in range(pairs):
        both = [_KNOWN, _UNKNOWN]
        numbers.shuffle(both)
        for email in both:
            answers = {**hidden_of(visitor.get(page).get_data(as_text=True)), "email": email, "password": "a guess"}
            started = time.perf_counter()
            visitor.post(page, answers)
            times[email].append(time.perf_counter() - started)
            with app.app_context():
                with transaction() as session:
                    session.execute(delete(SignInTry))
                    session.execute(delete(Mail))
                db.session.remove()
    return times[_KNOWN], times[_UNKNOWN]


def _guess(app: Flask, guesses: int, networks: int) -> tuple[int, int, float]:
    numbers, looked_at = random.Random(5), []
    started = time.perf_counter()
    with app.app_context():
        for second in range(guesses):
            at = _START + timedelta(seconds=second, days=networks)
            number = numbers.randrange(networks)
            with told_time(at):
                try:
                    with transaction() as session:
                        signing_in.ask(session, email=_KNOWN, network=f"10.1.{number // 250}.{number % 250}", marks=())
                    looked_at.append(second)
                except TooManyTries:
                    pass
        db.session.remove()
    seconds = time.perf_counter() - started
    return len(looked_at), max(sum(1 for one in looked_at if first <= one < first + 900) for first in looked_at), seconds


def _sealing() -> None:
    ring, text = KeyRing.read(f"bench:{new_key()}"), os.urandom(2048)
    sealed = ring.seal(text, "a.b:1")
    print(
        f"2 KB sealed in {_microseconds(lambda: ring.seal(text, 'a.b:1')):.1f} microseconds, "
        f"opened in {_microseconds(lambda: ring.open(sealed, 'a.b:1')):.1f}; {len(sealed) - len(text)} bytes more"
    )


def _microseconds(call: Callable[[], Any], times: int = 5000) -> float:
    started = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - started) / times * 1e6
