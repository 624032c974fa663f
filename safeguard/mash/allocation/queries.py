"""Whose a referral is, whose it was, and how much everybody has."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from safeguard.access.actor import Actor, Role
from safeguard.access.policy import permits
from safeguard.agencies.model import Account
from safeguard.mash.allocation.model import Allocation
from safeguard.mash.model import Episode, undecided

MINE, NOBODY = "mine", "nobody"


@dataclass(frozen=True, slots=True)
class Worker:
    """Whose a referral is. `there`: they can still sign in and work at the desk; otherwise it waits for somebody, as nobody's."""

    allocation_id: uuid.UUID
    account_id: uuid.UUID
    name: str
    there: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """One allocation in words: whose, by whom and why it began, and by whom and why it ended."""

    allocation: Allocation
    whose: str
    given_by: str
    ended_by: str | None


@dataclass(frozen=True, slots=True)
class Load:
    """How many undecided referrals somebody has. `there`: as in `Worker`."""

    account_id: uuid.UUID
    name: str
    there: bool
    count: int


def desk_roles() -> tuple[str, ...]:
    """The roles whose holders may have a referral."""
    nobody = uuid.UUID(int=0)
    return tuple(role.value for role in Role if permits(Actor(nobody, nobody, "", "", role), "desk.take"))


def is_there(account: type[Account]) -> ColumnElement[bool]:
    """The condition that an account can sign in and work on referrals."""
    return and_(account.active, account.role.in_(desk_roles()))


def worker_of(session: Session, referral_id: uuid.UUID) -> Worker | None:
    """Whose a referral is now."""
    found = session.execute(
        select(Allocation.id, Account.id, Account.name, is_there(Account))
        .join(Account, Account.id == Allocation.account_id)
        .where(Allocation.referral_id == referral_id, Allocation.ended_at.is_(None))
    ).first()
    return Worker(*found) if found else None


def stretches_of(session: Session, referral_id: uuid.UUID) -> list[Stretch]:
    """Whose a referral was and is, the newest first."""
    giver, ender = aliased(Account), aliased(Account)
    rows = session.execute(
        select(Allocation, Account.name, giver.name, ender.name)
        .join(Account, Account.id == Allocation.account_id)
        .join(giver, giver.id == Allocation.given_by)
        .outerjoin(ender, ender.id == Allocation.ended_by)
        .where(Allocation.referral_id == referral_id)
        .order_by(Allocation.at.desc(), Allocation.id)
    )
    return [Stretch(*row) for row in rows.tuples()]


def workers(session: Session) -> Sequence[Account]:
    """Who may be given a referral, by name, with their agencies."""
    there = select(Account).where(is_there(Account)).options(joinedload(Account.agency))
    return session.scalars(there.order_by(Account.name, Account.id)).all()


def loads(session: Session) -> list[Load]:
    """What everybody has of undecided referrals: those who are not there first, then by name."""
    counts = dict(
        session.execute(
            select(Allocation.account_id, func.count())
            .outerjoin(Episode, Episode.referral_id == Allocation.referral_id)
            .where(Allocation.ended_at.is_(None), undecided)
            .group_by(Allocation.account_id)
        ).tuples().all()
    )
    there = {one.id for one in workers(session)}
    accounts = session.execute(select(Account.id, Account.name).where(Account.id.in_(there | counts.keys()))).tuples()
    found = [Load(key, name, key in there, counts.get(key, 0)) for key, name in accounts]
    return sorted(found, key=lambda one: (one.there, one.name, one.account_id))


def had_by(session: Session, account_id: uuid.UUID, referral_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Of these referrals the ones that are or were an account's."""
    found = select(Allocation.referral_id).where(Allocation.account_id == account_id, Allocation.referral_id.in_(list(referral_ids)))
    return set(session.scalars(found))
