"""Telling people of sign-ins they may not know of, and of guesses at theirs; and how many sessions somebody may have at once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.accounts import outbox, sessions, throttle
from safeguard.accounts.model import KnownDevice
from safeguard.accounts.signing_in import know_device
from safeguard.audit.service import record
from safeguard.kernel.errors import TooManyTries


def arrived(session: Session, account_id: uuid.UUID, marks: Sequence[str]) -> str | None:
    """Somebody has just signed in from the browser that bears these `marks`: a mark to leave with it, where it bears none of theirs.

    The owner is told of a browser that is new, unless it is their first. Of more sessions than one may have, those used longest
    ago end: only a whole sign-in counts here, so whoever knows a password and no more ends nobody's session.
    """
    elsewhere = session.scalar(select(KnownDevice.id).where(KnownDevice.account_id == account_id).limit(1))
    mark = know_device(session, account_id, marks)
    if mark and elsewhere:
        outbox.put(session, "new_browser", account_id=account_id)
    ended = sessions.end_oldest(session, account_id)
    if ended:
        record(session, None, "account.sessions_ended", subject_kind="account", subject_id=account_id, sessions=ended, over=sessions.MOST)
    return mark


def guessed(session: Session, key: str, limit: throttle.Limit, *, account_id: uuid.UUID | None = None, address: str | None = None) -> None:
    """Tell the owner of an account, once an hour at most, where the tries under `key` are used up.

    Args:
        address: as somebody typed it; whether it has an account is looked up when the email is sent, so that nothing differs here.
    """
    if not throttle.is_spent(session, key, limit):
        return
    try:
        throttle.spend(session, (f"told of guesses {account_id or address}", throttle.TOLD_OF_GUESSES))
    except TooManyTries:
        return
    outbox.put(session, "guessed", account_id=account_id, address=address)
