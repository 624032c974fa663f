"""Telling whoever may approve a version of a local setting that one waits, and whoever proposed it what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.accounts import outbox
from safeguard.agencies.model import Account
from safeguard.agencies.service import actor_of_account, signs_in
from safeguard.local.model import LocalVersion
from safeguard.people.restricted.notices import tell


def tell_that_it_waits(session: Session, version: LocalVersion, *, by: Actor, at: datetime) -> None:
    """Tell everybody else who may answer a version that `by` proposed, by a notice and an email that says nothing of it."""
    accounts = session.scalars(select(Account).where(signs_in(), Account.id != by.account_id).options(joinedload(Account.agency)))
    may = [one.id for one in accounts if permits(actor_of_account(one), "local.approve")]
    _tell(session, may, "local_waits", version, by, at)


def tell_what_came_of_it(session: Session, version: LocalVersion, *, by: Actor, at: datetime) -> None:
    """Tell whoever proposed a version that `by` approved or declined it. Nobody is told of what they took back themselves."""
    if version.answer in ("approved", "declined"):
        _tell(session, [version.proposed_by], f"local_{version.answer}", version, by, at)


def _tell(session: Session, accounts: Iterable[UUID], kind: str, version: LocalVersion, by: Actor, at: datetime) -> None:
    told = list(accounts)
    tell(session, told, kind, version.id, by=by, at=at)
    for account_id in told:
        outbox.put(session, "local_waits" if kind == "local_waits" else "local_answered", account_id=account_id)
