"""The second step of signing in: a code of the authenticator, or a recovery code. Each try is counted first."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.accounts import authenticator, noticing, recovery, sessions, throttle
from safeguard.accounts.signing_in import known_device
from safeguard.agencies.passwords import password_is_right
from safeguard.audit.service import record


@dataclass(frozen=True, slots=True)
class Asked:
    """A try that has been counted, and the recovery code it may be about."""

    tries: tuple[uuid.UUID, ...]
    key: str
    kept: recovery.Kept | None
    recovers: bool


def ask(session: Session, actor: Actor, code: str, *, marks: Sequence[str]) -> Asked:
    """Count a try of `code`.

    Raises:
        TooManyTries: too many in the last quarter of an hour.
    """
    known = known_device(session, actor.account_id, marks)
    key = f"code device {known.id}" if known else f"code account {actor.account_id}"
    recovers = recovery.looks_like_one(code)
    kept = recovery.kept_for(session, actor.account_id, code) if recovers else None
    return Asked(throttle.spend(session, (key, throttle.CODE_OF_ACCOUNT)), key, kept, recovers)


def looked_at(asked: Asked, code: str) -> bool:
    """Whether a recovery code is right. Slow, so no transaction is open; True where it is no recovery code."""
    return not asked.recovers or password_is_right(asked.kept.code_hash if asked.kept else None, recovery.plain(code))


def accepted(session: Session, actor: Actor, asked: Asked, code: str, *, looked_at: bool) -> bool:
    """Use the code up and give the try back, where it is right; note it where it is not."""
    if asked.recovers:
        right = looked_at and asked.kept is not None and recovery.use(session, asked.kept)
        if right:
            record(session, actor, "account.recovery_used", subject_kind="account", subject_id=actor.account_id)
    else:
        right = authenticator.code_is_right(session, actor.account_id, code)
    if right:
        throttle.give_back(session, asked.tries)
    else:
        record(session, actor, "account.factor_failed", subject_kind="account", subject_id=actor.account_id)
        noticing.guessed(session, asked.key, throttle.CODE_OF_ACCOUNT, account_id=actor.account_id)
    return right


def admit(session: Session, actor: Actor, token: str, by: str) -> str:
    """The session of `token` has its second factor now: its new token.

    Raises:
        NotFound: it ended meanwhile.
    """
    record(session, actor, "account.signed_in", subject_kind="account", subject_id=actor.account_id, by=by)
    return sessions.prove(session, token, level="second_factor")
