"""One source record with who stated it and whose it is now."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.agencies.model import Agency
from safeguard.kernel.errors import NotFound
from safeguard.people.model import PersonLink, SourceRecord


@dataclass(frozen=True, slots=True)
class StatedRecord:
    """A source record, the agency that stated it, and the person it is linked to now."""

    record: SourceRecord
    agency: Agency
    person_id: uuid.UUID


def source_record(session: Session, record_id: uuid.UUID) -> StatedRecord:
    """Find a source record.

    Raises:
        NotFound: there is none.
    """
    found = session.execute(
        select(SourceRecord, Agency, PersonLink.person_id)
        .join(Agency, Agency.id == SourceRecord.agency_id)
        .join(PersonLink, (PersonLink.source_record_id == SourceRecord.id) & PersonLink.superseded_at.is_(None))
        .where(SourceRecord.id == record_id)
    ).first()
    if found is None:
        raise NotFound("source record")
    return StatedRecord(*found)
