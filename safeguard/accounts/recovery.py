"""Recovery codes: ten, on paper, each for one sign-in without the authenticator. Kept as Argon2id hashes."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from safeguard.accounts.proof_model import RecoveryCode
from safeguard.agencies.passwords import hash_password
from safeguard.kernel.clock import now

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})
_COUNT = 10
_GROUPS = 3


@dataclass(frozen=True, slots=True)
class Kept:
    """A code of an account that was not used yet, as its hash."""

    id: uuid.UUID
    code_hash: str


def new_codes() -> list[tuple[str, str]]:
    """Ten codes, such as `3-9KQ2-XV70-MBTE`, each with its hash. Slow: call it before a transaction is open."""
    codes = ["-".join((str(place), *(_group() for _ in range(_GROUPS)))) for place in range(_COUNT)]
    return [(code, hash_password(plain(code))) for code in codes]


def _group() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(4))


def keep(session: Session, account_id: uuid.UUID, codes: Sequence[tuple[str, str]]) -> None:
    """Keep these codes for an account; those it had open nothing any longer."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.add_all(RecoveryCode(account_id=account_id, place=place, code_hash=hashed) for place, (_code, hashed) in enumerate(codes))
    session.flush()


def kept_for(session: Session, account_id: uuid.UUID, code: str) -> Kept | None:
    """The code that the first character of `code` points to, if it was not used yet; whether it is right is not looked at."""
    first = plain(code)[:1]
    if not (first.isascii() and first.isdigit()):
        return None
    found = session.execute(
        select(RecoveryCode.id, RecoveryCode.code_hash).where(
            RecoveryCode.account_id == account_id, RecoveryCode.place == int(first), RecoveryCode.used_at.is_(None)
        )
    ).first()
    return Kept(found.id, found.code_hash) if found else None


def use(session: Session, kept: Kept) -> bool:
    """Use a code up; False where somebody else was first."""
    used = session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.id == kept.id, RecoveryCode.used_at.is_(None))
        .values(used_at=now())
        .returning(RecoveryCode.id)
    ).all()
    return bool(used)


def plain(code: str) -> str:
    """A code as it is hashed, however it was typed."""
    return "".join(code.upper().split()).replace("-", "").translate(_MISREAD)


def looks_like_one(code: str) -> bool:
    """Whether what was typed is a recovery code rather than six digits of an authenticator."""
    return len(plain(code)) == 1 + 4 * _GROUPS
