"""NHS numbers that more than one person is said to have. Both may be right about everything else: a person must look."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.people.model import PersonLink, SourceRecord


def claimants(session: Session, nhs_number: str | None) -> set[uuid.UUID]:
    """The people for whom this NHS number is stated, as their records are linked now."""
    if not nhs_number:
        return set()
    rows = session.scalars(
        select(PersonLink.person_id)
        .distinct()
        .join(SourceRecord, SourceRecord.id == PersonLink.source_record_id)
        .where(SourceRecord.nhs_number == nhs_number, PersonLink.superseded_at.is_(None))
    )
    return set(rows)
