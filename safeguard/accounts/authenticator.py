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


def secret_to_set_up(session: Session, account_id: uuid.UUID, shown: uuid.UUID | None) -> tuple[uuid.UUID, str]:
    """The authenticator that is being set up, and its secret: the same while one browser sets it up, so that a page may be loaded twice.

    Any other browser gets another, and what was shown before confirms nothing: whoever has the password alone would else look
    at the secret, wait for its owner to confirm it, and have both.

    Args:
        shown: the one that this browser was shown before, if any.

    Raises:
        ValueError: the account has a confirmed one already.
    """
    session.execute(select(Account.id).where(Account.id == account_id).with_for_update())  # of two browsers at once, one waits
    found = session.scalar(select(Authenticator).where(Authenticator.account_id == account_id))
    if found and found.confirmed_at:
        raise ValueError("the account has an authenticator")
    if found and found.secret and found.id == shown:
        return found.id, found.secret
    session.execute(delete(Authenticator).where(Authenticator.account_id == account_id))
    made = Authenticator(id=uuid.uuid4(), account_id=account_id, made_at=now())
    made.secret = pyotp.random_base32(32)
    session.add(made)
    session.flush()
    return made.id, str(made.secret)


def address_of(secret: str, account: Account, service: str) -> str:
    """What the picture to scan holds: an `otpauth://` address."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name=service)


def confirm(session: Session, account_id: uuid.UUID, shown: uuid.UUID | None, code: str) -> bool:
    """Confirm the authenticator that this browser was `shown` by a first `code` of it."""
    if shown is None or not _accept(session, account_id, code, shown=shown):
        return False
    session.execute(update(Authenticator).where(Authenticator.id == shown).values(confirmed_at=now()))
    return True


def code_is_right(session: Session, account_id: uuid.UUID, code: str) -> bool:
    """Whether `code` is shown by the account's authenticator about now, and was not used before. It is used up."""
    return _accept(session, account_id, code, shown=None)


def take_away(session: Session, account_id: uuid.UUID) -> None:
    """The account has no authenticator any longer."""
    session.execute(delete(Authenticator).where(Authenticator.account_id == account_id))


def _accept(session: Session, account_id: uuid.UUID, code: str, *, shown: uuid.UUID | None) -> bool:
    """`shown`: the one that is being set up; None: the one that is confirmed."""
    being_set_up = Authenticator.confirmed_at.is_(None) & (Authenticator.id == shown)
    of_these = Authenticator.confirmed_at.is_not(None) if shown is None else being_set_up
    found = session.scalar(select(Authenticator).where(Authenticator.account_id == account_id, of_these))
    typed = "".join(code.split())
    if found is None or not (typed.isascii() and typed.isdigit()):
        return False
    step = int(now().timestamp()) // _STEP_SECONDS
    app = pyotp.TOTP(found.secret or "")
    fitting = [step + drift for drift in _DRIFT if hmac.compare_digest(app.generate_otp(step + drift), typed)]
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
