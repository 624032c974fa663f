"""From a loaded neighbourhood to the frozen view that signals see. Pure: the same neighbourhood, the same view."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from safeguard.concerns.neighbourhood import KnownEvent, Neighbourhood, StatedResidence
from safeguard.kernel.codes.relationship import RELATIONSHIPS, traits
from safeguard.risk.timeline import Adult, Child, ChildTimeline, Event, HouseholdConcern, Sibling

# Sources that are members of the public rather than professions (DfE referral sources).
_NOT_PROFESSIONAL = frozenset({"1A", "1B", "1C", "1D", "9", "10"})


@dataclass(frozen=True, slots=True)
class _Home:
    """Where a person lives now, as last stated."""

    address_id: uuid.UUID
    edge_id: uuid.UUID


def timelines_of(around: Neighbourhood, *, at: date) -> dict[uuid.UUID, ChildTimeline]:
    """The view of every child in the neighbourhood's focus, and of each child one step from it."""
    reader = _Reader(around, at)
    return {
        key: reader.timeline(key)
        for key, person in around.people.items()
        if person.is_child and (key in around.focus or reader.touches_focus(key))
    }


class _Reader:
    """Looks a neighbourhood up by person, by address and by relationship."""

    def __init__(self, around: Neighbourhood, at: date) -> None:
        self.around = around
        self.at = at
        self.events: Mapping[uuid.UUID, tuple[Event, ...]] = {
            key: tuple(self._event(event) for event in events) for key, events in around.events_of().items()
        }
        self.homes = _homes(around.residences, at)
        self.at_home: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
        for person_id, home in self.homes.items():
            if home.address_id not in around.crowded:
                self.at_home[home.address_id].append(person_id)
        self.related: dict[uuid.UUID, dict[uuid.UUID, list[tuple[str, uuid.UUID]]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for edge in around.relationships:
            if edge.until is None or edge.until > at:
                # Seen from the second person: who the first one is to them.
                self.related[edge.to_person][edge.from_person].append((edge.kind, edge.id))
                self.related[edge.from_person][edge.to_person].append(
                    (RELATIONSHIPS.reciprocal(edge.kind), edge.id)
                )

    def touches_focus(self, person_id: uuid.UUID) -> bool:
        """Whether the person shares a parent, a home, or a stated relationship with somebody in focus."""
        focus = set(self.around.focus)
        near = {*self.related.get(person_id, {}), *self._household(person_id)}
        return bool(near & focus) or any(set(self.related.get(one, {})) & focus for one in near)

    def timeline(self, child_id: uuid.UUID) -> ChildTimeline:
        return ChildTimeline(
            child=self._child(child_id),
            events=self.events.get(child_id, ()),
            siblings=tuple(self._siblings(child_id)),
            adults=tuple(self._adults(child_id)),
        )

    def _child(self, person_id: uuid.UUID) -> Child:
        person = self.around.people[person_id]
        return Child(str(person_id), person.name, person.birth_date, person.expected_date)

    def _event(self, event: KnownEvent) -> Event:
        return Event(
            id=str(event.id),
            person_id=str(event.person_id),
            kind=event.kind,
            known_on=event.known_on,
            happened_on=event.happened_on,
            agency_id=str(event.agency_id),
            agency_name=self.around.agencies[event.agency_id].name,
            professional=event.source_code not in _NOT_PROFESSIONAL,
            source_code=event.source_code,
            categories=event.categories,
            referral_id=str(event.referral_id) if event.referral_id else None,
            referral_reference=event.reference,
            outcome=event.outcome,
            closes=event.closes,
            summary=event.summary,
        )

    def _household(self, person_id: uuid.UUID) -> list[uuid.UUID]:
        home = self.homes.get(person_id)
        return [one for one in self.at_home.get(home.address_id, ()) if one != person_id] if home else []

    def _siblings(self, child_id: uuid.UUID) -> Iterable[Sibling]:
        for other, (basis, edges) in sorted(self._sibling_bases(child_id).items()):
            if self.around.people[other].is_child:
                yield Sibling(
                    child=self._child(other),
                    basis=basis,
                    events=self.events.get(other, ()),
                    edge_ids=tuple(str(edge) for edge in edges),
                )

    def _sibling_bases(self, child_id: uuid.UUID) -> dict[uuid.UUID, tuple[str, list[uuid.UUID]]]:
        """Each sibling with the best reason to call them one: stated, then a shared parent, then the same home."""
        bases: dict[uuid.UUID, tuple[str, list[uuid.UUID]]] = {}
        mine = self.related.get(child_id, {})
        for other, kinds in mine.items():
            stated = [edge for kind, edge in kinds if traits(kind).sibling]
            if stated:
                bases[other] = ("stated brother or sister", stated)
        for parent, kinds in mine.items():
            links = [edge for kind, edge in kinds if traits(kind).parent]
            if not links:
                continue
            for other, theirs in self.related.get(parent, {}).items():
                # `theirs` says who the other is to the parent: their child.
                edges = [edge for kind, edge in theirs if kind == "child_of"]
                if edges and other != child_id and other not in bases:
                    bases[other] = (f"same parent, {self.around.people[parent].name}", links + edges)
        for other in self._household(child_id):
            if other not in bases:
                edges = [self.homes[child_id].edge_id, self.homes[other].edge_id]
                bases[other] = ("same household", edges)
        return bases

    def _adults(self, child_id: uuid.UUID) -> Iterable[Adult]:
        met: dict[uuid.UUID, list[tuple[str, uuid.UUID]]] = {
            other: kinds
            for other, kinds in self.related.get(child_id, {}).items()
            if not self.around.people[other].is_child
        }
        for other in self._household(child_id):
            if not self.around.people[other].is_child:
                met.setdefault(other, [("lives at the same address", self.homes[other].edge_id)])
        for adult_id, kinds in sorted(met.items()):
            known = [traits(kind) for kind, _edge in kinds if kind in RELATIONSHIPS]
            yield Adult(
                person_id=str(adult_id),
                name=self.around.people[adult_id].name,
                role=", ".join(dict.fromkeys(RELATIONSHIPS.label(k) if k in RELATIONSHIPS else k for k, _ in kinds)),
                professional=any(trait.professional for trait in known),
                kin_carer=any(trait.kin_carer for trait in known),
                edge_ids=tuple(str(edge) for _kind, edge in kinds),
                households=tuple(self._households_of(adult_id)),
            )

    def _households_of(self, adult_id: uuid.UUID) -> Iterable[HouseholdConcern]:
        """The children an adult is linked with, by the household they live in now."""
        homes: dict[str, list[uuid.UUID]] = defaultdict(list)
        linked = {
            other
            for other in (*self.related.get(adult_id, {}), *self._household(adult_id))
            if self.around.people[other].is_child
        }
        for child_id in sorted(linked):
            homes[self._household_key(child_id)].append(child_id)
        for key, children in sorted(homes.items()):
            yield HouseholdConcern(
                household_key=key,
                label=self._household_label(children[0]),
                children=tuple(self._child(child) for child in children),
                events=tuple(event for child in children for event in self.events.get(child, ())),
            )

    def _household_key(self, child_id: uuid.UUID) -> str:
        """The child's address; for a child without one, the mother or first parent, so that siblings count once."""
        home = self.homes.get(child_id)
        if home:
            return f"address:{home.address_id}"
        parents = sorted(
            other
            for other, kinds in self.related.get(child_id, {}).items()
            if any(traits(kind).parent for kind, _edge in kinds)
        )
        return f"parent:{parents[0]}" if parents else f"child:{child_id}"

    def _household_label(self, child_id: uuid.UUID) -> str:
        names = [self.around.people[child_id].name]
        home = self.homes.get(child_id)
        place = self.around.addresses[home.address_id].lines[:1] if home else []
        return " at ".join(["the household of " + names[0], *place])


def _homes(residences: Iterable[StatedResidence], at: date) -> dict[uuid.UUID, _Home]:
    """Where each person lives at `at`: the last statement that has not ended."""
    homes: dict[uuid.UUID, _Home] = {}
    for residence in residences:  # oldest statement first
        if residence.until is None or residence.until > at:
            homes[residence.person_id] = _Home(residence.address_id, residence.id)
    return homes
