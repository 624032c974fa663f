"""Places, online spaces, vehicles and phones that events name, and phones that records give, as nodes of the graph. Pure."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from safeguard.concerns.links import Link, Source
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.concerns.network import PERSON, Network, Node, phones_of
from safeguard.concerns.stated import KnownMark

# What a picture shows as a node of its own; a vehicle or phone is told of by the links it makes.
SPACES = frozenset({"venue", "online"})
# They have no row of their own, so their ids are worked out: the same for the same name.
_NAMED = uuid.UUID("0c1fd8cf-7d0c-58a6-8d0e-21a7c2b5a6c4")


def named_id(kind: str, mark: str) -> uuid.UUID:
    """The id of a node that is known by its name alone."""
    return uuid.uuid5(_NAMED, f"{kind} {mark}")


def with_named(network: Network, around: Neighbourhood, *, by: date, kinds: Collection[str] = SPACES) -> Network:
    """`network` with what was named of its people by that day, of these kinds (`marks.KINDS`)."""
    nodes: dict[uuid.UUID, Node] = {}
    links: list[Link] = []
    events = {event.id: event for event in around.events if event.known_on <= by}
    corrected = {event.supersedes_id for event in events.values()}
    rows: dict[tuple[str, str, uuid.UUID], list[tuple[Source, KnownMark]]] = defaultdict(list)
    for mark in around.marks:
        event = events.get(mark.event_id)
        if event is None or event.id in corrected or mark.kind not in kinds or not _is_person(network, event.person_id):
            continue
        source = Source("event", event.id, event.agency_id, event.known_on)
        rows[mark.kind, mark.mark, event.person_id].append((source, mark))
    labels: dict[tuple[str, str], str] = {}
    for (kind, name, _person), said in rows.items():
        labels[kind, name] = min([one.label for _source, one in said] + [labels.get((kind, name), said[0][1].label)])
    for (kind, name, person), said in rows.items():
        key = named_id(kind, name)
        nodes[key] = Node(key, kind, labels[kind, name])
        sources = tuple(sorted({source for source, _mark in said}, key=lambda one: (one.on, str(one.id))))
        links.append(Link("names", person, key, kind, "stated", sources[0].on, None, sources))
    return _added(network, nodes, links)


def with_phone(network: Network, around: Neighbourhood, figures: str) -> Network:
    """`network` with one phone number (ten figures) and the people whose records give it."""
    key = named_id("phone", figures)
    given: dict[uuid.UUID, list[Source]] = defaultdict(list)
    for said in sorted(phones_of(around), key=lambda one: (one.source.on, str(one.source.id))):
        if said.contact == figures and _is_person(network, said.person_id):
            given[said.person_id].append(said.source)
    links = [Link("number", person, key, "", "stated", rows[0].on, None, tuple(rows)) for person, rows in given.items()]
    return _added(network, {key: Node(key, "phone", f"0{figures}")}, links)


def _added(network: Network, nodes: dict[uuid.UUID, Node], links: Iterable[Link]) -> Network:
    return replace(network, nodes=network.nodes | nodes, links=tuple(sorted((*network.links, *links), key=lambda link: link.key)))


def _is_person(network: Network, key: uuid.UUID) -> bool:
    return key in network.nodes and network.nodes[key].kind == PERSON
