"""Which second factors an account has, and who is asked for one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from safeguard.access.actor import Role
from safeguard.accounts.proof_model import Authenticator, FederatedIdentity, Passkey, RecoveryCode, ServiceToken
from safeguard.agencies.model import Account
from safeguard.kernel.clock import now

_AT_A_PARTNER = frozenset({Role.REFERRER, Role.AGENCY_LEAD, Role.RESPONDER})


@dataclass(frozen=True, slots=True)
class Factors:
    """What an account can prove itself with besides its password."""

    authenticator: bool
    passkeys: int
    recovery_codes: int

    @property
    def any(self) -> bool:
        return self.authenticator or self.passkeys > 0

    @property
    def password_proves(self) -> bool:
        """Whether a password, with the app's code where there is an app, is all that the account asks for. Else a passkey is needed."""
        return self.authenticator or not self.passkeys


def factors_of(session: Session, account_id: uuid.UUID) -> Factors:
    """What the account has, in one query."""
    confirmed = Authenticator.confirmed_at.is_not(None)
    app = select(func.count()).select_from(Authenticator).where(Authenticator.account_id == account_id, confirmed)
    keys = select(func.count()).select_from(Passkey).where(Passkey.account_id == account_id)
    codes = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    found = session.execute(select(app.scalar_subquery(), keys.scalar_subquery(), codes.scalar_subquery())).one()
    return Factors(bool(found[0]), found[1], found[2])


def asked_of(role: Role, whom: str) -> bool:
    """Whether whoever holds `role` is asked for a second factor, where the installation asks `whom`: "desk", "all" or "none"."""
    if role is Role.MACHINE or whom == "none":
        return False
    return whom == "all" or role not in _AT_A_PARTNER


def awaits(session: Session, account: Account, whom: str) -> bool:
    """Whether a right password is not yet enough for this account: it has a second factor, or is asked for one."""
    return asked_of(Role(account.role), whom) or factors_of(session, account.id).any


def forget(session: Session, account_id: uuid.UUID) -> None:
    """Take away every second factor of an account, and its links to single sign-on."""
    for kind in (Authenticator, RecoveryCode, Passkey, FederatedIdentity):
        session.execute(delete(kind).where(kind.account_id == account_id))


def revoke_tokens(session: Session, account_id: uuid.UUID) -> None:
    """A closed machine's tokens open nothing any longer."""
    at = now()
    for token in session.scalars(select(ServiceToken).where(ServiceToken.account_id == account_id, ServiceToken.revoked_at.is_(None))):
        token.revoked_at = at
