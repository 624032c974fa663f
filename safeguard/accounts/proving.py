"""Proving again who one is, within a session: the token changes, and the proof is fresh for ten minutes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.accounts import sessions, throttle
from safeguard.accounts.signing_in import known_device
from safeguard.agencies.model import Account
from safeguard.audit.service import record


@dataclass(frozen=True, slots=True)
class Asked:
    """A try that has been counted, and what the password must match."""

    password_hash: str
    tries: tuple[uuid.UUID, ...]


def ask(session: Session, actor: Actor, *, marks: Sequence[str]) -> Asked:
    """Count a try of the signed-in `actor`.

    Raises:
        TooManyTries: too many in the last quarter of an hour.
    """
    account = session.scalars(select(Account).where(Account.id == actor.account_id)).one()
    known = known_device(session, account, marks)
    key = f"prove device {known.id}" if known else f"prove account {account.id}"
    return Asked(account.password_hash, throttle.spend(session, (key, throttle.PASSWORD_OF_ACCOUNT)))


def conclude(session: Session, actor: Actor, asked: Asked, token: str, *, right: bool) -> str | None:
    """The new token of the session where the password was `right`; None otherwise, which is noted.

    Raises:
        NotFound: the session ended meanwhile.
    """
    account = session.scalar(select(Account).where(Account.id == actor.account_id, Account.active))
    if account is None or not right or account.password_hash != asked.password_hash:
        record(session, actor, "account.proof_failed", subject_kind="account", subject_id=actor.account_id)
        return None
    throttle.give_back(session, asked.tries)
    record(session, actor, "account.proved", subject_kind="account", subject_id=account.id)
    return sessions.prove(session, token)
