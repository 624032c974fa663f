"""Passwords: Argon2id, the same work whether or not the account exists, and only a few at a time."""

from __future__ import annotations

from dataclasses import dataclass
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import Flask, current_app

from safeguard.kernel.errors import TooManyTries

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
# What stands where an account has no password: nothing that can be typed opens it.
NO_PASSWORD = "!"  # noqa: S105  not one
_PASSWORDS = "safeguard_passwords"
# OWASP's second profile: 46 MiB, one pass, one lane; about 50 ms.
MEMORY_KIB = 47_104
# Each takes that memory and a processor: more at once would only make everybody wait.
_AT_ONCE = 4
_WAIT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class _Passwords:
    hasher: PasswordHasher
    nobody: str
    turns: BoundedSemaphore


def keep(app: Flask, *, memory_kib: int = MEMORY_KIB) -> None:
    """Give `app` its hasher. Tests ask for less memory; nothing else does."""
    hasher = PasswordHasher(time_cost=1, memory_cost=memory_kib, parallelism=1)
    app.extensions[_PASSWORDS] = _Passwords(hasher, hasher.hash("no account has this password"), BoundedSemaphore(_AT_ONCE))


def hash_password(password: str) -> str:
    """The Argon2id hash of `password`, with its parameters and salt.

    Raises:
        TooManyTries: too many are being hashed at this moment.
    """
    kept = _kept()
    _take_turn(kept)
    try:
        return kept.hasher.hash(password)
    finally:
        kept.turns.release()


def password_is_right(password_hash: str | None, password: str) -> bool:
    """Whether `password` opens `password_hash`. With None, or no password set, the same time is spent and the answer is no.

    Raises:
        TooManyTries: too many are being checked at this moment.
    """
    kept = _kept()
    against = password_hash if password_hash and password_hash != NO_PASSWORD else None
    _take_turn(kept)
    try:
        kept.hasher.verify(against or kept.nobody, password if len(password) <= LONGEST_PASSWORD else "")
    except (VerificationError, InvalidHashError):
        return False
    finally:
        kept.turns.release()
    return against is not None


def needs_new_hash(password_hash: str) -> bool:
    """Whether a hash was made with other parameters than are used now."""
    return _kept().hasher.check_needs_rehash(password_hash)


def _take_turn(kept: _Passwords) -> None:
    if not kept.turns.acquire(timeout=_WAIT_SECONDS):
        raise TooManyTries(_WAIT_SECONDS)


def _kept() -> _Passwords:
    found: _Passwords = current_app.extensions[_PASSWORDS]
    return found
