"""Opening a restricted record because a child cannot wait: with a reason, for an hour, told at once, reviewed afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from safeguard.access.actor import Actor, Role
from safeguard.access.policy import permits
from safeguard.agencies.model import Account
from safeguard.audit.model import AuditEvent
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import wall_clock
from safeguard.kernel.errors import Conflict, NotFound, NotPermitted, Problem, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.people import visible
from safeguard.people.model import PersonLink
from safeguard.people.restricted.model import BreakGlass, RestrictionRecord
from safeguard.people.restricted.notices import holders_of_role, readers_of, tell
from safeguard.people.sight import forget, whole

OPEN_FOR = timedelta(hours=1)
# Tries in a day, whether or not there was anything to open. Whoever needs more must be named on the records instead.
MOST_A_DAY = 5
SHORTEST_REASON = 20
LONGEST = 2000
OUTCOMES: Mapping[str, str] = {
    "justified": "It was right to open it",
    "not_justified": "It was not right to open it",
    "referred": "Passed on to be looked into",
}
PAGE = 100


@dataclass(frozen=True, slots=True)
class Opened:
    """One emergency with the name of who opened it, and of who reviewed it."""

    glass: BreakGlass
    by: str
    reviewer: str


def break_glass(session: Session, actor: Actor, record_ids: Collection[uuid.UUID], *, reason: str, at: datetime) -> int:
    """Open to `actor`, for `OPEN_FOR`, each restriction that stops them and whose person has one of these source records.

    Only these: nothing else that is restricted opens, no protected address, no sealed entry, and nothing that a conflict
    of interest keeps from them. Those named, and information governance, are told in the same transaction.

    Args:
        record_ids: of a referral, or of a person whom a record may be; none is an answer like any other.

    Returns:
        how many restrictions were opened; the reader of a page is not told.

    Raises:
        RuleBroken: the reason says nothing, or too many were opened today.
        NotPermitted: the actor may not.
    """
    if not permits(actor, "glass.break"):
        raise NotPermitted("glass")
    _check(session, actor, reason, at)
    with whole(session):
        found = session.scalars(_behind(actor, record_ids)).all()
    for restriction_id in found:
        glass = BreakGlass(
            restriction_id=restriction_id, key=RecordKey.of(session, "restriction", restriction_id), account_id=actor.account_id,
            reason=reason, opened_at=at, until=at + OPEN_FOR
        )
        session.add(glass)
        told = [*readers_of(session, [restriction_id]), *holders_of_role(session, Role.GOVERNANCE)]
        tell(session, told, "opened", restriction_id, by=actor, at=at)
        audit(session, actor, "glass.broken", subject_kind="restriction", subject_id=restriction_id, records=len(record_ids))
    if not found:
        audit(session, actor, "glass.tried", records=len(record_ids))
    session.flush()
    forget()
    return len(found)


def _behind(actor: Actor, record_ids: Collection[uuid.UUID]) -> visible.Ids:
    mine = aliased(PersonLink)
    return (
        select(RestrictionRecord.restriction_id)
        .join(PersonLink, (PersonLink.source_record_id == RestrictionRecord.source_record_id) & PersonLink.superseded_at.is_(None))
        .join(mine, (mine.person_id == PersonLink.person_id) & mine.superseded_at.is_(None))
        .where(mine.source_record_id.in_(list(record_ids)), RestrictionRecord.restriction_id.in_(visible.barred(actor, "person")))
        .distinct()
    )


def _check(session: Session, actor: Actor, reason: str, at: datetime) -> None:
    if len(reason) < SHORTEST_REASON:
        raise RuleBroken([Problem("reason", f"Say in {SHORTEST_REASON} characters or more why it cannot wait")])
    if len(reason) > LONGEST:
        raise RuleBroken([Problem("reason", f"The reason must be {LONGEST:,} characters or fewer")])
    # One at a time: of several sent at once each would find the others not there yet.
    session.execute(select(Account.id).where(Account.id == actor.account_id).with_for_update(key_share=True))
    opened = session.scalar(
        select(func.count(BreakGlass.opened_at.distinct())).where(
            BreakGlass.account_id == actor.account_id, BreakGlass.opened_at > at - timedelta(days=1)
        )
    )
    # A try that found nothing counts as one that did: else the limit itself would tell them apart.
    in_vain = session.scalar(
        select(func.count()).where(
            AuditEvent.actor_id == actor.account_id, AuditEvent.action == "glass.tried", AuditEvent.at > wall_clock() - timedelta(days=1)
        )
    )
    if (opened or 0) + (in_vain or 0) >= MOST_A_DAY:
        raise RuleBroken([Problem("reason", f"You have said {MOST_A_DAY} times in a day that it cannot wait. Ask the hub manager")])


def close_glass(session: Session, actor: Actor, glass_id: uuid.UUID, *, at: datetime) -> None:
    """Give back what was opened before the hour is over.

    Raises:
        NotFound: the actor has opened no such thing.
    """
    glass = session.get(BreakGlass, glass_id)
    if glass is None or glass.account_id != actor.account_id:
        raise NotFound("emergency")
    if glass.closed_at is None:
        glass.closed_at = at
        audit(session, actor, "glass.closed", subject_kind="restriction", subject_id=glass.restriction_id)
        forget()


def open_now(session: Session, actor: Actor, *, at: datetime) -> Sequence[BreakGlass]:
    """What `actor` has open."""
    return session.scalars(
        select(BreakGlass)
        .where(BreakGlass.account_id == actor.account_id, BreakGlass.until > at, BreakGlass.closed_at.is_(None))
        .order_by(BreakGlass.until)
    ).all()


def emergencies(session: Session, actor: Actor, *, reviewed: bool) -> Sequence[Opened]:
    """Those that wait for a review, the oldest first; or with `reviewed` the newest of the others.

    Raises:
        NotPermitted: the actor reviews none.
    """
    if not permits(actor, "glass.review"):
        raise NotPermitted("emergencies")
    reviewer = aliased(Account)
    query = (
        select(BreakGlass, Account.name, func.coalesce(reviewer.name, ""))
        .join(Account, Account.id == BreakGlass.account_id)
        .outerjoin(reviewer, reviewer.id == BreakGlass.reviewed_by)
        .where(BreakGlass.reviewed_at.is_not(None) if reviewed else BreakGlass.reviewed_at.is_(None))
        .order_by(BreakGlass.reviewed_at.desc() if reviewed else BreakGlass.opened_at, BreakGlass.id)
        .limit(PAGE)
    )
    return [Opened(*row) for row in session.execute(query).tuples()]


def review_glass(session: Session, actor: Actor, glass_id: uuid.UUID, *, outcome: str, reason: str, at: datetime) -> None:
    """Say whether it was right; the record of it stays, and so does the answer.

    Raises:
        RuleBroken: no outcome or no reason, or it is the one who opened it that answers.
        Conflict: it was reviewed already.
        NotFound: there is no such emergency.
    """
    if not permits(actor, "glass.review"):
        raise NotPermitted("emergencies")
    glass = session.get(BreakGlass, glass_id, with_for_update=True)
    if glass is None:
        raise NotFound("emergency")
    if problems := outcome_problems(outcome, reason):
        raise RuleBroken(problems)
    if glass.account_id == actor.account_id:
        raise RuleBroken([Problem("outcome", "You opened it yourself: a colleague must review it")])
    if glass.reviewed_at is not None:
        raise Conflict("a colleague has reviewed this already")
    glass.outcome, glass.outcome_reason, glass.reviewed_by, glass.reviewed_at = outcome, reason, actor.account_id, at
    audit(session, actor, "glass.reviewed", subject_kind="restriction", subject_id=glass.restriction_id, outcome=outcome)


def outcome_problems(outcome: str, reason: str) -> list[Problem]:
    """What is missing from a review."""
    problems = [] if outcome in OUTCOMES else [Problem("outcome", "Choose what you found")]
    if not reason or len(reason) > LONGEST:
        problems.append(Problem("reason", f"Enter the reason, in {LONGEST:,} characters or fewer"))
    return problems
