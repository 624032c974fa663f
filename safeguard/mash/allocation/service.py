"""Taking a referral, giving it to somebody, putting it back into the queue. Every act keeps who did it, when and why."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.agencies.model import Account
from safeguard.agencies.service import actor_of_account
from safeguard.audit.service import record as audit
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, NotFound, NotPermitted, Problem, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.mash.allocation.model import Allocation
from safeguard.mash.allocation.queries import workers
from safeguard.mash.model import Episode, undecided
from safeguard.people.restricted.notices import tell
from safeguard.people.sight import acting_for
from safeguard.referrals.model import Referral

LONGEST = 2_000


def allocate(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, to: uuid.UUID | None, reason: str, seen: uuid.UUID | None, at: datetime
) -> Allocation | None:
    """Make a referral somebody's (the actor's own: taken), or nobody's. Taking what is nobody's needs no reason, anything else does.

    Args:
        seen: the allocation that stood on the page that asks; None where the referral was nobody's.

    Raises:
        RuleBroken: a reason is missing, or that person cannot have it.
        NotPermitted: only a manager decides over a referral that is somebody else's, or is given to somebody by nobody's worker.
        Conflict: somebody was quicker.
        NotFound: there is no such referral for this actor.
    """
    if not permits(actor, "desk.take"):
        raise NotPermitted("allocation")
    # Two people at once: the second waits for the referral's row, then sees what the first did.
    found = session.scalar(select(Referral.id).where(Referral.id == referral_id, Referral.status == "submitted").with_for_update())
    if found is None:
        raise NotFound("referral")
    before = session.scalar(select(Allocation).where(Allocation.referral_id == referral_id, Allocation.ended_at.is_(None)))
    if (before.id if before else None) != seen:
        raise Conflict("the referral is somebody else's now")
    own = before is not None and before.account_id == actor.account_id
    takes = before is None and to == actor.account_id
    if not (own or takes or permits(actor, "desk.allocate")):
        raise NotPermitted("referral of somebody else")
    account = _to_whom(session, referral_id, to) if to is not None else None
    problems = _problems(before, to, reason, takes=takes)
    if problems:
        raise RuleBroken(problems)
    if before is not None:
        _end(before, actor, reason, at)
        session.flush()
    made = _begin(session, actor, referral_id, account.id, reason, at) if account else None
    told = {one for one in (before.account_id if before else None, to) if one}
    tell(session, told & {to}, "allocated", referral_id, by=actor, at=at)
    tell(session, told - {to}, "unallocated", referral_id, by=actor, at=at)
    audit(
        session, actor, "referral.allocated", subject_kind="referral", subject_id=referral_id,
        before=str(before.account_id) if before else None, to=str(to) if to else None,
    )  # fmt: skip
    return made


def bring_back(session: Session, actor: Actor, account_id: uuid.UUID, *, reason: str, at: datetime) -> int:
    """Put every undecided referral of somebody who is away back into the queue: one's own, or as a manager anybody's.

    Returns:
        how many came back. What the actor may not know of stays where it is.

    Raises:
        RuleBroken: no reason.
        NotPermitted: the actor is no manager, and it is not their own.
    """
    if not permits(actor, "desk.allocate" if account_id != actor.account_id else "desk.take"):
        raise NotPermitted("allocations of somebody else")
    if wrong := _reason_problems(reason):
        raise RuleBroken(wrong)
    rows = session.scalars(
        select(Allocation)
        .outerjoin(Episode, Episode.referral_id == Allocation.referral_id)
        .where(
            Allocation.account_id == account_id, Allocation.ended_at.is_(None), undecided
        )
    ).all()
    for one in rows:
        _end(one, actor, reason, at)
        audit(
            session, actor, "referral.allocated", subject_kind="referral", subject_id=one.referral_id, before=str(account_id), to=None,
        )  # fmt: skip
        tell(session, [account_id], "unallocated", one.referral_id, by=actor, at=at)
    session.flush()
    return len(rows)


def _to_whom(session: Session, referral_id: uuid.UUID, to: uuid.UUID) -> Account:
    account = next((one for one in workers(session) if one.id == to), None)
    if account is None:
        raise RuleBroken([Problem("to", "Choose somebody who works at the desk")])
    with acting_for(session, actor_of_account(account)):
        if session.scalar(select(Referral.id).where(Referral.id == referral_id)) is None:
            raise RuleBroken([Problem("to", "This person cannot be given this referral. Choose somebody else")])
    return account


def _problems(before: Allocation | None, to: uuid.UUID | None, reason: str, *, takes: bool) -> list[Problem]:
    if to == (before.account_id if before else None):
        return [Problem("to", "It is theirs already: choose somebody else" if before else "It is nobody’s already: choose somebody")]
    return [] if takes and not reason else _reason_problems(reason)


def _reason_problems(reason: str) -> list[Problem]:
    if not reason:
        return [Problem("reason", "Enter why it changes hands")]
    if len(reason) > LONGEST:
        return [Problem("reason", f"Use {LONGEST:,} characters or fewer. You entered {len(reason):,}")]
    return []


def _end(one: Allocation, actor: Actor, reason: str, at: datetime) -> None:
    one.end_reason = reason
    one.ended_at, one.ended_by = at, actor.account_id


def _begin(session: Session, actor: Actor, referral_id: uuid.UUID, account_id: uuid.UUID, reason: str, at: datetime) -> Allocation:
    made = Allocation(
        id=new_id(), referral_id=referral_id, key=session.get(RecordKey, referral_id), account_id=account_id,
        given_by=actor.account_id, at=at,
    )  # fmt: skip
    made.reason = reason or None
    session.add(made)
    try:
        session.flush()
    except IntegrityError as quicker:
        raise Conflict("somebody else took the referral") from quicker
    return made
