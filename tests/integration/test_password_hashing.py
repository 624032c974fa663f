"""Passwords as they are kept and looked at: as typed, by no rule of composition, a few at a time; and how random secrets are."""

from __future__ import annotations

import math

import pytest
from argon2 import PasswordHasher, extract_parameters
from flask import Flask

from safeguard.accounts import authenticator, links, recovery, sessions
from safeguard.accounts.new_password import problem_with
from safeguard.agencies import passwords
from safeguard.agencies.service import account_of
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import TooManyTries
from safeguard.meetings.handing.rules import ALPHABET
from safeguard.meetings.handover import new_password
from tests.integration.help import somebody

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_password_opens_exactly_as_it_was_typed(context: Flask) -> None:
    typed = "  Willow Lantern ünder 42 " + "x" * 170
    kept = passwords.hash_password(typed)
    assert passwords.password_is_right(kept, typed)
    for other in (typed.strip(), typed.lower(), typed[:72], typed[:-1], typed + " ", typed.replace("ü", "u")):
        assert not passwords.password_is_right(kept, other)


def test_nobody_s_password_costs_what_somebody_s_does(context: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no account, or one without a password, a hash is looked at all the same: time tells nothing."""
    looked_at: list[str] = []
    kept, verify = context.extensions["safeguard_passwords"], PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda self, against, typed: looked_at.append(against) or verify(self, against, typed))
    for held in (None, passwords.NO_PASSWORD):
        assert not passwords.password_is_right(held, "no account has this password")
    assert looked_at == [kept.nobody, kept.nobody]
    assert extract_parameters(kept.nobody) == extract_parameters(passwords.hash_password("x"))


def test_no_rule_of_composition_and_no_end(context: Flask) -> None:
    """Small letters alone, figures alone or spaces will do, where nobody would guess them."""
    with transaction() as session:
        key = somebody(session).account_id
        for typed in ("quietly mended kettles", "825190366714920357", "ÄÖÜ ÄÖÜ quince ledger"):
            assert problem_with(session, key, typed) is None, typed


def test_no_more_than_a_few_are_looked_at_at_once(context: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_WAIT_SECONDS", 0.01)
    turns = context.extensions["safeguard_passwords"].turns
    for _n in range(4):
        assert turns.acquire(blocking=False)
    for asks in (lambda: passwords.hash_password("x"), lambda: passwords.password_is_right(None, "x")):
        with pytest.raises(TooManyTries):
            asks()
    turns.release()
    assert not passwords.password_is_right(None, "x")


def test_secrets_are_long_enough_and_no_two_are_alike(context: Flask) -> None:
    """In bits, from their length and alphabet: links, sessions, authenticator apps, recovery codes, passwords of files."""
    with transaction() as session:
        account = account_of(session, somebody(session))
        made = {
            ("links", 6.0): (192, [links.make(session, account, "reset") for _n in range(5)]),
            ("sessions", 6.0): (256, [sessions.begin(session, account, level="password", device="x") for _n in range(5)]),
            ("apps", 5.0): (160, [authenticator.secret_to_set_up(session, account.id, None)[1] for _n in range(5)]),
            ("files", math.log2(len(ALPHABET))): (99, [new_password().replace("-", "") for _n in range(5)]),
        }
    codes = [code.partition("-")[2].replace("-", "") for code, _hashed in recovery.new_codes()]
    made["recovery", 5.0] = (60, codes)
    for (what, bits), (least, found) in made.items():
        assert len(set(found)) == len(found), what
        assert all(int(len(one) * bits) >= least for one in found), what
