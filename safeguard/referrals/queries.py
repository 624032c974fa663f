"""The referrals a partner may see: their own, and for an agency's safeguarding lead those of the whole agency."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload, load_only

from safeguard.access.actor import Actor, Role
from safeguard.agencies.model import Account
from safeguard.kernel.numbers import pages_of
from safeguard.referrals.model import Referral

PAGE_SIZE = 25
# What a line shows, and its version, which a row is not loaded without.
_SHOWN = (Referral.reference, Referral.children_sealed, Referral.changed_at, Referral.submitted_at, Referral.version)


@dataclass(frozen=True, slots=True)
class Followed:
    """A line of the list: a draft (no reference) or a submitted referral, and whom it is about."""

    id: uuid.UUID
    reference: str | None
    children: str
    author: str
    changed_at: datetime
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list, newest first, and how many there are in all."""

    lines: list[Followed]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return pages_of(self.total, PAGE_SIZE)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """What restricts a query to the referrals that `actor` may see."""
    if actor.role is Role.AGENCY_LEAD:
        return Referral.agency_id == actor.agency_id
    return (Referral.agency_id == actor.agency_id) & (Referral.created_by == actor.account_id)


def sent_by(session: Session, actor: Actor, reference: str | None) -> Referral | None:
    """The referral with that reference, where this very account sent it."""
    mine = (Referral.agency_id == actor.agency_id, Referral.created_by == actor.account_id, Referral.status == "submitted")
    return session.scalar(select(Referral).where(Referral.reference == reference, *mine))


def drafts_page(session: Session, actor: Actor, *, page: int) -> Listed:
    """The drafts of an actor, last changed first; `page` starts at 1 and is brought into range."""
    return _listed(session, actor, "draft", Referral.changed_at.desc(), page)


def followed(session: Session, actor: Actor, *, page: int) -> Listed:
    """The submitted referrals of an actor, newest first; `page` starts at 1 and is brought into range."""
    return _listed(session, actor, "submitted", Referral.submitted_at.desc(), page)


def _listed(session: Session, actor: Actor, status: str, order: ColumnElement[Any], page: int) -> Listed:
    mine = (visible_to(actor), Referral.status == status)
    total = session.scalar(select(func.count()).select_from(Referral).where(*mine)) or 0
    page = min(max(page, 1), pages_of(total, PAGE_SIZE))
    rows = session.execute(
        select(Referral, Account.name)
        .options(load_only(*_SHOWN), joinedload(Referral.key))
        .outerjoin(Account, Account.id == Referral.created_by)
        .where(*mine)
        .order_by(order, Referral.id)
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    return Listed([_line(referral, author) for referral, author in rows.tuples()], total, page)


def _line(referral: Referral, author: str | None) -> Followed:
    return Followed(
        id=referral.id,
        reference=referral.reference,
        children=(referral.children or "") if referral.key else "Destroyed under the retention schedule",
        author=author or "Sent by file",
        changed_at=referral.changed_at,
        submitted_at=referral.submitted_at,
    )
