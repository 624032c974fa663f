"""Looking a neighbourhood up by person, by address and by relationship, as it stood on one day."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from safeguard.concerns.deaths import Death, death_words
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.concerns.stated import KnownEvent, StatedResidence
from safeguard.kernel.clock import london_date
from safeguard.kernel.codes.relationship import RELATIONSHIPS
from safeguard.risk.timeline import Child, Event, Fact, HouseholdConcern, Link, PeerLink

# Sources that are members of the public rather than professions (DfE referral sources).
_NOT_PROFESSIONAL = frozenset({"1A", "1B", "1C", "1D", "9", "10"})


@dataclass(frozen=True, slots=True)
class LivesAt:
    """Where a person lives now, as last stated."""

    address_id: uuid.UUID
    edge_id: uuid.UUID
    stated_at: datetime
    since: date | None
    agency_id: uuid.UUID


class Reader:
    """`events` by person, oldest first, without what was corrected or not yet known on the day `at`."""

    def __init__(self, around: Neighbourhood, at: date) -> None:
        self.around = around
        self.at = at
        self.dead: Mapping[uuid.UUID, Death] = {key: death for key, death in around.deaths.items() if death.by(at)}
        corrected = {event.supersedes_id for event in around.events if event.known_on <= at}
        self.events: Mapping[uuid.UUID, tuple[Event, ...]] = {
            key: tuple(self._event(one) for one in events if one.known_on <= at and one.id not in corrected)
            for key, events in around.events_of().items()
        }
        self.homes = _homes(around.residences, at)
        self.at_home: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
        for person_id, home in self.homes.items():
            if home.address_id not in around.crowded:
                self.at_home[home.address_id].append(person_id)
        # Seen from the first person: who the second one is to them.
        self.related: dict[uuid.UUID, dict[uuid.UUID, list[Link]]] = defaultdict(dict)
        ended = around.ended(at)
        for edge in around.relationships:
            for mine, other, kind in (
                (edge.to_person, edge.from_person, edge.kind),
                (edge.from_person, edge.to_person, _reciprocal(edge.kind)),
            ):
                link = Link(
                    str(edge.id), kind, edge.status, self.day(edge.stated_at), edge.since, ended.get(edge.id, edge.until),
                    around.agencies[edge.agency_id].name,
                )  # fmt: skip
                self.related[mine].setdefault(other, []).append(link)
        self._joined: dict[uuid.UUID, set[uuid.UUID]] | None = None
        self._lived: dict[uuid.UUID, list[StatedResidence]] = defaultdict(list)
        for row in around.residences:
            self._lived[row.person_id].append(row)
        # Worked out for the whole neighbourhood once somebody asks: by adult (`households_of`), and by child (`peers_of`).
        self.households: dict[uuid.UUID, tuple[HouseholdConcern, ...]] = {}
        self.peer_links: dict[str, list[PeerLink]] | None = None

    def day(self, at: datetime) -> date:
        return london_date(at)

    def current(self, person_id: uuid.UUID) -> dict[uuid.UUID, list[Link]]:
        """The links of a person that have not ended and were not overturned. Death ends none: a dead parent's children stay sisters."""
        return self._links(person_id, lambda link: not link.overturned and (link.until is None or link.until > self.at))

    def overturned(self, person_id: uuid.UUID) -> dict[uuid.UUID, list[Link]]:
        return self._links(person_id, lambda link: link.overturned)

    def _links(self, person_id: uuid.UUID, fit: Any) -> dict[uuid.UUID, list[Link]]:
        found = {other: [link for link in links if fit(link)] for other, links in self.related.get(person_id, {}).items()}
        return {other: links for other, links in found.items() if links}

    def child(self, person_id: uuid.UUID) -> Child:
        person, death = self.around.people[person_id], self.around.deaths.get(person_id)
        disputed = death_words(death) if death is not None and death.disputed else ""
        return Child(str(person_id), person.name, person.birth_date, person.expected_date, self.died(person_id), disputed)

    def died(self, person_id: uuid.UUID) -> str:
        """ "died on 3 March 2026", to follow a name; empty where the person is alive as far as is known."""
        words = death_words(self.dead[person_id]) if person_id in self.dead else ""
        return words[:1].lower() + words[1:]

    def household(self, person_id: uuid.UUID) -> list[uuid.UUID]:
        """The others who live at the person's address now."""
        home = self.homes.get(person_id)
        return [one for one in self.at_home.get(home.address_id, ()) if one != person_id] if home else []

    def home_edge(self, person_id: uuid.UUID) -> str:
        return str(self.homes[person_id].edge_id)

    def home_link(self, person_id: uuid.UUID) -> Link:
        """Living at the same address, as a link."""
        home = self.homes[person_id]
        agency = self.around.agencies[home.agency_id].name
        first = min(self.day(row.stated_at) for row in self.residences_of(person_id) if row.address_id == home.address_id)
        return Link(str(home.edge_id), "home", "stated", first, home.since, None, agency)

    def residences_of(self, person_id: uuid.UUID) -> list[StatedResidence]:
        """Where the person was said to live, the oldest statement first."""
        return self._lived.get(person_id, [])

    def joined_with(self, person_id: uuid.UUID) -> set[uuid.UUID]:
        """The people whose events came in one referral with this person's, or name the same place, vehicle or phone."""
        if self._joined is None:
            self._joined = self._join()
        return self._joined.get(person_id, set())

    def _join(self) -> dict[uuid.UUID, set[uuid.UUID]]:
        person_of = {event.id: event.person_id for event in self.around.events}
        groups: dict[tuple[str, str], set[uuid.UUID]] = defaultdict(set)
        for event in self.around.events:
            if event.referral_id is not None:
                groups["referral", str(event.referral_id)].add(event.person_id)
        for mark in self.around.marks:
            groups[mark.kind, mark.mark].add(person_of[mark.event_id])
        joined: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
        for group in groups.values():
            for one in group:
                joined[one] |= group - {one}
        return joined

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
            facts=tuple(_fact(kind, answers) for kind, answers in sorted(event.facts.items())),
        )


def _fact(kind: str, answers: Mapping[str, Any]) -> Fact:
    return Fact(kind, tuple((name, tuple(said) if isinstance(said, list) else said) for name, said in sorted(answers.items())))


def _reciprocal(kind: str) -> str:
    return RELATIONSHIPS.reciprocal(kind) if kind in RELATIONSHIPS else kind


def _homes(residences: Iterable[StatedResidence], at: date) -> dict[uuid.UUID, LivesAt]:
    """Where each person lives at `at`: the last statement that has not ended."""
    homes: dict[uuid.UUID, LivesAt] = {}
    for row in residences:  # oldest statement first
        if row.until is None or row.until > at:
            homes[row.person_id] = LivesAt(row.address_id, row.id, row.stated_at, row.since, row.agency_id)
    return homes
