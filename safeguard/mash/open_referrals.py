"""The referrals of people that the desk has not decided yet."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.mash.model import Episode, undecided
from safeguard.people.model import PersonLink, SourceRecord
from safeguard.referrals.model import Referral


@dataclass(frozen=True, slots=True)
class OpenReferral:
    """A referral about somebody as its child, waiting for a decision."""

    id: uuid.UUID
    reference: str
    received_at: datetime


def open_referrals(session: Session, person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[OpenReferral]]:
    """The undecided referrals of each of these people, oldest first, in one statement."""
    found: dict[uuid.UUID, list[OpenReferral]] = {key: [] for key in person_ids}
    rows = session.execute(
        select(PersonLink.person_id, Referral.id, Referral.reference, Referral.submitted_at)
        .distinct()
        .join(SourceRecord, SourceRecord.id == PersonLink.source_record_id)
        .join(Referral, Referral.id == SourceRecord.referral_id)
        .outerjoin(Episode, Episode.referral_id == Referral.id)
        .where(
            PersonLink.person_id.in_(list(person_ids)),
            PersonLink.superseded_at.is_(None),
            SourceRecord.role == "subject",
            undecided,
        )
        .order_by(Referral.submitted_at, Referral.id)
    ).tuples()
    for person_id, key, reference, received_at in rows:
        assert reference is not None  # a submitted referral has its reference
        assert received_at is not None
        found[person_id].append(OpenReferral(key, reference, received_at))
    return found
