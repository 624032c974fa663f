"""Setting a password: what is refused, and what ends with the one before."""

from __future__ import annotations

import uuid

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from safeguard.access.actor import Actor
from safeguard.accounts import links, outbox, sessions
from safeguard.accounts.common_passwords import problem_of
from safeguard.accounts.signing_in import forget_devices
from safeguard.agencies.model import Account
from safeguard.agencies.service import actor_of_account
from safeguard.audit.service import record

_SERVICE = ("safeguard", "safeguarding", "mash", "hub", "referral", "children", "social care")


def problem_with(session: Session, account_id: uuid.UUID, password: str) -> str | None:
    """What is wrong with `password` for this account, in words; None where nothing is."""
    account = session.scalars(select(Account).where(Account.id == account_id).options(joinedload(Account.agency))).one()
    settings = current_app.config["SETTINGS"]
    theirs = (account.name, account.email, account.job_title, account.agency.name)
    return problem_of(password, (*theirs, settings.service_name, settings.authority_name, *_SERVICE), settings.breached_passwords)


def change(session: Session, actor: Actor, password_hash: str, *, keep: uuid.UUID | None) -> None:
    """The actor's new password. Every other session of theirs ends, and no browser is known any longer."""
    account = session.scalars(select(Account).where(Account.id == actor.account_id).with_for_update()).one()
    _set(session, account, actor, password_hash, keep)


def set_by_link(session: Session, account: Account, password_hash: str) -> None:
    """A password set through a link that its owner opened. Every session ends: whoever had one must prove themselves again."""
    _set(session, account, actor_of_account(account), password_hash, None)


def _set(session: Session, account: Account, actor: Actor, password_hash: str, keep: uuid.UUID | None) -> None:
    account.password_hash = password_hash
    ended = sessions.end_all(session, account.id, but=keep)
    forget_devices(session, account.id)
    links.withdraw(session, account)
    outbox.put(session, "password_set", account_id=account.id)
    record(session, actor, "account.password_set", subject_kind="account", subject_id=account.id, sessions=ended)
