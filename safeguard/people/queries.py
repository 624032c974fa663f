"""Small reads of source records that other rooms ask for."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.people.model import SourceRecord


def record_ids_of_referral(session: Session, referral_id: uuid.UUID) -> list[uuid.UUID]:
    """The source records of everybody named in a referral."""
    return list(session.scalars(select(SourceRecord.id).where(SourceRecord.referral_id == referral_id)))
