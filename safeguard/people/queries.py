"""Small reads of source records that other rooms ask for."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.people.candidates import clusters_of
from safeguard.people.identity import identity_of
from safeguard.people.model import SourceRecord


def record_ids_of_referral(session: Session, referral_id: uuid.UUID) -> list[uuid.UUID]:
    """The source records of everybody named in a referral."""
    return list(session.scalars(select(SourceRecord.id).where(SourceRecord.referral_id == referral_id)))


def names_of(session: Session, person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The name of each of these people; those with no record left are not there."""
    return {key: identity_of(said).name for key, said in clusters_of(session, person_ids).items() if said}
