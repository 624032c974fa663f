"""Telling whoever works with a child that somebody else looked at the record."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.mash.allocation.model import Allocation
from safeguard.mash.model import ChildDecision, Decision, Episode, Rating, undecided
from safeguard.people.model import PersonLink, SourceRecord
from safeguard.people.restricted.model import AccessNotice
from safeguard.people.restricted.notices import tell
from safeguard.risk.model import Flag, FlagStep

# One notice says it; a colleague who looks again the same day says nothing new.
ONCE_IN = timedelta(days=1)


def tell_owners(session: Session, actor: Actor, person_ids: Collection[uuid.UUID], *, at: datetime) -> None:
    """Tell the owners of these people's open flags, and whose their undecided referrals are, that `actor` looked.

    Nobody is told where `actor` has had a part in the work: a flag owned or acted on, a referral that names the person and was
    theirs or rated by them, or a decision for the person.
    """
    flags = (
        select(Flag.person_id, Flag.owner_id, literal("looked"))
        .where(
            Flag.person_id.in_(list(person_ids)), Flag.status == "open", Flag.owner_id.is_not(None), Flag.owner_id != actor.account_id
        )
        .distinct()
    )
    cases = (
        select(PersonLink.person_id, Allocation.account_id, literal("looked_case"))
        .join(SourceRecord, SourceRecord.id == PersonLink.source_record_id)
        .join(Allocation, (Allocation.referral_id == SourceRecord.referral_id) & Allocation.ended_at.is_(None))
        .outerjoin(Episode, Episode.referral_id == Allocation.referral_id)
        .where(
            PersonLink.person_id.in_(list(person_ids)), PersonLink.superseded_at.is_(None), Allocation.account_id != actor.account_id,
            undecided,
        )
        .distinct()
    )
    # Whoever owns a flag of the person and has the case too is told once.
    owners: dict[tuple[uuid.UUID, uuid.UUID], str] = {}
    for query in (flags, cases):
        for person_id, owner_id, kind in session.execute(query).tuples():
            if owner_id is not None:
                owners.setdefault((person_id, owner_id), kind)
    people = {person_id for person_id, _owner in owners} - _worked_on(session, actor, [person_id for person_id, _owner in owners])
    if not people:
        return
    told = set(
        session.execute(
            select(AccessNotice.account_id, AccessNotice.about_id).where(
                AccessNotice.kind.in_(("looked", "looked_case")), AccessNotice.by_account_id == actor.account_id,
                AccessNotice.about_id.in_(people), AccessNotice.at > at - ONCE_IN,
            )
        ).tuples()
    )
    for (person_id, owner_id), kind in owners.items():
        if person_id in people and (owner_id, person_id) not in told:
            tell(session, [owner_id], kind, person_id, by=actor, at=at)


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
    had = (
        select(PersonLink.person_id)
        .join(SourceRecord, current)
        .join(Allocation, Allocation.referral_id == SourceRecord.referral_id)
        .where(Allocation.account_id == actor.account_id)
    )
    decisions = (
        select(PersonLink.person_id)
        .join(ChildDecision, (ChildDecision.source_record_id == PersonLink.source_record_id) & PersonLink.superseded_at.is_(None))
        .join(Decision, Decision.id == ChildDecision.decision_id)
        .where(PersonLink.person_id.in_(ids), Decision.account_id == actor.account_id)
    )
    return {key for query in (mine, steps, ratings, had, decisions) for key in session.scalars(query)}
