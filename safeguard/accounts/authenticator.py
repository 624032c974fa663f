"""The authenticator app: set up, confirmed, and each code accepted once."""

from __future__ import annotations

import hmac
import uuid

import pyotp
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from safeguard.accounts.proof_model import Authenticator
from safeguard.agencies.model import Account
from safeguard.kernel.clock import now

_STEP_SECONDS = 30
# A telephone's clock may be half a minute off, and people type slowly.
_DRIFT = (0, -1, 1)


def secret_to_set_up(session: Session, account_id: uuid.UUID) -> str:
    """The secret of an authenticator that is being set up: the same until it is confirmed, so that a page may be loaded twice.

    Raises:
        ValueError: the account has a confirmed one already.
    """
    found = session.scalar(select(Authenticator).where(Authenticator.account_id == account_id))
    if found and found.confirmed_at:
        raise ValueError("the account has an authenticator")
    if found and found.secret:
        return found.secret
    made = Authenticator(id=uuid.uuid4(), account_id=account_id, made_at=now())
    made.secret = pyotp.random_base32(32)
    session.add(made)
    session.flush()
    return str(made.secret)


def address_of(secret: str, account: Account, service: str) -> str:
    """What the picture to scan holds: an `otpauth://` address."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name=service)


def confirm(session: Session, account_id: uuid.UUID, code: str) -> bool:
    """Confirm the authenticator that is being set up by a first `code` of it."""
    if not _accept(session, account_id, code, confirmed=False):
        return False
    session.execute(update(Authenticator).where(Authenticator.account_id == account_id).values(confirmed_at=now()))
    return True


def code_is_right(session: Session, account_id: uuid.UUID, code: str) -> bool:
    """Whether `code` is shown by the account's authenticator about now, and was not used before. It is used up."""
    return _accept(session, account_id, code, confirmed=True)


def take_away(session: Session, account_id: uuid.UUID) -> None:
    """The account has no authenticator any longer."""
    session.execute(delete(Authenticator).where(Authenticator.account_id == account_id))


def _accept(session: Session, account_id: uuid.UUID, code: str, *, confirmed: bool) -> bool:
    found = session.scalar(select(Authenticator).where(Authenticator.account_id == account_id))
    typed = "".join(code.split())
    if found is None or bool(found.confirmed_at) is not confirmed or not (typed.isascii() and typed.isdigit()):
        return False
    step = int(now().timestamp()) // _STEP_SECONDS
    shown = pyotp.TOTP(found.secret or "")
    fitting = [step + drift for drift in _DRIFT if hmac.compare_digest(shown.generate_otp(step + drift), typed)]
    if not fitting:
        return False
    # The condition settles two who bring one code at once: the step moves on for one of them.
    used = session.execute(
        update(Authenticator)
        .where(Authenticator.id == found.id, or_(Authenticator.last_step.is_(None), Authenticator.last_step < fitting[0]))
        .values(last_step=fitting[0])
        .returning(Authenticator.id)
    ).all()
    return bool(used)
