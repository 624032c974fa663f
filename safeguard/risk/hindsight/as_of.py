"""Families out of a loaded neighbourhood, and each as it was known on a day gone by. Pure."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date

from safeguard.concerns.deaths import deaths_of
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.kernel.clock import london_date


def families(around: Neighbourhood) -> Iterator[Neighbourhood]:
    """The parts of a neighbourhood that nothing joins: each with its own people, links and events.

    People are joined by a relationship, an address that is a household, an event in one referral, or a named place,
    vehicle or phone. The focus of each part is the focus of the whole that lies in it; parts without any are left out.
    """
    parts = _Parts(around.people)
    for edge in around.relationships:
        parts.join((edge.from_person, edge.to_person))
    at_home: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for row in around.residences:
        if row.address_id not in around.crowded:
            at_home[row.address_id].append(row.person_id)
    together: dict[object, list[uuid.UUID]] = defaultdict(list)
    person_of = {}
    for event in around.events:
        person_of[event.id] = event.person_id
        if event.referral_id is not None:
            together[event.referral_id].append(event.person_id)
    for mark in around.marks:
        together[mark.kind, mark.mark].append(person_of[mark.event_id])
    for group in (*at_home.values(), *together.values()):
        parts.join(group)
    yield from _split(around, parts)


def _split(around: Neighbourhood, parts: _Parts) -> Iterator[Neighbourhood]:
    found: dict[uuid.UUID, Neighbourhood] = {}
    for key in around.focus:
        if key in around.people:
            part = found.setdefault(parts.top(key), Neighbourhood(focus=(), crowded=around.crowded, agencies=around.agencies))
            part.focus += (key,)
    # What lies in a part without focus is put here and forgotten.
    other = Neighbourhood(focus=())

    def part_of(key: uuid.UUID) -> Neighbourhood:
        return found.get(parts.top(key), other)

    for key, person in around.people.items():
        part_of(key).people[key] = person
        part_of(key).records[key] = around.records[key]
    _split_statements(around, part_of)
    home = {event.id: part_of(event.person_id) for event in around.events}
    for event in around.events:
        home[event.id].events.append(event)
    for mark in around.marks:
        home[mark.event_id].marks.append(mark)
    yield from found.values()


def _split_statements(around: Neighbourhood, part_of: Callable[[uuid.UUID], Neighbourhood]) -> None:
    """What was stated of people, relationships and homes, each to its part."""
    whose = {edge.id: edge.from_person for edge in around.relationships}
    for edge in around.relationships:
        part_of(edge.from_person).relationships.append(edge)
    for word in around.words:
        if word.statement_id in whose:
            part_of(whose[word.statement_id]).words.append(word)
    for key, death in around.deaths.items():
        part_of(key).deaths[key] = death
    for row in around.residences:
        part_of(row.person_id).residences.append(row)
        part_of(row.person_id).addresses[row.address_id] = around.addresses[row.address_id]


def as_of(family: Neighbourhood, day: date) -> Neighbourhood:
    """The family as it was known at the end of `day`: what was stated or recorded later is not there."""
    return replace(
        family,
        relationships=[edge for edge in family.relationships if london_date(edge.stated_at) <= day],
        residences=[row for row in family.residences if london_date(row.stated_at) <= day],
        events=[event for event in family.events if event.known_on <= day],
        deaths=deaths_of(said for death in family.deaths.values() for said in death.said if said.stated_on <= day),
    )


class _Parts:
    """Which people hang together: each points to another of its part, and the last of them to itself."""

    def __init__(self, people: Iterable[uuid.UUID]) -> None:
        self._up = {key: key for key in people}

    def top(self, key: uuid.UUID) -> uuid.UUID:
        while self._up[key] != key:
            self._up[key] = self._up[self._up[key]]
            key = self._up[key]
        return key

    def join(self, keys: Iterable[uuid.UUID]) -> None:
        ends = [self.top(key) for key in keys if key in self._up]
        for end in ends[1:]:
            self._up[self.top(end)] = self.top(ends[0])
