"""The concern graph: people, places and agencies as nodes, what was stated of them as edges, each with its source."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import networkx as nx

from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.concerns.stated import KnownEvent
from safeguard.kernel.codes.relationship import RELATIONSHIPS, traits

_INBOUND = "inbound_concern"


@dataclass(frozen=True, slots=True)
class Fact:
    """One edge in words: `who` `what` `whom`, said by whom, last stated on which day.

    `kind` is relationship, lives, lived or concern.
    """

    kind: str
    who: uuid.UUID
    whom: uuid.UUID
    who_words: str
    what: str
    whom_words: str
    said_by: tuple[str, ...]
    day: date


def graph_of(around: Neighbourhood, *, at: date) -> nx.MultiGraph:
    """The neighbourhood as a graph: a node attribute `kind` (person, place, agency), an edge attribute `fact`."""
    graph = nx.MultiGraph()
    for key in around.people:
        graph.add_node(key, kind="person")
    for key in around.addresses:
        graph.add_node(key, kind="place")
    for fact in (*_relationships(around, at), *_residences(around, at), *_concerns(around)):
        if fact.kind == "concern":
            graph.add_node(fact.who, kind="agency")
        graph.add_edge(fact.who, fact.whom, fact=fact)
    return graph


def place_words(around: Neighbourhood, address_id: uuid.UUID) -> str:
    """An address on one line."""
    return around.addresses[address_id].one_line or "Address not stated"


def _relationships(around: Neighbourhood, at: date) -> list[Fact]:
    """Each relationship once, however often and from whichever end it was stated; adult first, parent first."""
    said: dict[tuple[uuid.UUID, uuid.UUID, str], list[tuple[str, date]]] = defaultdict(list)
    for edge in around.relationships:
        if edge.until is not None and edge.until <= at:
            continue
        one, other, kind = edge.from_person, edge.to_person, edge.kind
        if around.people[one].is_child and not around.people[other].is_child:
            one, other, kind = other, one, RELATIONSHIPS.reciprocal(kind)
        elif traits(kind).sibling and str(other) < str(one):
            one, other = other, one
        said[one, other, kind].append((around.agencies[edge.agency_id].name, edge.stated_at.date()))
    return [
        Fact(
            "relationship", one, other, around.people[one].name, f"is {RELATIONSHIPS.phrase(kind)}",
            around.people[other].name, _names(by), max(day for _name, day in by),
        )
        for (one, other, kind), by in said.items()
    ]


def _residences(around: Neighbourhood, at: date) -> list[Fact]:
    """Where each person is said to live, and where they were said to live before."""
    said: dict[tuple[uuid.UUID, uuid.UUID], list[tuple[str, date]]] = defaultdict(list)
    latest = around.homes(at)
    for row in around.residences:
        said[row.person_id, row.address_id].append((around.agencies[row.agency_id].name, row.stated_at.date()))
    facts = []
    for (person, address), by in said.items():
        now = latest.get(person) == address
        facts.append(
            Fact(
                "lives" if now else "lived", person, address, around.people[person].name,
                "lives at" if now else "lived at", place_words(around, address), _names(by), max(day for _name, day in by),
            )
        )
    return facts


def _concerns(around: Neighbourhood) -> list[Fact]:
    """Which agency raised concerns about whom, how often, and when last."""
    raised: dict[tuple[uuid.UUID, uuid.UUID], list[KnownEvent]] = defaultdict(list)
    for event in around.events:
        if event.kind == _INBOUND:
            raised[event.agency_id, event.person_id].append(event)
    return [
        Fact(
            "concern", agency, person, around.agencies[agency].name,
            f"raised {len(events)} {'concern' if len(events) == 1 else 'concerns'} about", around.people[person].name,
            (around.agencies[agency].name,), max(event.known_on for event in events),
        )
        for (agency, person), events in raised.items()
    ]


def _names(by: list[tuple[str, date]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name, _day in by))
