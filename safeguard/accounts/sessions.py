"""Sessions: begun, proved, listed and ended. Kept in the database, so an ended one is ended on every process at once."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from safeguard.access.actor import Actor
from safeguard.access.assurance import Assurance, Proof
from safeguard.accounts.model import SignInSession
from safeguard.agencies.model import Account
from safeguard.agencies.service import actor_of_account, signs_in
from safeguard.audit.service import record
from safeguard.kernel.clock import now
from safeguard.kernel.errors import NotFound

# Seen-times are written at most this often, so that reading a page stays a read.
_SEEN_STEP = timedelta(minutes=1)
# How long the page for the second factor may stay open.
_AWAITS_FOR = timedelta(minutes=10)
# How many sessions one account may have at once.
MOST = 5
_LEVELS = {"password": Assurance.PASSWORD, "second_factor": Assurance.SECOND_FACTOR}


@dataclass(frozen=True, slots=True)
class Open:
    """An open session: whose, how proved, whether its seen-time is due to be written, whether its screen was hidden, what was agreed to."""

    id: uuid.UUID
    actor: Actor
    proof: Proof
    due: bool
    hidden: bool
    agreed: str | None


def begin(session: Session, account: Account, *, level: str, device: str, awaits: bool = False) -> str:
    """A new session of `account`, and its token, which nobody else will ever learn again.

    Raises:
        NotFound: the account was closed meanwhile.
    """
    # Whoever closes an account or ends its sessions comes before this one or finds it.
    if session.scalar(select(Account.id).where(Account.id == account.id, signs_in()).with_for_update()) is None:
        raise NotFound("the account is closed")
    token, at = secrets.token_urlsafe(32), now()
    session.add(
        SignInSession(
            token_sha256=sha256(token), account_id=account.id, level=level, awaits=awaits, device=device,
            created_at=at, last_seen_at=at, proved_at=at,
        )
    )  # fmt: skip
    session.flush()
    return token


def open_session(session: Session, token: str, *, idle: timedelta, absolute: timedelta) -> Open | None:
    """The session that `token` stands for; None where it has ended, or waits for its second factor."""
    at = now()
    found = session.execute(
        select(SignInSession, Account)
        .join(Account, Account.id == SignInSession.account_id)
        .where(
            SignInSession.token_sha256 == sha256(token), SignInSession.ended_at.is_(None),
            SignInSession.awaits.is_(False), signs_in(),
        )
        .options(joinedload(Account.agency))
    ).first()  # fmt: skip
    if found is None:
        return None
    signed_in, account = found
    if at - signed_in.last_seen_at > idle or at - signed_in.created_at > absolute:
        return None
    proof = Proof(_LEVELS[signed_in.level], signed_in.proved_at)
    return Open(signed_in.id, actor_of_account(account), proof, at - signed_in.last_seen_at > _SEEN_STEP, signed_in.hidden, account.agreed)


def awaiting(session: Session, token: str) -> Account | None:
    """The account whose password was right a moment ago, and whose second factor is still to come."""
    return session.scalar(
        select(Account)
        .join(SignInSession, Account.id == SignInSession.account_id)
        .where(
            SignInSession.token_sha256 == sha256(token), SignInSession.ended_at.is_(None), SignInSession.awaits,
            SignInSession.created_at > now() - _AWAITS_FOR, signs_in(),
        )
        .options(joinedload(Account.agency))
    )  # fmt: skip


def prove(session: Session, token: str, *, level: str | None = None) -> str:
    """Note that the owner of `token` has just proved who they are; the token changes, and the one before opens nothing.

    Args:
        level: what the session has been proved with from here on; as before where None.

    Raises:
        NotFound: the session ended meanwhile.
    """
    fresh, at = secrets.token_urlsafe(32), now()
    changed = session.execute(
        update(SignInSession)
        .where(SignInSession.token_sha256 == sha256(token), SignInSession.ended_at.is_(None))
        .values(
            token_sha256=sha256(fresh), awaits=False, hidden=False, proved_at=at, last_seen_at=at, **({"level": level} if level else {})
        )
        .returning(SignInSession.id)
    ).all()
    if not changed:
        raise NotFound("the session has ended")
    return fresh


def lapsed_account(session: Session, token: str) -> uuid.UUID | None:
    """The account whose session `token` stood for and that nobody ended, however long ago it was last used."""
    return session.scalar(
        select(SignInSession.account_id)
        .join(Account, Account.id == SignInSession.account_id)
        .where(
            SignInSession.token_sha256 == sha256(token), SignInSession.ended_at.is_(None),
            SignInSession.awaits.is_(False), signs_in(),
        )
    )  # fmt: skip


def touch(session: Session, token: str) -> None:
    """Note that the session of `token` was used now."""
    session.execute(update(SignInSession).where(SignInSession.token_sha256 == sha256(token)).values(last_seen_at=now()))


def hide(session: Session, actor: Actor, token: str) -> None:
    """Show nothing more in the session of `token`, in any of its windows, until its owner has proved again who they are."""
    session.execute(update(SignInSession).where(SignInSession.token_sha256 == sha256(token)).values(hidden=True))
    record(session, actor, "account.hidden", subject_kind="account", subject_id=actor.account_id)


def sign_out(session: Session, actor: Actor, token: str) -> None:
    """End the session of `token` for good."""
    session.execute(update(SignInSession).where(SignInSession.token_sha256 == sha256(token)).values(ended_at=now()))
    record(session, actor, "account.signed_out", subject_kind="account", subject_id=actor.account_id)


def open_sessions(session: Session, account_id: uuid.UUID, *, idle: timedelta, absolute: timedelta) -> Sequence[SignInSession]:
    """Where an account is signed in, the last used first: at most fifty."""
    at = now()
    return session.scalars(
        select(SignInSession)
        .where(
            SignInSession.account_id == account_id, SignInSession.ended_at.is_(None), SignInSession.awaits.is_(False),
            SignInSession.last_seen_at >= at - idle, SignInSession.created_at >= at - absolute,
        )
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.id)
        .limit(50)
    ).all()  # fmt: skip


def end_one(session: Session, actor: Actor, session_id: uuid.UUID) -> None:
    """End one of the actor's own sessions.

    Raises:
        NotFound: it is not theirs, or has ended.
    """
    ended = session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.account_id == actor.account_id, SignInSession.ended_at.is_(None))
        .values(ended_at=now())
        .returning(SignInSession.id)
    ).all()
    if not ended:
        raise NotFound("no such session")
    record(session, actor, "account.sessions_ended", subject_kind="account", subject_id=actor.account_id, sessions=1)


def end_oldest(session: Session, account_id: uuid.UUID) -> int:
    """Of an account's sessions end all but the `MOST` that were used last, leaving aside those that wait for a second factor; how many."""
    standing = (SignInSession.account_id == account_id, SignInSession.ended_at.is_(None), SignInSession.awaits.is_(False))
    newest = select(SignInSession.id).where(*standing).order_by(SignInSession.last_seen_at.desc(), SignInSession.created_at.desc())
    kept = list(session.scalars(newest.limit(MOST)))
    going = update(SignInSession).where(*standing, SignInSession.id.not_in(kept)).values(ended_at=now())
    return len(session.execute(going.returning(SignInSession.id)).all())


def end_all(session: Session, account_id: uuid.UUID, *, but: uuid.UUID | None = None) -> int:
    """End every session of an account, those that wait for a second factor too, `but` one; how many there were."""
    going = update(SignInSession).where(SignInSession.account_id == account_id, SignInSession.ended_at.is_(None))
    if but is not None:
        going = going.where(SignInSession.id != but)
    return len(session.execute(going.values(ended_at=now()).returning(SignInSession.id)).all())


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
