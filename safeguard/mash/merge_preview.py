"""What comes together when two people are joined: shown before it is done, in a fixed number of statements."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from safeguard.agencies.model import Agency
from safeguard.concerns.model import Address
from safeguard.concerns.neighbourhood import Neighbourhood, neighbourhood
from safeguard.kernel.errors import NotFound
from safeguard.mash.comparison import BothSides, both_sides
from safeguard.mash.merge_doubts import doubts
from safeguard.mash.open_referrals import OpenReferral, open_referrals
from safeguard.people.explaining import explained
from safeguard.people.identity import Identity
from safeguard.people.links import current_links
from safeguard.people.matching.decide import Proposal
from safeguard.people.merging import state_of, waiting_for, who_stays
from safeguard.people.model import IdentityChange, MatchVerdict, SourceRecord
from safeguard.people.verdicts import verdicts_between
from safeguard.risk.flag_queries import flags_of
from safeguard.risk.model import Flag, FlagEvidence


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two people, with what hangs on their records."""

    person_id: uuid.UUID
    identity: Identity
    records: Sequence[SourceRecord]
    open_referrals: Sequence[OpenReferral]
    flags: Sequence[tuple[Flag, Sequence[FlagEvidence]]]
    relatives: Sequence[str]
    addresses: Sequence[str]
    events: int


@dataclass(frozen=True, slots=True)
class MergePreview:
    """Two people who may be one. `stays` keeps their identity; `seen` names exactly the state that is shown."""

    stays: Side
    joins: Side
    facts: Sequence[BothSides]
    compared: Proposal
    doubts: Sequence[str]
    verdicts: Sequence[tuple[MatchVerdict, str]]
    agencies: Mapping[uuid.UUID, Agency]
    waiting: IdentityChange | None
    seen: str

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.stays, self.joins

    @property
    def why_two(self) -> tuple[str, ...]:
        """Why a second person must agree; empty where one is enough."""
        if all(side.open_referrals for side in self.sides):
            references = ", ".join(one.reference for side in self.sides for one in side.open_referrals)
            return (f"Both have a referral waiting for a decision ({references})",)
        return ()


def merge_preview(session: Session, one: uuid.UUID, other: uuid.UUID) -> MergePreview:
    """Load all that joining the two would bring together.

    Raises:
        NotFound: one of them does not exist, has no records any more, or both are one.
    """
    stays, joins = who_stays(session, one, other)
    links = current_links(session, (stays, joins))
    if not (links[stays] and links[joins]):
        raise NotFound("person")
    around = neighbourhood(session, (stays, joins), hops=1)
    records = around.records
    waiting = open_referrals(session, (stays, joins))
    flags = flags_of(session, (stays, joins))
    sides = [
        Side(
            person_id=key,
            identity=around.people[key],
            records=records[key],
            open_referrals=waiting[key],
            flags=[(flag, evidence) for flag, evidence in flags if flag.person_id == key and flag.status == "open"],
            relatives=_relatives(around, key),
            addresses=_addresses(around, key),
            events=sum(event.person_id == key for event in around.events),
        )
        for key in (stays, joins)
    ]
    ids = [[record.id for record in records[key]] for key in (stays, joins)]
    return MergePreview(
        stays=sides[0],
        joins=sides[1],
        facts=both_sides(records[stays], records[joins]),
        compared=explained(records[stays], records[joins]),
        doubts=doubts(records[stays], records[joins], people=frozenset((stays, joins)), relationships=around.relationships),
        verdicts=verdicts_between(session, *ids),
        agencies=around.agencies,
        waiting=waiting_for(session, stays, joins),
        seen=state_of([*links[stays], *links[joins]]),
    )


def _relatives(around: Neighbourhood, person_id: uuid.UUID) -> list[str]:
    """Everybody with a stated relationship to a person, by name, once each."""
    ends = [
        edge.to_person if edge.from_person == person_id else edge.from_person
        for edge in around.relationships
        if person_id in {edge.from_person, edge.to_person}
    ]
    return [around.people[key].name for key in dict.fromkeys(ends)]


def _addresses(around: Neighbourhood, person_id: uuid.UUID) -> list[str]:
    """Where a person has lived besides the addresses that their records state, which stand among the facts."""
    stated = {_address_of(record) for record in around.records[person_id]}
    ids = dict.fromkeys(home.address_id for home in around.residences if home.person_id == person_id)
    return [words for key in ids if (words := _address_of(around.addresses[key])) not in stated]


def _address_of(place: Address | SourceRecord) -> str:
    """An address on one line."""
    lines = place.lines if isinstance(place, Address) else place.address_lines
    return ", ".join([*lines, *([place.postcode] if place.postcode else [])])
