"""Whether something written down earlier tells its reader what is hidden from them."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from safeguard.concerns.model import CaseEvent, Residence
from safeguard.people.candidates import people_of
from safeguard.people.model import PersonLink
from safeguard.people.sight import unseen, whole


def tells_of_hidden(session: Session, person_ids: Collection[uuid.UUID]) -> bool:
    """Whether a text that tells all of these people tells of somebody, an address or an event the reader may not see."""
    hidden = unseen(session)
    if hidden is None or not hidden.any or not person_ids:
        return False
    with whole(session):
        mine = select(PersonLink.source_record_id).where(PersonLink.person_id.in_(list(person_ids)))
        # Links that were superseded count: what was told of a record is told, wherever it belongs now.
        records = set(session.scalars(mine))
        if {*person_ids, *people_of(session, records).values()} & hidden.ids(session, "people"):
            return True
        lived = select(Residence.id).where(Residence.source_record_id.in_(mine), Residence.address_id.in_(hidden.addresses))
        sealed = select(CaseEvent.id).where(
            CaseEvent.source_record_id.in_(mine), or_(CaseEvent.id.in_(hidden.events), CaseEvent.id.in_(hidden.reworded))
        )
        return session.scalar(lived.limit(1)) is not None or session.scalar(sealed.limit(1)) is not None
