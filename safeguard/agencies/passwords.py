"""Passwords: Argon2id, and the same work whether or not the account exists."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's second profile: 46 MiB, one pass, one lane; about 50 ms.
_HASHER = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)
_NOBODY = _HASHER.hash("no account has this password")
SHORTEST_PASSWORD = 12
_LONGEST = 200


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def password_is_right(password_hash: str | None, password: str) -> bool:
    """Whether `password` opens `password_hash`. With None the same time is spent and the answer is no."""
    try:
        _HASHER.verify(password_hash or _NOBODY, password[:_LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None
