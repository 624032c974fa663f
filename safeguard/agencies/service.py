"""Organisations and the accounts at them: opening, finding, and who an account stands for."""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, joinedload

from safeguard.access.actor import Actor, Role
from safeguard.agencies.model import Account, Agency
from safeguard.agencies.passwords import NO_PASSWORD, hash_password
from safeguard.kernel.clock import now


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
    password: str | None = None,
    job_title: str = "",
    phone: str = "",
) -> Account:
    """Open an account at `agency`. `email` is kept in lower case and must be unused; without a password it opens for nobody yet."""
    account = Account(
        agency_id=agency.id,
        name=name,
        email=email.strip().lower(),
        job_title=job_title,
        phone=phone,
        role=role.value,
        password_hash=hash_password(password) if password else NO_PASSWORD,
        active=True,
        created_at=now(),
    )
    session.add(account)
    session.flush()
    return account


def account_of(session: Session, actor: Actor) -> Account:
    """The account behind `actor`, with its agency."""
    return session.execute(select(Account).where(Account.id == actor.account_id).options(joinedload(Account.agency))).scalar_one()


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
    return actor_of_account(session.execute(found).scalar_one())


def agency_names(session: Session, ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of these agencies, in one query."""
    return dict(session.execute(select(Agency.id, Agency.name).where(Agency.id.in_(ids))).tuples().all())


def signs_in() -> ColumnElement[bool]:
    """The condition that an account is open and a person's: a machine shows its token and has no session."""
    return and_(Account.active, Account.role != Role.MACHINE.value)


def actor_of_account(account: Account) -> Actor:
    """The actor that an account with its agency loaded stands for."""
    return Actor(
        account_id=account.id,
        agency_id=account.agency_id,
        agency_name=account.agency.name,
        name=account.name,
        role=Role(account.role),
    )
