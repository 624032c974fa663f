"""Looking after accounts: closing one, giving another role. Either ends every session of the account, on every process."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor, Role
from safeguard.accounts import sessions
from safeguard.accounts.signing_in import forget_devices
from safeguard.agencies.model import Account
from safeguard.audit.service import record


def close(session: Session, actor: Actor | None, account: Account) -> None:
    """Close an open account at once: its sessions end, and what it did stays on record. `actor` None: a command."""
    account.active = False
    ended = sessions.end_all(session, account.id)
    forget_devices(session, account.id)
    record(session, actor, "account.closed", subject_kind="account", subject_id=account.id, sessions=ended)


def give_role(session: Session, actor: Actor | None, account: Account, role: Role) -> None:
    """Give an account another role. It signs in again before it does anything in it."""
    before, account.role = account.role, role.value
    ended = sessions.end_all(session, account.id)
    record(
        session, actor, "account.role_changed", subject_kind="account", subject_id=account.id,
        before=before, after=role.value, sessions=ended,
    )  # fmt: skip


def open_account_of(session: Session, email: str) -> Account | None:
    """The open account with that email address, if there is one."""
    return session.scalar(select(Account).where(Account.email == email.strip().lower(), Account.active))
