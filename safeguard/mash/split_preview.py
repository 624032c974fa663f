"""What parting a person would leave and what it would take away; for taking a joining back, what was added since."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.agencies.model import Agency
from safeguard.kernel.errors import NotFound
from safeguard.mash.record_facts import RecordFacts, facts_of
from safeguard.people.candidates import clusters_of
from safeguard.people.identity import Identity, identity_of
from safeguard.people.links import current_links
from safeguard.people.merging import state_of
from safeguard.people.model import PersonLink, SourceRecord


@dataclass(frozen=True, slots=True)
class WholePerson:
    """A person with every record newest first, what hangs on each, and its link; `seen` names exactly that state."""

    person_id: uuid.UUID
    identity: Identity
    records: Sequence[SourceRecord]
    links: Sequence[PersonLink]
    facts: Mapping[uuid.UUID, RecordFacts]
    agencies: Mapping[uuid.UUID, Agency]
    seen: str

    def part(self, record_ids: Collection[uuid.UUID], *, without: bool = False) -> Part:
        """The person that these records, or `without` them all the others, would make."""
        records = [record for record in self.records if (record.id in record_ids) is not without]
        return Part(
            identity=identity_of(records[::-1]),
            records=records,
            family=_once(self.facts[record.id].family for record in records),
            addresses=_once(self.facts[record.id].addresses for record in records),
            events=_once(self.facts[record.id].events for record in records),
            statements=_once(self.facts[record.id].statements for record in records),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One of the two people that a parting would make, with all that goes there."""

    identity: Identity
    records: Sequence[SourceRecord]
    family: Sequence[str]
    addresses: Sequence[str]
    events: Sequence[str]
    statements: Sequence[str]


def whole_person(session: Session, person_id: uuid.UUID) -> WholePerson:
    """Load a person record by record, in a fixed number of statements.

    Raises:
        NotFound: there is no such person, or nothing is linked to them.
    """
    records = clusters_of(session, [person_id])[person_id]
    if not records:
        raise NotFound("person")
    links = current_links(session, [person_id])[person_id]
    agency_ids = {record.agency_id for record in records}
    return WholePerson(
        person_id=person_id,
        identity=identity_of(records),
        records=list(reversed(records)),
        links=links,
        facts=facts_of(session, [record.id for record in records]),
        agencies={one.id: one for one in session.scalars(select(Agency).where(Agency.id.in_(agency_ids)))},
        seen=state_of(links),
    )


def _once(lists: Iterable[Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(words for one in lists for words in one))
