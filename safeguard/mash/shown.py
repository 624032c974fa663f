"""Whom a page of the desk tells of, beside the one it is about: for the audit, and for the reader of an adult's page."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.concerns.model import CaseEvent
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.mash.case import Case
from safeguard.people.candidates import people_of
from safeguard.risk.flag_queries import flags_of
from safeguard.risk.model import Flag, FlagEvidence


def people_of_case(session: Session, case: Case) -> set[uuid.UUID]:
    """The people of a case, those they may be, and those whose events its flags cite."""
    return {*case.identities, *people_of_flags(session, case.flags)}


def people_of_flags(session: Session, flags: Sequence[tuple[Flag, Sequence[FlagEvidence]]]) -> set[uuid.UUID]:
    """The people whose events are evidence of these flags."""
    cited = [uuid.UUID(item.evidence_id) for _flag, evidence in flags for item in evidence if item.kind == "event"]
    if not cited:
        return set()
    records = session.scalars(select(CaseEvent.source_record_id).where(CaseEvent.id.in_(cited)))
    return set(people_of(session, records).values())


def flags_citing(
    session: Session, around: Neighbourhood, person_id: uuid.UUID
) -> list[tuple[Flag, Sequence[FlagEvidence]]]:
    """The open flags of others that rest on an event, a relationship or a home of this person."""
    theirs = {str(event.id) for event in around.events if event.person_id == person_id}
    theirs |= {str(edge.id) for edge in around.relationships if person_id in (edge.from_person, edge.to_person)}
    theirs |= {str(home.id) for home in around.residences if home.person_id == person_id}
    others = [key for key in around.people if key != person_id]
    return [
        (flag, evidence)
        for flag, evidence in flags_of(session, others)
        if flag.status == "open" and any(item.evidence_id in theirs for item in evidence)
    ]
