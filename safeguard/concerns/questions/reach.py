"""Which children does this adult, address or place connect, and what concerns do they carry?"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safeguard.concerns.links import Link
from safeguard.concerns.model import Address, CaseEvent, Enrolment, Place, Residence
from safeguard.concerns.neighbourhood import Neighbourhood, neighbourhood
from safeguard.concerns.network import Network, network_of
from safeguard.kernel.errors import NotFound
from safeguard.people.model import Person, PersonLink

MOST_SHOWN = 60
# Of a place with many people only those of whom a concern became known within this time are shown by name.
RECENT = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Concerns:
    """The concerns that came in about a child: how many, the last day, their categories, and from how many agencies."""

    count: int
    last: date | None
    categories: tuple[str, ...]
    agencies: int


@dataclass(frozen=True, slots=True)
class Reached:
    """A child, the links that join them with what was asked of, and the concerns they carry."""

    child: uuid.UUID
    links: tuple[Link, ...]
    concerns: Concerns


@dataclass(frozen=True, slots=True)
class Reach:
    """The children reached, those with most recent concerns first.

    Where more people belong than are shown, `people` says how many there are, and only those with a concern of the last
    year are `children`.
    """

    kind: str
    label: str
    network: Network
    children: tuple[Reached, ...]
    people: int
    summarised: bool


def reach(session: Session, node_id: uuid.UUID, *, on: date, today: date) -> Reach:
    """The children whom a person, an address, or a school or practice connects, by the id of that node.

    Raises:
        NotFound: there is no such person, address or place, for this actor.
    """
    if session.scalar(select(Person.id).where(Person.id == node_id)) is not None:
        return _of_person(session, node_id, on=on, today=today)
    address = session.scalar(select(Address).where(Address.id == node_id))
    if address is not None:
        return _of_many(session, Residence, Residence.address_id == node_id, node_id, "address", address.one_line, on=on, today=today)
    place = session.scalar(select(Place).where(Place.id == node_id))
    if place is None:
        raise NotFound("person, address or place")
    return _of_many(session, Enrolment, Enrolment.place_id == node_id, node_id, place.kind, place.name, on=on, today=today)


def _of_person(session: Session, person_id: uuid.UUID, *, on: date, today: date) -> Reach:
    found = neighbourhood(session, [person_id], hops=1, thorough=True)
    if person_id not in found.people:
        raise NotFound("person")
    network, distance = network_of(found, on=on, today=today).on(on).within(1)
    children = [key for key, steps in distance.items() if steps == 1 and network.nodes[key].is_child]
    return _answer("person", found.people[person_id].name, network, found, children, person_id, len(distance) - 1, summarised=False)


def _of_many(
    session: Session, stated: type[Residence | Enrolment], here: object, node_id: uuid.UUID, kind: str, label: str, *,
    on: date, today: date,
) -> Reach:  # fmt: skip
    """The people whom records place here; of many only those with a concern lately."""
    linked = (PersonLink.source_record_id == stated.source_record_id) & PersonLink.superseded_at.is_(None)
    members = select(PersonLink.person_id).select_from(stated).join(PersonLink, linked).where(here).distinct()  # type: ignore[arg-type]
    count = session.scalar(select(func.count()).select_from(members.subquery())) or 0
    if count > MOST_SHOWN:
        theirs = select(PersonLink.person_id, func.max(CaseEvent.known_on).label("last")).join(
            CaseEvent, CaseEvent.source_record_id == PersonLink.source_record_id
        )
        lately = theirs.where(
            PersonLink.superseded_at.is_(None), PersonLink.person_id.in_(members), CaseEvent.kind == "inbound_concern",
            CaseEvent.known_on > today - RECENT, CaseEvent.known_on <= today,
        ).group_by(PersonLink.person_id)  # fmt: skip
        chosen = list(session.scalars(lately.order_by(func.max(CaseEvent.known_on).desc(), PersonLink.person_id).limit(MOST_SHOWN)))
    else:
        chosen = sorted(session.scalars(members))
    found = neighbourhood(session, chosen, hops=0)
    network = network_of(found, on=on, today=today).on(on)
    children = [key for key in chosen if key in network.nodes and network.nodes[key].is_child]
    here_now = [key for key in children if any({link.one, link.other} == {key, node_id} for link in network.links)]
    return _answer(kind, label, network, found, here_now, node_id, count, summarised=count > MOST_SHOWN)


def _answer(
    kind: str, label: str, network: Network, found: Neighbourhood, children: Iterable[uuid.UUID], node_id: uuid.UUID, people: int,
    *, summarised: bool,
) -> Reach:  # fmt: skip
    reached = [
        Reached(child, tuple(link for link in network.links if link.ends == {child, node_id}), concerns_of(found, child))
        for child in children
    ]
    reached.sort(key=lambda one: (-(one.concerns.last or date.min).toordinal(), -one.concerns.count, str(one.child)))
    return Reach(kind, label, network, tuple(reached), people, summarised)


def concerns_of(found: Neighbourhood, child: uuid.UUID) -> Concerns:
    """The concerns that came in about a child of a neighbourhood."""
    corrected = {event.supersedes_id for event in found.events}
    told = [
        event
        for event in found.events
        if event.person_id == child and event.kind == "inbound_concern" and event.id not in corrected
    ]
    categories = dict.fromkeys(code for event in reversed(told) for code in event.categories)
    return Concerns(len(told), max((event.known_on for event in told), default=None), tuple(categories), len({e.agency_id for e in told}))
