"""Guessing is slowed down by account and network, on every process and over a restart; nobody is locked out by strangers."""

from __future__ import annotations

import random
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select

from safeguard import create_app
from safeguard.accounts import signing_in, throttle
from safeguard.accounts.model import SignInTry
from safeguard.audit.model import AuditEvent
from safeguard.kernel.clock import told_time
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import TooManyTries
from safeguard.ops.demo.accounts import PASSWORD
from tests.conftest import settings_for
from tests.integration.help import MONDAY
from tests.pages import Visitor

_EMAIL = "screener@demo.example"


def _guess(network: str, email: str = _EMAIL, marks: tuple[str, ...] = ()) -> bool:
    """Whether a guess is looked at at all; it is always wrong."""
    try:
        with transaction() as session:
            asked = signing_in.ask(session, email=email, network=network, marks=marks)
    except TooManyTries:
        return False
    with transaction() as session:
        signing_in.conclude(session, asked, right=False, password="guess", device="A browser", whom="none")
    return True


@pytest.mark.parametrize("networks", [1, 500])
def test_of_ten_thousand_guesses_ten_in_a_quarter_of_an_hour_are_looked_at(context: Flask, networks: int) -> None:
    """One guess every six seconds, 10,000 in all; to be quick, those refused at once are skipped until the next try falls due."""
    numbers = random.Random(7)
    looked_at: list[int] = []
    guess = 0
    while guess < 10_000 and len(looked_at) < 60:
        with told_time(MONDAY + timedelta(seconds=6 * guess)):
            if _guess(f"10.0.{numbers.randrange(networks) // 250}.{numbers.randrange(networks) % 250}"):
                looked_at.append(6 * guess)
                guess += 1
            else:
                waits = looked_at[-10] + 900 - 6 * guess
                guess += max(1, min(waits // 6, 20))
    for first, eleventh in zip(looked_at, looked_at[10:], strict=False):
        assert eleventh - first >= 900


def test_known_devices_and_their_owner_get_in_whatever_strangers_guess(app: Flask) -> None:
    owner = Visitor(app.test_client())
    owner.submit("/sign-in", {"email": _EMAIL, "password": PASSWORD})
    owner.submit("/queue", {}, to="/sign-out")
    stranger = Visitor(app.test_client())
    for _try in range(10):
        assert stranger.submit("/sign-in", {"email": _EMAIL, "password": "guess"}).status_code == 400
    slowed = stranger.submit("/sign-in", {"email": _EMAIL, "password": PASSWORD})
    assert slowed.status_code == 429
    assert "Nothing was checked" in slowed.get_data(as_text=True)
    assert owner.submit("/sign-in", {"email": _EMAIL, "password": PASSWORD}).status_code == 302
    assert owner.get("/queue").status_code == 200


def test_a_stolen_mark_has_no_more_tries_than_anybody(context: Flask) -> None:
    with transaction() as session:
        account = session.scalars(select(signing_in.Account).where(signing_in.Account.email == _EMAIL)).one()
        mark = signing_in.know_device(session, account.id, ())
    assert mark is not None
    assert sum(_guess("10.0.0.1", marks=(mark,)) for _try in range(12)) == 10
    assert sum(_guess("10.0.0.1", email="police@demo.example", marks=(mark,)) for _try in range(12)) == 10, "it is a mark of one account"


def test_unknown_addresses_are_slowed_down_as_known_ones_are(context: Flask) -> None:
    assert [_guess("10.0.0.1", email="nobody@demo.example") for _try in range(11)] == [True] * 10 + [False]


def test_one_network_cannot_try_every_address(context: Flask) -> None:
    looked_at = [_guess("10.0.0.1", email=f"nobody{number}@demo.example") for number in range(101)]
    assert looked_at == [True] * 100 + [False]
    assert _guess("10.0.0.2")


def test_a_household_of_ipv6_addresses_is_one_network() -> None:
    assert throttle.network_of("2001:db8:1:2:3::4") == throttle.network_of("2001:db8:1:2:ffff::1")
    assert throttle.network_of("2001:db8:1:3::1") != throttle.network_of("2001:db8:1:2::1")
    assert throttle.network_of("not an address") == "unknown"


def test_tries_are_counted_by_every_process_and_over_a_restart(app: Flask, database_url: str) -> None:
    with app.app_context():
        assert sum(_guess("10.0.0.1") for _try in range(6)) == 6
        db.session.remove()
        db.engine.dispose()
    other = create_app(settings_for(database_url))
    with other.app_context():
        assert [_guess("10.0.0.9") for _try in range(5)] == [True] * 4 + [False]
        db.session.remove()
        db.engine.dispose()


def test_the_table_tells_neither_address_nor_network_and_does_not_grow(context: Flask) -> None:
    with told_time(MONDAY):
        _guess("10.0.0.1")
        keys = set(db.session.scalars(select(SignInTry.key)))
    assert all(len(key) == 64 and "10.0" not in key for key in keys)
    with told_time(MONDAY + timedelta(hours=2)):
        _guess("10.0.0.1")
        assert db.session.scalar(select(func.count()).select_from(SignInTry)) == 2


def test_what_happens_meanwhile_counts(context: Flask) -> None:
    """The account is closed, or its password changed, between counting the try and looking at it."""
    with transaction() as session:
        asked = signing_in.ask(session, email=_EMAIL, network="10.0.0.1", marks=())
    with transaction() as session:
        session.scalars(select(signing_in.Account).where(signing_in.Account.email == _EMAIL)).one().active = False
    with transaction() as session:
        found = signing_in.conclude(session, asked, right=True, password=PASSWORD, device="A browser", whom="none")
    assert found is None
    assert db.session.scalars(select(AuditEvent.action).where(AuditEvent.action == "account.sign_in_failed")).all()




def test_guesses_at_once_are_counted_one_by_one(app: Flask) -> None:
    together, looked_at = Barrier(16), []

    def guess() -> None:
        with app.app_context():
            together.wait()
            try:
                with transaction() as session:
                    throttle.spend(session, ("password account x", throttle.PASSWORD_OF_ACCOUNT))
                looked_at.append(1)
            except TooManyTries:
                pass
            db.session.remove()

    hands = [Thread(target=guess) for _ in range(16)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert len(looked_at) == 10
