"""Signing in and out, and opening accounts."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from safeguard.access.actor import Actor, Role
from safeguard.agencies.model import Account, Agency, SignInAttempt, SignInSession
from safeguard.agencies.passwords import hash_password, password_is_right
from safeguard.audit.service import record
from safeguard.kernel.clock import now
from safeguard.kernel.errors import TooManyTries

_WINDOW = timedelta(minutes=15)
# By account and network together, so that a stranger elsewhere cannot lock the owner out.
_TRIES_PER_PAIR = 10
_TRIES_PER_NETWORK = 100
# Seen-times are written at most this often, so that reading a page stays a read.
_SEEN_STEP = timedelta(minutes=1)


def sign_in(session: Session, *, email: str, password: str, network: str) -> tuple[Actor, str] | None:
    """Check an email address and password from `network` (an IP address).

    Returns:
        the actor and a fresh session token, or None where either is wrong or the account is closed.

    Raises:
        TooManyTries: too many failures from here in the last quarter of an hour.
    """
    at = now()
    address = email.strip().lower()
    pair, place = _sha256(f"{address}|{network}"), _sha256(network)
    _check_tries(session, pair, place, at)
    account = session.scalar(
        select(Account).where(Account.email == address).options(joinedload(Account.agency))
    )
    right = password_is_right(account.password_hash if account and account.active else None, password)
    if account is None or not right:
        session.add_all([SignInAttempt(key_sha256=pair, at=at), SignInAttempt(key_sha256=place, at=at)])
        record(session, None, "account.sign_in_failed", subject_kind="account", subject_id=account.id if account else None)
        return None
    session.execute(delete(SignInAttempt).where(SignInAttempt.key_sha256 == pair))
    token = secrets.token_urlsafe(32)
    session.add(
        SignInSession(token_sha256=_sha256(token), account_id=account.id, created_at=at, last_seen_at=at)
    )
    actor = _actor(account)
    record(session, actor, "account.signed_in", subject_kind="account", subject_id=account.id)
    return actor, token


def _check_tries(session: Session, pair: str, place: str, at: datetime) -> None:
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < at - _WINDOW))
    counts = dict(
        session.execute(
            select(SignInAttempt.key_sha256, func.count())
            .where(SignInAttempt.key_sha256.in_([pair, place]))
            .group_by(SignInAttempt.key_sha256)
        )
        .tuples()
        .all()
    )
    if counts.get(pair, 0) >= _TRIES_PER_PAIR or counts.get(place, 0) >= _TRIES_PER_NETWORK:
        raise TooManyTries(int(_WINDOW.total_seconds()))


def actor_of(
    session: Session, token: str, *, idle: timedelta, absolute: timedelta
) -> tuple[Actor, bool] | None:
    """Who a session token stands for, and whether its seen-time is due to be written; None where it has ended."""
    at = now()
    found = session.execute(
        select(SignInSession, Account)
        .join(Account, Account.id == SignInSession.account_id)
        .where(SignInSession.token_sha256 == _sha256(token), Account.active)
        .options(joinedload(Account.agency))
    ).first()
    if found is None:
        return None
    signed_in, account = found
    ended = signed_in.ended_at is not None
    if ended or at - signed_in.last_seen_at > idle or at - signed_in.created_at > absolute:
        return None
    return _actor(account), at - signed_in.last_seen_at > _SEEN_STEP


def lapsed_account(session: Session, token: str) -> uuid.UUID | None:
    """The account whose session `token` stood for and that nobody ended, however long ago it was last used."""
    return session.scalar(
        select(SignInSession.account_id)
        .join(Account, Account.id == SignInSession.account_id)
        .where(SignInSession.token_sha256 == _sha256(token), SignInSession.ended_at.is_(None), Account.active)
    )


def touch(session: Session, token: str) -> None:
    """Note that the session of `token` was used now."""
    session.execute(
        update(SignInSession).where(SignInSession.token_sha256 == _sha256(token)).values(last_seen_at=now())
    )


def sign_out(session: Session, actor: Actor, token: str) -> None:
    """End the session of `token` for good."""
    session.execute(
        update(SignInSession).where(SignInSession.token_sha256 == _sha256(token)).values(ended_at=now())
    )
    record(session, actor, "account.signed_out", subject_kind="account", subject_id=actor.account_id)


def open_agency(session: Session, *, slug: str, name: str, kind: str, sector: str, source_code: str) -> Agency:
    """Add an agency to the partnership."""
    agency = Agency(slug=slug, name=name, kind=kind, sector=sector, source_code=source_code)
    session.add(agency)
    session.flush()
    return agency


def open_account(
    session: Session,
    agency: Agency,
    *,
    name: str,
    email: str,
    role: Role,
    password: str,
    job_title: str = "",
    phone: str = "",
) -> Account:
    """Open an account at `agency`. `email` is kept in lower case and must be unused."""
    account = Account(
        agency_id=agency.id,
        name=name,
        email=email.strip().lower(),
        job_title=job_title,
        phone=phone,
        role=role.value,
        password_hash=hash_password(password),
        active=True,
        created_at=now(),
    )
    session.add(account)
    session.flush()
    return account


def close_account(session: Session, email: str) -> Account | None:
    """Close the open account of `email` and end its sessions; None where there is none."""
    account = session.scalar(select(Account).where(Account.email == email.strip().lower(), Account.active))
    if account is None:
        return None
    account.active = False
    session.execute(
        update(SignInSession)
        .where(SignInSession.account_id == account.id, SignInSession.ended_at.is_(None))
        .values(ended_at=now())
    )
    session.flush()
    return account


def account_of(session: Session, actor: Actor) -> Account:
    """The account behind `actor`."""
    return session.execute(select(Account).where(Account.id == actor.account_id)).scalar_one()


def agency_named(session: Session, slug: str) -> Agency | None:
    """The agency with that slug, if there is one."""
    return session.scalar(select(Agency).where(Agency.slug == slug))


def agencies_by_slug(session: Session) -> dict[str, Agency]:
    """Every agency of the partnership, by its short name."""
    return {agency.slug: agency for agency in session.scalars(select(Agency))}


def actor_for(session: Session, email: str) -> Actor:
    """The actor with that account, for commands that act as somebody.

    Raises:
        NoResultFound: there is no such account.
    """
    found = select(Account).where(Account.email == email).options(joinedload(Account.agency))
    return _actor(session.execute(found).scalar_one())


def agency_names(session: Session, ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of these agencies, in one query."""
    return dict(session.execute(select(Agency.id, Agency.name).where(Agency.id.in_(ids))).tuples().all())


def _actor(account: Account) -> Actor:
    return Actor(
        account_id=account.id,
        agency_id=account.agency_id,
        agency_name=account.agency.name,
        name=account.name,
        role=Role(account.role),
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
