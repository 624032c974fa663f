"""Which children does this adult, address, place or phone connect, and what concerns do they carry?"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func, select, union
from sqlalchemy.orm import Session, aliased

from safeguard.concerns.links import Link
from safeguard.concerns.model import Address, CaseEvent, Enrolment, EventMark, Place, Residence
from safeguard.concerns.named import named_id, with_named, with_phone
from safeguard.concerns.neighbourhood import Neighbourhood, neighbourhood
from safeguard.concerns.neighbourhood_rows import records_with_phone
from safeguard.concerns.network import Network, network_of
from safeguard.kernel.errors import NotFound
from safeguard.people.matching.phone import phone_figures
from safeguard.people.model import Person, PersonLink, SourceRecord
from safeguard.people.search_terms import written_forms

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
    """The children whom a person, an address, or a school or practice connects, by the id of that node; or whom a place, online
    space, vehicle or phone does, by the id of a mark that names it or of a record that gives the number.

    Raises:
        NotFound: there is no such person, address, place or phone, for this actor.
    """
    if session.scalar(select(Person.id).where(Person.id == node_id)) is not None:
        return _of_person(session, node_id, on=on, today=today)
    address = session.scalar(select(Address).where(Address.id == node_id))
    if address is not None:
        return _of_many(session, Residence, Residence.address_id == node_id, node_id, "address", address.one_line, on=on, today=today)
    place = session.scalar(select(Place).where(Place.id == node_id))
    if place is not None:
        return _of_many(session, Enrolment, Enrolment.place_id == node_id, node_id, place.kind, place.name, on=on, today=today)
    mark = session.scalar(select(EventMark).where(EventMark.id == node_id))
    if mark is not None and mark.kind != "phone":
        return _of_mark(session, mark, on=on, today=today)
    given = mark.label if mark is not None else session.scalar(select(SourceRecord.phone).where(SourceRecord.id == node_id))
    if mark is None and not phone_figures(given):
        raise NotFound("person, address, place or phone")
    return _of_phone(session, mark, phone_figures(given), on=on, today=today)


def _of_person(session: Session, person_id: uuid.UUID, *, on: date, today: date) -> Reach:
    found = neighbourhood(session, [person_id], hops=1, thorough=True)
    if person_id not in found.people:
        raise NotFound("person")
    network, distance = network_of(found, on=on, today=today).on(on).within(1)
    children = [key for key, steps in distance.items() if steps == 1 and network.nodes[key].is_child]
    joins = {key: _between(network, key, {person_id}) for key in children}
    return _answer("person", found.people[person_id].name, network, found, joins, len(distance) - 1)


def _of_many(
    session: Session, stated: type[Residence | Enrolment], here: object, node_id: uuid.UUID, kind: str, label: str, *,
    on: date, today: date,
) -> Reach:  # fmt: skip
    """The people whom records place here; of many only those with a concern lately."""
    linked = (PersonLink.source_record_id == stated.source_record_id) & PersonLink.superseded_at.is_(None)
    members = select(PersonLink.person_id).select_from(stated).join(PersonLink, linked).where(here).distinct()  # type: ignore[arg-type]
    chosen, count = _chosen(session, members, today)
    found = neighbourhood(session, chosen, hops=0)
    network = network_of(found, on=on, today=today).on(on)
    return _answer(kind, label, network, found, _joined(network, chosen, {node_id}), count)


def _of_mark(session: Session, mark: EventMark, *, on: date, today: date) -> Reach:
    """The people whose events name the same place, online space or vehicle."""
    chosen, count = _chosen(session, _named_by(EventMark.kind == mark.kind, EventMark.mark == mark.mark), today)
    found = neighbourhood(session, chosen, hops=0)
    network = with_named(network_of(found, on=on, today=today), found, by=on, kinds={mark.kind}).on(on)
    joins = _joined(network, chosen, {named_id(mark.kind, mark.mark)})
    return _answer(mark.kind, mark.label, network, found, joins, count)


def _of_phone(session: Session, mark: EventMark | None, figures: str, *, on: date, today: date) -> Reach:
    """The children for whom a number was given or whose events name it, and those related to an adult of whom that is so.

    The name of an account is known from events alone.
    """
    kind, names = "phone", {mark.mark} if mark is not None else set()
    names |= {"".join(sign for sign in form if sign.isalnum()) for form in written_forms(f"0{figures}")} if figures else set()
    given = records_with_phone(session, {figures} if figures else set()).get(figures, set())
    by_record = select(PersonLink.person_id).where(PersonLink.superseded_at.is_(None), PersonLink.source_record_id.in_(given))
    named = _named_by(EventMark.kind == kind, EventMark.mark.in_(names))
    chosen, count = _chosen(session, union(by_record, named).subquery(), today)
    found = neighbourhood(session, chosen, hops=1)
    network = with_named(network_of(found, on=on, today=today), found, by=on, kinds={kind})
    nodes = {named_id(kind, name) for name in names}
    if figures:
        network = with_phone(network, found, figures)
        nodes.add(named_id(kind, figures))
    network = network.on(on)
    joins = _joined(network, chosen, nodes)
    for adult in (key for key in chosen if key in network.nodes and not network.nodes[key].is_child):
        theirs = _between(network, adult, nodes)
        for link in network.links if theirs else ():
            child = next(iter(link.ends - {adult}), None)
            if link.kind == "relationship" and adult in link.ends and child in network.nodes and network.nodes[child].is_child:
                joins[child] = tuple(dict.fromkeys((*joins.get(child, ()), *theirs, link)))
    label = f"0{figures}" if figures else mark.label if mark is not None else ""
    return _answer(kind, label, network, found, joins, count)


def _named_by(*marked: ColumnElement[bool]) -> Select[Any]:
    """The people whose events hold such a mark and were not corrected."""
    again = aliased(CaseEvent)
    linked = (PersonLink.source_record_id == CaseEvent.source_record_id) & PersonLink.superseded_at.is_(None)
    rows = select(PersonLink.person_id).select_from(EventMark).join(CaseEvent, CaseEvent.id == EventMark.case_event_id)
    return rows.join(PersonLink, linked).where(*marked, ~select(again.id).where(again.supersedes_id == CaseEvent.id).exists()).distinct()


def _chosen(session: Session, members: Select[Any] | Subquery, today: date) -> tuple[list[uuid.UUID], int]:
    """Whom to show of these people, and how many there are: of many only those with a concern lately, the last of them first."""
    everybody = members if isinstance(members, Subquery) else members.subquery()
    theirs = select(everybody.c.person_id)
    count = session.scalar(select(func.count()).select_from(everybody)) or 0
    if count <= MOST_SHOWN:
        return sorted(session.scalars(theirs)), count
    lately = (
        select(PersonLink.person_id, func.max(CaseEvent.known_on).label("last"))
        .join(CaseEvent, CaseEvent.source_record_id == PersonLink.source_record_id)
        .where(
            PersonLink.superseded_at.is_(None), PersonLink.person_id.in_(theirs), CaseEvent.kind == "inbound_concern",
            CaseEvent.known_on > today - RECENT, CaseEvent.known_on <= today,
        )
        .group_by(PersonLink.person_id)
    )  # fmt: skip
    return list(session.scalars(lately.order_by(func.max(CaseEvent.known_on).desc(), PersonLink.person_id).limit(MOST_SHOWN))), count


def _joined(network: Network, chosen: Iterable[uuid.UUID], of: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[Link, ...]]:
    """The children among these people who are linked with one of these nodes, each with those links."""
    children = (key for key in chosen if key in network.nodes and network.nodes[key].is_child)
    return {key: links for key in children if (links := _between(network, key, of))}


def _between(network: Network, person: uuid.UUID, of: Collection[uuid.UUID]) -> tuple[Link, ...]:
    return tuple(link for link in network.links if person in link.ends and link.ends & set(of))


def _answer(
    kind: str, label: str, network: Network, found: Neighbourhood, joins: Mapping[uuid.UUID, tuple[Link, ...]], people: int
) -> Reach:
    reached = [Reached(child, links, concerns_of(found, child)) for child, links in joins.items()]
    reached.sort(key=lambda one: (-(one.concerns.last or date.min).toordinal(), -one.concerns.count, str(one.child)))
    summarised = kind != "person" and people > MOST_SHOWN
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
