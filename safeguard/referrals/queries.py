"""The referrals a partner may see: their own, and for an agency's safeguarding lead those of the whole agency."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor, Role
from safeguard.agencies.model import Account
from safeguard.referrals.draft_document import children_of, name_of
from safeguard.referrals.model import Referral

PAGE_SIZE = 25


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
        return max(1, -(-self.total // PAGE_SIZE))


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """What restricts a query to the referrals that `actor` may see."""
    if actor.role is Role.AGENCY_LEAD:
        return Referral.agency_id == actor.agency_id
    return (Referral.agency_id == actor.agency_id) & (Referral.created_by == actor.account_id)


def drafts_page(session: Session, actor: Actor, *, page: int) -> Listed:
    """The drafts of an actor, last changed first; `page` starts at 1 and is brought into range."""
    return _listed(session, actor, "draft", Referral.changed_at.desc(), page)


def followed(session: Session, actor: Actor, *, page: int) -> Listed:
    """The submitted referrals of an actor, newest first; `page` starts at 1 and is brought into range."""
    return _listed(session, actor, "submitted", Referral.submitted_at.desc(), page)


def _listed(session: Session, actor: Actor, status: str, order: ColumnElement[Any], page: int) -> Listed:
    mine = (visible_to(actor), Referral.status == status)
    total = session.scalar(select(func.count()).select_from(Referral).where(*mine)) or 0
    page = min(max(page, 1), max(1, -(-total // PAGE_SIZE)))
    rows = session.execute(
        select(Referral.id, Referral.reference, Referral.document, Referral.changed_at, Referral.submitted_at, Account.name)
        .outerjoin(Account, Account.id == Referral.created_by)
        .where(*mine)
        .order_by(order, Referral.id)
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    return Listed([_line(row) for row in rows], total, page)


def _line(row: Row[Any]) -> Followed:
    return Followed(
        id=row.id,
        reference=row.reference,
        children=children_named(row.document),
        author=row.name or "Sent by file",
        changed_at=row.changed_at,
        submitted_at=row.submitted_at,
    )


def children_named(document: Mapping[str, Any]) -> str:
    """The children of a document in words, such as "Maya Fernsby, Leo Fernsby and the unborn child"."""
    names = [name_of(document, child.get("key")) for child in children_of(document)]
    if not names:
        return "No child entered yet"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
