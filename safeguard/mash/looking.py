"""Telling whoever works with a child that somebody else looked at the record."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.mash.model import ChildDecision, Decision, Rating
from safeguard.people.model import PersonLink, SourceRecord
from safeguard.people.restricted.model import AccessNotice
from safeguard.people.restricted.notices import tell
from safeguard.risk.model import Flag, FlagStep

# One notice says it; a colleague who looks again the same day says nothing new.
ONCE_IN = timedelta(days=1)


def tell_owners(session: Session, actor: Actor, person_ids: Collection[uuid.UUID], *, at: datetime) -> None:
    """Tell the owners of these people's open flags that `actor` looked, unless `actor` has had a part in the work.

    A part is a flag owned or acted on, a rating of a referral that names the person, or a decision for them.
    """
    owners = session.execute(
        select(Flag.person_id, Flag.owner_id)
        .where(
            Flag.person_id.in_(list(person_ids)), Flag.status == "open", Flag.owner_id.is_not(None), Flag.owner_id != actor.account_id
        )
        .distinct()
    ).tuples().all()
    people = {person_id for person_id, _owner in owners} - _worked_on(session, actor, [person_id for person_id, _owner in owners])
    if not people:
        return
    told = set(
        session.execute(
            select(AccessNotice.account_id, AccessNotice.about_id).where(
                AccessNotice.kind == "looked", AccessNotice.by_account_id == actor.account_id,
                AccessNotice.about_id.in_(people), AccessNotice.at > at - ONCE_IN,
            )
        ).tuples()
    )
    for person_id, owner_id in owners:
        if owner_id is not None and person_id in people and (owner_id, person_id) not in told:
            tell(session, [owner_id], "looked", person_id, by=actor, at=at)


def _worked_on(session: Session, actor: Actor, person_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Of these people the ones `actor` has had a part in the work on."""
    if not person_ids:
        return set()
    ids = list(person_ids)
    mine = select(Flag.person_id).where(Flag.person_id.in_(ids), Flag.owner_id == actor.account_id)
    steps = select(Flag.person_id).join(FlagStep, FlagStep.flag_id == Flag.id).where(
        Flag.person_id.in_(ids), FlagStep.account_id == actor.account_id
    )
    current = (PersonLink.source_record_id == SourceRecord.id) & PersonLink.superseded_at.is_(None) & PersonLink.person_id.in_(ids)
    ratings = (
        select(PersonLink.person_id)
        .join(SourceRecord, current)
        .join(Rating, Rating.referral_id == SourceRecord.referral_id)
        .where(Rating.account_id == actor.account_id)
    )
    decisions = (
        select(PersonLink.person_id)
        .join(ChildDecision, (ChildDecision.source_record_id == PersonLink.source_record_id) & PersonLink.superseded_at.is_(None))
        .join(Decision, Decision.id == ChildDecision.decision_id)
        .where(PersonLink.person_id.in_(ids), Decision.account_id == actor.account_id)
    )
    return {key for query in (mine, steps, ratings, decisions) for key in session.scalars(query)}
