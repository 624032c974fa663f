"""Signing in with a password. The password is checked between two transactions, so that nobody waits for its hash."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from safeguard.access.actor import Actor
from safeguard.accounts import factors, sessions, throttle
from safeguard.accounts.model import KnownDevice
from safeguard.agencies.model import Account
from safeguard.agencies.passwords import hash_password, needs_new_hash
from safeguard.agencies.service import actor_of_account, signs_in
from safeguard.audit.service import record
from safeguard.kernel.clock import now

_DEVICES_KEPT = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A try that has been counted: which account it is about, what its password must match, and what to give back."""

    account_id: uuid.UUID | None
    password_hash: str | None
    tries: tuple[uuid.UUID, ...]
    key: str
    address: str


@dataclass(frozen=True, slots=True)
class SignedInAs:
    """A session that has begun. `awaits`: a second factor is still to come, and until then it opens nothing."""

    actor: Actor
    token: str
    awaits: bool


def ask(session: Session, *, email: str, network: str, marks: Sequence[str]) -> Asked:
    """Count a try for `email` from `network` (an IP address) and the browser that bears these `marks`.

    Raises:
        TooManyTries: too many from here, or for this address, whether or not it has an account.
    """
    address = email.strip().lower()
    account = session.scalar(select(Account).where(Account.email == address, signs_in()))
    known = known_device(session, account.id if account else None, marks)
    key = f"password device {known.id}" if known else f"password account {address}"
    limits = [(key, throttle.PASSWORD_OF_ACCOUNT)]
    if not known:
        limits.append((f"password network {throttle.network_of(network)}", throttle.PASSWORD_FROM_NETWORK))
    tries = throttle.spend(session, *limits)
    return Asked(account.id if account else None, account.password_hash if account else None, tries, key, address)


def conclude(session: Session, asked: Asked, *, right: bool, password: str, device: str, whom: str) -> SignedInAs | None:
    """Begin a session where the password was `right`; None otherwise, which is noted.

    Args:
        device: the browser, in words.
        whom: whom this installation asks for a second factor.
    """
    found = select(Account).where(Account.id == asked.account_id, signs_in()).options(joinedload(Account.agency))
    account = session.scalar(found.with_for_update(of=Account))
    if account is None or not right or account.password_hash != asked.password_hash:
        record(session, None, "account.sign_in_failed", subject_kind="account", subject_id=asked.account_id)
        return None
    throttle.give_back(session, asked.tries)
    if needs_new_hash(account.password_hash):
        account.password_hash = hash_password(password)
    actor = actor_of_account(account)
    awaits = factors.awaits(session, account, whom)
    token = sessions.begin(session, account, level="password", device=device, awaits=awaits)
    if not awaits:
        record(session, actor, "account.signed_in", subject_kind="account", subject_id=account.id, by="password")
    return SignedInAs(actor, token, awaits)


def known_device(session: Session, account_id: uuid.UUID | None, marks: Sequence[str]) -> KnownDevice | None:
    """The device that bears one of `marks`, if this account signed in from it before."""
    if account_id is None or not marks:
        return None
    borne = [sessions.sha256(mark) for mark in marks]
    return session.scalar(select(KnownDevice).where(KnownDevice.account_id == account_id, KnownDevice.token_sha256.in_(borne)).limit(1))


def know_device(session: Session, account_id: uuid.UUID, marks: Sequence[str]) -> str | None:
    """Know this browser again for `account_id`: a mark to leave with it, or None where it bears one already."""
    at = now()
    found = known_device(session, account_id, marks)
    if found:
        found.last_used_at = at
        return None
    fresh = secrets.token_urlsafe(32)
    session.add(KnownDevice(account_id=account_id, token_sha256=sessions.sha256(fresh), last_used_at=at))
    session.flush()
    newest = select(KnownDevice.id).where(KnownDevice.account_id == account_id).order_by(KnownDevice.last_used_at.desc(), KnownDevice.id)
    kept = list(session.scalars(newest.limit(_DEVICES_KEPT)))
    session.execute(delete(KnownDevice).where(KnownDevice.account_id == account_id, KnownDevice.id.not_in(kept)))
    return fresh


def forget_devices(session: Session, account_id: uuid.UUID) -> None:
    """Know none of an account's devices any longer."""
    session.execute(delete(KnownDevice).where(KnownDevice.account_id == account_id))
