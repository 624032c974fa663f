"""A referral and a restricted record: the one who looks is told whom to ask, and those named are told at once."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor, Role
from safeguard.agencies.model import Account
from safeguard.people import visible
from safeguard.people.model import MatchProposal, PersonLink
from safeguard.people.restricted.model import RestrictionReader, RestrictionRecord, RestrictionStep
from safeguard.people.restricted.notices import holders_of_role, readers_of, tell
from safeguard.people.sight import sees_everything

_MOST_NAMED = 3


@sees_everything
def whom_to_ask(session: Session, actor: Actor, record_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Sequence[str]]:
    """For each source record that may be a person restricted from `actor`: the names of those who may say.

    Who that person is, and how many fit, is not told; nor is anything where only a conflict of interest stops the actor.
    """
    found = _restrictions_proposed(session, record_ids, visible.barred(actor, "person"))
    if not found:
        return {}
    everybody = set().union(*found.values())
    names: dict[uuid.UUID, list[str]] = defaultdict(list)
    rows = session.execute(
        select(RestrictionReader.restriction_id, Account.name)
        .join(Account, (Account.id == RestrictionReader.account_id) | (Account.role == RestrictionReader.role))
        .where(RestrictionReader.restriction_id.in_(everybody), RestrictionReader.ended_at.is_(None), Account.active)
        .order_by(Account.name)
    ).tuples()
    for restriction_id, name in rows:
        names[restriction_id].append(name)
    return {
        record_id: list(dict.fromkeys(name for one in sorted(ids) for name in names[one]))[:_MOST_NAMED] or ["the hub manager"]
        for record_id, ids in found.items()
    }


@sees_everything
def restrictions_that_may_concern(session: Session, actor: Actor, record_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """The restrictions that stop `actor` and whose person a source record may be."""
    return sorted(_restrictions_proposed(session, [record_id], visible.barred(actor, "person")).get(record_id, ()))


def _restrictions_proposed(
    session: Session, record_ids: Collection[uuid.UUID], restrictions: visible.Ids
) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Of these restrictions those on a person whom each record may be, and nobody has said yet."""
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    rows = session.execute(
        select(MatchProposal.source_record_id, RestrictionRecord.restriction_id)
        .join(PersonLink, (PersonLink.person_id == MatchProposal.person_id) & PersonLink.superseded_at.is_(None))
        .join(RestrictionRecord, RestrictionRecord.source_record_id == PersonLink.source_record_id)
        .where(
            MatchProposal.source_record_id.in_(list(record_ids)), MatchProposal.answered_at.is_(None),
            RestrictionRecord.restriction_id.in_(restrictions),
        )
        .distinct()
    ).tuples()
    for record_id, restriction_id in rows:
        found[record_id].add(restriction_id)
    return dict(found)


@sees_everything
def tell_those_named(session: Session, record_ids: Collection[uuid.UUID], *, at: datetime) -> None:
    """Tell everybody named on a restriction that new source records are of its person, or may be; nobody else works on it."""
    ids = list(record_ids)
    about = set(
        session.scalars(
            select(RestrictionRecord.restriction_id)
            .join(PersonLink, PersonLink.source_record_id == RestrictionRecord.source_record_id)
            .where(
                PersonLink.superseded_at.is_(None),
                PersonLink.person_id.in_(
                    select(PersonLink.person_id)
                    .where(PersonLink.source_record_id.in_(ids), PersonLink.superseded_at.is_(None))
                    .union(
                        select(MatchProposal.person_id).where(
                            MatchProposal.source_record_id.in_(ids), MatchProposal.answered_at.is_(None)
                        )
                    )
                ),
                RestrictionRecord.restriction_id.not_in(
                    select(RestrictionStep.restriction_id).where(RestrictionStep.act == "lifted")
                ),
            )
        )
    )
    for restriction_id in sorted(about):
        named = readers_of(session, [restriction_id])
        roles = session.scalars(
            select(RestrictionReader.role).where(
                RestrictionReader.restriction_id == restriction_id, RestrictionReader.role.is_not(None),
                RestrictionReader.ended_at.is_(None),
            )
        ).all()
        by_role = holders_of_role(session, *(Role(role) for role in roles if role))
        # Where nobody named can sign in, the managers pass, and so they are told.
        people = [*named, *by_role] or holders_of_role(session, Role.MANAGER)
        tell(session, people, "arrived", restriction_id, by=None, at=at)
