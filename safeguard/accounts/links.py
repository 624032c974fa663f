"""Links by email, to set a password: each opens once, and of each kind only the last one sent opens at all."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from safeguard.accounts.proof_model import AccountLink
from safeguard.accounts.sessions import sha256
from safeguard.agencies.model import Account
from safeguard.agencies.service import signs_in
from safeguard.kernel.clock import now

LASTS = {"invitation": timedelta(days=3), "reset": timedelta(minutes=30)}


@dataclass(frozen=True, slots=True)
class Opened:
    """What a code opens: whose account, and for what."""

    account: Account
    purpose: str


def make(session: Session, account: Account, purpose: str) -> str:
    """The code of a new link; those of its kind that were sent before open nothing any longer.

    An invitation holds: anybody can have a new password asked for, and would else take it from whoever was invited.
    """
    withdraw(session, account, purpose)
    code, at = secrets.token_urlsafe(24), now()
    session.add(
        AccountLink(account_id=account.id, purpose=purpose, code_sha256=sha256(code), made_at=at, expires_at=at + LASTS[purpose])
    )
    session.flush()
    return code


def withdraw(session: Session, account: Account, purpose: str | None = None) -> None:
    """The links that were sent to the account, every one or those of a purpose, open nothing any longer."""
    going = update(AccountLink).where(AccountLink.account_id == account.id, AccountLink.used_at.is_(None))
    session.execute((going.where(AccountLink.purpose == purpose) if purpose else going).values(used_at=now()))


def opened(session: Session, code: str) -> Opened | None:
    """What `code` would open now; it is not used up."""
    found = session.execute(
        select(AccountLink.purpose, Account)
        .join(Account, Account.id == AccountLink.account_id)
        .where(AccountLink.code_sha256 == sha256(code), AccountLink.used_at.is_(None), AccountLink.expires_at > now(), signs_in())
        .options(joinedload(Account.agency))
    ).first()
    return Opened(found[1], found[0]) if found else None


def use(session: Session, code: str) -> Opened | None:
    """Use `code` up; None where it opens nothing. Of two who use it at once, one gets None."""
    found = opened(session, code)
    used = session.execute(
        update(AccountLink)
        .where(AccountLink.code_sha256 == sha256(code), AccountLink.used_at.is_(None), AccountLink.expires_at > now())
        .values(used_at=now())
        .returning(AccountLink.id)
    ).all()
    return found if used else None
