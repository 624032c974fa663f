"""Slowing guesses down, in our own table: it holds on one process and on many, and over a restart.

A try is counted before it is looked at, by account and by network. A device from which the account signed in before has
tries of its own, so a stranger can use up only those of strangers.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from flask import current_app
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from safeguard.accounts.model import SignInTry
from safeguard.kernel.clock import now
from safeguard.kernel.errors import TooManyTries


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `tries` in any stretch of `within` under one key."""

    tries: int
    within: timedelta


QUARTER = timedelta(minutes=15)
PASSWORD_OF_ACCOUNT = Limit(10, QUARTER)
PASSWORD_FROM_NETWORK = Limit(100, QUARTER)
CODE_OF_ACCOUNT = Limit(5, QUARTER)
LINK_FROM_NETWORK = Limit(30, QUARTER)
PASSKEY_FROM_NETWORK = Limit(300, QUARTER)
CALLS_OF_TOKEN = Limit(600, QUARTER)
BAD_TOKEN_FROM_NETWORK = Limit(30, QUARTER)
TOLD_OF_GUESSES = Limit(1, timedelta(hours=1))
MAIL_TO_ADDRESS = Limit(3, timedelta(hours=1))
MAIL_FROM_NETWORK = Limit(30, timedelta(hours=1))
_LONGEST = timedelta(hours=1)


def spend(session: Session, *limited: tuple[str, Limit]) -> tuple[uuid.UUID, ...]:
    """Count one try under each key; its id can be given back.

    Raises:
        TooManyTries: one of the keys has none left; then nothing is counted.
    """
    at = now()
    session.execute(delete(SignInTry).where(SignInTry.at < at - _LONGEST))
    hidden = sorted((hide(key), limit) for key, limit in limited)
    if session.get_bind().dialect.name == "postgresql":
        for key, _limit in hidden:
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": int(key[:15], 16)})
    for key, limit in hidden:
        spent = session.scalar(select(func.count()).where(SignInTry.key == key, SignInTry.at > at - limit.within)) or 0
        if spent >= limit.tries:
            raise TooManyTries(int(limit.within.total_seconds()))
    made = [SignInTry(id=uuid.uuid4(), key=key, at=at) for key, _limit in hidden]
    session.add_all(made)
    session.flush()
    return tuple(one.id for one in made)


def is_spent(session: Session, key: str, limit: Limit) -> bool:
    """Whether every try under `key` is used up."""
    spent = session.scalar(select(func.count()).where(SignInTry.key == hide(key), SignInTry.at > now() - limit.within)) or 0
    return spent >= limit.tries


def give_back(session: Session, tries: tuple[uuid.UUID, ...]) -> None:
    """The try was right: it counts against nobody."""
    session.execute(delete(SignInTry).where(SignInTry.id.in_(tries)))


def network_of(address: str) -> str:
    """The network that an IP address counts for: itself, or its /64, which one household or school has to itself."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    return found.exploded[:19] if isinstance(found, IPv6Address) and found.ipv4_mapped is None else str(found)


def hide(key: str) -> str:
    """A key as the table holds it: a keyed hash, because a plain one of an address is soon guessed."""
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, b"tries:" + key.encode(), hashlib.sha256).hexdigest()
