"""What is told after a referral was sent. The referral stays as it was; this stands beside it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from safeguard.access.actor import Actor
from safeguard.agencies.model import Account, Agency
from safeguard.audit.service import record as audit
from safeguard.concerns.stated import KnownAddition
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import NotFound, Problem, RuleBroken
from safeguard.referrals.model import Addendum, Referral

KINDS = {"information": "More information", "correction": "Something in it is not right"}
LONGEST = 20_000
LONGEST_NAME = 200
_MOST_UNREAD = 10


@dataclass(frozen=True, slots=True)
class Told:
    """An addendum with the names of who wrote it, of their agency, and of who read it first at the hub."""

    addendum: Addendum
    author: str
    agency: str
    reader: str | None


@dataclass(frozen=True, slots=True)
class Unread:
    """Referrals with something that nobody at the hub has read, the longest waiting first, at most ten; `more` follow."""

    referrals: Sequence[tuple[uuid.UUID, str]]
    more: bool


def add(
    session: Session, actor: Actor, referral: Referral, *, kind: str, words: str, told_by: str = "", at: datetime, read: bool = False
) -> Addendum:
    """Add to a submitted referral. The same words by the same person twice are kept once.

    Args:
        told_by: who told it, where that is not `actor`.
        read: it is written at the hub, and so needs no reading there.

    Raises:
        RuleBroken: nothing is said, or too much.
        NotFound: the referral is a draft.
    """
    if referral.status != "submitted":
        raise NotFound("referral")
    problems = [] if kind in KINDS else [Problem("kind", "Choose what you want to add")]
    if not words:
        problems.append(Problem("words", "Enter what you want to add"))
    elif len(words) > LONGEST:
        problems.append(Problem("words", f"It must be {LONGEST:,} characters or fewer. You entered {len(words):,}"))
    if len(told_by) > LONGEST_NAME:
        problems.append(Problem("told_by", f"Who told it must be {LONGEST_NAME} characters or fewer"))
    if problems:
        raise RuleBroken(problems)
    session.execute(select(Referral.id).where(Referral.id == referral.id).with_for_update())
    if referral.key is None:
        raise NotFound("referral")
    fingerprint = referral.key.fingerprint("\n".join((kind, told_by, words)))
    there = session.scalar(
        select(Addendum).where(
            Addendum.referral_id == referral.id, Addendum.account_id == actor.account_id, Addendum.fingerprint == fingerprint
        )
    )
    if there is not None:
        return there
    addendum = Addendum(
        id=new_id(), referral_id=referral.id, key=referral.key, kind=kind, words=words, told_by=told_by or None, fingerprint=fingerprint,
        agency_id=actor.agency_id, account_id=actor.account_id, at=at,
        read_by=actor.account_id if read else None, read_at=at if read else None,
    )  # fmt: skip
    session.add(addendum)
    session.flush()
    audit(session, actor, "addendum.added", subject_kind="referral", subject_id=referral.id, addendum=str(addendum.id), kind=kind)
    return addendum


def addenda_of(session: Session, referral_id: uuid.UUID, *, agency_id: uuid.UUID | None = None) -> list[Told]:
    """What was added to a referral, oldest first; with `agency_id` what that agency added."""
    reader = aliased(Account)
    query = (
        select(Addendum, Account.name, Agency.name, reader.name)
        .join(Account, Account.id == Addendum.account_id)
        .join(Agency, Agency.id == Addendum.agency_id)
        .outerjoin(reader, reader.id == Addendum.read_by)
        .where(Addendum.referral_id == referral_id)
        .order_by(Addendum.at, Addendum.id)
    )
    if agency_id is not None:
        query = query.where(Addendum.agency_id == agency_id)
    return [Told(*row) for row in session.execute(query).tuples()]


def additions_told(session: Session, referral_ids: Collection[uuid.UUID]) -> Iterator[KnownAddition]:
    """What was added to these referrals, for the concern graph: that it was and by whom, not the words. In one statement."""
    rows = session.execute(
        select(Addendum.id, Addendum.referral_id, Addendum.kind, Addendum.agency_id, Addendum.at)
        .join(Referral, Referral.id == Addendum.referral_id)
        .where(Addendum.referral_id.in_(referral_ids))
        .order_by(Addendum.at, Addendum.id)
    ).tuples()
    for key, referral_id, kind, agency_id, at in rows:
        yield KnownAddition(key, referral_id, KINDS[kind], agency_id, at)


def mark_read(session: Session, actor: Actor, addendum_id: uuid.UUID, *, at: datetime) -> Addendum:
    """Note that somebody at the hub has read it; the first one stays.

    Raises:
        NotFound: there is none that `actor` may see.
    """
    addendum = session.scalar(select(Addendum).where(Addendum.id == addendum_id).with_for_update())
    if addendum is None:
        raise NotFound("addendum")
    if addendum.read_at is None:
        addendum.read_by, addendum.read_at = actor.account_id, at
        session.flush()
        audit(session, actor, "addendum.read", subject_kind="referral", subject_id=addendum.referral_id, addendum=str(addendum_id))
    return addendum


def unread(session: Session) -> Unread:
    """The referrals that something was added to since anybody at the hub looked, decided ones too."""
    rows = session.execute(
        select(Addendum.referral_id, Referral.reference)
        .join(Referral, Referral.id == Addendum.referral_id)
        .where(Addendum.read_at.is_(None))
        .order_by(Addendum.at, Addendum.id)
        .limit(10 * _MOST_UNREAD)
    ).tuples()
    found = list({key: reference or "" for key, reference in rows}.items())
    return Unread(found[:_MOST_UNREAD], more=len(found) > _MOST_UNREAD)
