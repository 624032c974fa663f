"""Telling people at once what happened to a record they answer for. What is told names no child: it leads to a page."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor, Role
from safeguard.agencies.model import Account
from safeguard.people.restricted.model import AccessNotice, RestrictionReader

# kind -> what the reader is told; `{who}` is the name of the account that did it.
KINDS: Mapping[str, str] = {
    "restricted": "{who} placed a restriction that names you",
    "arrived": "A referral came in that concerns a record you are named on",
    "opened": "{who} opened a restricted record in an emergency",
    "looked": "{who}, who has had no part in the work, looked at a record with a flag you own",
    "looked_case": "{who}, who has had no part in the work, looked at a case of yours",
    "allocated": "{who} gave you a referral",
    "unallocated": "{who} gave a referral of yours to somebody else, or back to the queue",
    "conflict": "{who} may know a family in a record, and is kept from it until somebody looks",
    "declared": "{who} declared a conflict of interest",
    "handed_summary": "The case summary that you handed over by link was opened",
    "handed_bundle": "The subject-access bundle that you handed over by link was opened",
    "handed_guessed": "Wrong passwords were given again and again for a link that you sent: ask the recipient whether it was them",
    "local_waits": "{who} proposed a version of a local setting, which waits for a second person",
    "local_approved": "{who} approved the version of a local setting that you proposed",
    "local_declined": "{who} declined the version of a local setting that you proposed",
    "unusual": "Somebody’s looking at records is unusual and needs a person to ask about it",
}
PAGE = 50


def tell(
    session: Session, accounts: Iterable[uuid.UUID], kind: str, about_id: uuid.UUID, *, by: Actor | None, at: datetime
) -> None:
    """Tell each of these accounts, other than the one that did it."""
    doer = by.account_id if by else None
    session.add_all(
        AccessNotice(account_id=one, kind=kind, about_id=about_id, by_account_id=doer, at=at)
        for one in dict.fromkeys(accounts)
        if one != doer
    )


def readers_of(session: Session, restriction_ids: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """The accounts named on these restrictions that can sign in."""
    return list(
        session.scalars(
            select(RestrictionReader.account_id)
            .join(Account, Account.id == RestrictionReader.account_id)
            .where(RestrictionReader.restriction_id.in_(list(restriction_ids)), RestrictionReader.ended_at.is_(None), Account.active)
            .distinct()
        )
    )


def holders_of_role(session: Session, *roles: Role) -> list[uuid.UUID]:
    """The accounts in these roles that can sign in."""
    return list(session.scalars(select(Account.id).where(Account.role.in_([role.value for role in roles]), Account.active)))


def notices_of(session: Session, actor: Actor) -> Sequence[tuple[AccessNotice, str]]:
    """The newest notices of an actor, each with the name of who did it."""
    rows = session.execute(
        select(AccessNotice, Account.name)
        .outerjoin(Account, Account.id == AccessNotice.by_account_id)
        .where(AccessNotice.account_id == actor.account_id)
        .order_by(AccessNotice.at.desc(), AccessNotice.id)
        .limit(PAGE)
    ).tuples()
    return [(notice, KINDS[notice.kind].format(who=name or "The service")) for notice, name in rows]


def mark_read(session: Session, actor: Actor, *, at: datetime) -> None:
    """Note that an actor has been shown their notices."""
    session.execute(
        update(AccessNotice)
        .where(AccessNotice.account_id == actor.account_id, AccessNotice.read_at.is_(None))
        .values(read_at=at)
    )
