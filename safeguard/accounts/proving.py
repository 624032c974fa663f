"""Proving again who one is, within a session: the token changes, and the proof is fresh for ten minutes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.accounts import second_step, sessions, throttle
from safeguard.accounts.signing_in import known_device
from safeguard.agencies.model import Account
from safeguard.agencies.passwords import password_is_right
from safeguard.audit.service import record


@dataclass(frozen=True, slots=True)
class Asked:
    """A try that has been counted, what the password must match, and the code beside it where there is an app."""

    password_hash: str
    tries: tuple[uuid.UUID, ...]
    code: second_step.Asked | None


def ask(session: Session, actor: Actor, code: str | None, *, marks: Sequence[str]) -> Asked:
    """Count a try of the signed-in `actor`, whose account asks for no passkey. `code` is None where it has no authenticator.

    Raises:
        TooManyTries: too many in the last quarter of an hour.
    """
    password_hash = session.scalars(select(Account.password_hash).where(Account.id == actor.account_id)).one()
    known = known_device(session, actor.account_id, marks)
    key = f"prove device {known.id}" if known else f"prove account {actor.account_id}"
    tries = throttle.spend(session, (key, throttle.PASSWORD_OF_ACCOUNT))
    return Asked(password_hash, tries, None if code is None else second_step.ask(session, actor, code, marks=marks))


def looked_at(asked: Asked, password: str, code: str) -> bool:
    """Whether the password is right, and the recovery code if that is what the code is. Slow: no transaction is open."""
    right = password_is_right(asked.password_hash, password)
    return (asked.code is None or second_step.looked_at(asked.code, code)) and right


def conclude(session: Session, actor: Actor, asked: Asked, token: str, code: str, *, right: bool) -> str | None:
    """The new token of the session where all was `right`; None otherwise, which is noted.

    Raises:
        NotFound: the session ended meanwhile.
    """
    password_hash = session.scalar(select(Account.password_hash).where(Account.id == actor.account_id, Account.active))
    still = right and password_hash == asked.password_hash
    if still and asked.code is not None:
        still = second_step.accepted(session, actor, asked.code, code, looked_at=True)
    if not still:
        record(session, actor, "account.proof_failed", subject_kind="account", subject_id=actor.account_id)
        return None
    throttle.give_back(session, asked.tries)
    return renew(session, actor, token, None if asked.code is None else "second_factor")


def renew(session: Session, actor: Actor, token: str, level: str | None) -> str:
    """Note that `actor` has just proved who they are: the session's new token.

    Raises:
        NotFound: the session ended meanwhile.
    """
    record(session, actor, "account.proved", subject_kind="account", subject_id=actor.account_id)
    return sessions.prove(session, token, level=level)
