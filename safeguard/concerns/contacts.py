"""Referrals and other contacts as nodes of the graph, between the agency that made each and the people it was about. Pure.

A contact is what one agency told on one day without a referral: the events of that day are one contact, about as many people.
What was decided is no contact.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from safeguard.concerns.links import Link, Source
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.concerns.network import ADDITION, AGENCY, CONTACT, PERSON, REFERRAL, Network, Node
from safeguard.concerns.occurrences import standing
from safeguard.concerns.stated import KnownEvent
from safeguard.kernel.dates import long_date
from safeguard.people.model import SourceRecord

_DECIDED = "decision_or_activity"
# Contacts are worked out, so their ids are too: the same for the same agency and day.
_CONTACTS = uuid.UUID("6f0f2f2e-4c3c-5c5b-9d70-0b6f5a1f6a55")


@dataclass(frozen=True, slots=True)
class Contact:
    """A referral or another contact, by its id as a node, with the events that came in it; the oldest first."""

    id: uuid.UUID
    kind: str
    label: str
    events: tuple[KnownEvent, ...]

    @property
    def agency_id(self) -> uuid.UUID:
        return self.events[0].agency_id

    @property
    def people(self) -> tuple[uuid.UUID, ...]:
        return tuple(dict.fromkeys(event.person_id for event in self.events))


def contacts_of(events: Iterable[KnownEvent]) -> list[Contact]:
    """The referrals and other contacts that these events came in, the oldest first; what was corrected counts no more."""
    found: dict[uuid.UUID, list[KnownEvent]] = defaultdict(list)
    for event in standing(events):
        if event.kind != _DECIDED:
            found[event.referral_id or uuid.uuid5(_CONTACTS, f"{event.agency_id} {event.known_on}")].append(event)
    return [_contact(key, theirs) for key, theirs in found.items()]


def _contact(key: uuid.UUID, events: Sequence[KnownEvent]) -> Contact:
    first = events[0]
    if first.referral_id is None:
        return Contact(key, CONTACT, f"Contact of {long_date(first.known_on)}", tuple(events))
    reference = next((event.reference for event in events if event.reference), None)
    label = f"Referral {reference} of {long_date(first.known_on)}" if reference else f"Referral of {long_date(first.known_on)}"
    return Contact(key, REFERRAL, label, tuple(events))


def with_contacts(network: Network, around: Neighbourhood, *, by: date) -> Network:
    """`network` with the referrals and contacts about its people that were known by that day, and the agencies that made them.

    Whoever else a referral names is linked with it too. What a reader may not see is in neither: `around` does not hold it.
    """
    people = {key for key, node in network.nodes.items() if node.kind == PERSON}
    contacts = contacts_of(event for event in around.events if event.person_id in people and event.known_on <= by)
    nodes = {one.id: Node(one.id, one.kind, one.label) for one in contacts}
    nodes |= {one.agency_id: Node(one.agency_id, AGENCY, around.agencies[one.agency_id].name) for one in contacts}
    links = [link for one in contacts for link in _links(one)]
    links += _named({one.id: one for one in contacts if one.kind == REFERRAL}, around, people)
    return replace(
        network, nodes=network.nodes | nodes, links=tuple(sorted((*network.links, *links), key=lambda link: link.key))
    )


def with_additions(network: Network, around: Neighbourhood, *, by: date) -> Network:
    """`network`, which has its referrals already, with what was added to them by that day and the agencies that did."""
    nodes: dict[uuid.UUID, Node] = {}
    links: list[Link] = []
    for one in around.additions:
        if one.on > by or one.referral_id not in network.nodes:
            continue
        said = (Source("addition", one.id, one.agency_id, one.on),)
        nodes[one.id] = Node(one.id, ADDITION, f"{one.kind}, {long_date(one.on)}", day=one.on)
        nodes[one.agency_id] = Node(one.agency_id, AGENCY, around.agencies[one.agency_id].name)
        links.append(Link("added", one.agency_id, one.id, "", "stated", one.on, None, said))
        links.append(Link("adds", one.id, one.referral_id, "", "stated", one.on, None, said))
    return replace(network, nodes=network.nodes | nodes, links=tuple(sorted((*network.links, *links), key=lambda link: link.key)))


def _links(contact: Contact) -> Iterable[Link]:
    first = contact.events[0]
    codes = {event.source_code for event in contact.events}
    rows = tuple(_source(event) for event in contact.events)
    yield Link("sent", contact.agency_id, contact.id, codes.pop() if len(codes) == 1 else "", "stated", first.known_on, None, rows)
    for person in contact.people:
        theirs = [event for event in contact.events if event.person_id == person]
        yield Link(
            "about", contact.id, person, "", "stated", theirs[0].known_on, None, tuple(_source(event) for event in theirs)
        )


def _named(referrals: Mapping[uuid.UUID, Contact], around: Neighbourhood, people: Iterable[uuid.UUID]) -> Iterable[Link]:
    """Who is named in a referral that is not about them."""
    for person in sorted(people):
        rows: dict[uuid.UUID, list[SourceRecord]] = defaultdict(list)
        for record in around.records.get(person, ()):
            key = record.referral_id
            if key is not None and key in referrals and person not in referrals[key].people:
                rows[key].append(record)
        for key, theirs in rows.items():
            on = referrals[key].events[0].known_on
            said = tuple(Source("record", record.id, record.agency_id, on) for record in theirs)
            yield Link("named", key, person, "", "stated", on, None, said)


def _source(event: KnownEvent) -> Source:
    return Source("event", event.id, event.agency_id, event.known_on)
