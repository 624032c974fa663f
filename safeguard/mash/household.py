"""Family, homes and latest history of one person, in the few words that fit beside a comparison. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from safeguard.concerns.care_standing import CareStanding, care_standings
from safeguard.concerns.graph import place_words
from safeguard.concerns.history import Entry, history_of
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.kernel.codes.relationship import RELATIONSHIPS
from safeguard.people.identity import age_words

MOST_ENTRIES = 4


@dataclass(frozen=True, slots=True)
class Near:
    """Somebody or some place near a person: in words, and as what is known of them by `key`."""

    key: uuid.UUID
    words: str


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds a person: `family` and `homes`, the newest `entries` of the history, and how many are `earlier`.

    `care` is how they stand with children's social care.
    """

    family: tuple[Near, ...]
    homes: tuple[Near, ...]
    entries: tuple[Entry, ...]
    earlier: int
    care: tuple[CareStanding, ...] = ()

    @property
    def keys(self) -> Collection[uuid.UUID]:
        """The people and places near this person, to see which of them are near another as well."""
        return {near.key for near in (*self.family, *self.homes)}


def context_of(around: Neighbourhood, person_id: uuid.UUID, *, at: date) -> Context:
    """What `around` holds about `person_id` on the day `at`."""
    entries = history_of(around, at=at, person_ids=[person_id]).entries
    return Context(
        family=_family(around, person_id, at),
        homes=_homes(around, person_id, at),
        entries=entries[:MOST_ENTRIES],
        earlier=max(0, len(entries) - MOST_ENTRIES),
        care=care_standings((event for event in around.events if event.person_id == person_id), on=at),
    )


def _family(around: Neighbourhood, person_id: uuid.UUID, at: date) -> tuple[Near, ...]:
    found: dict[tuple[uuid.UUID, str], Near] = {}
    for edge in around.relationships:
        if edge.to_person == person_id:
            other, kind = edge.from_person, edge.kind
        elif edge.from_person == person_id:
            other, kind = edge.to_person, RELATIONSHIPS.reciprocal(edge.kind)
        else:
            continue
        label = RELATIONSHIPS.label(kind) if kind in RELATIONSHIPS else "Relative"
        past = " (ended)" if edge.until is not None and edge.until <= at else ""
        person = around.people[other]
        found[other, label] = Near(other, f"{label}{past}: {person.name}, {age_words(person, at).lower()}")
    return tuple(sorted(found.values(), key=lambda near: near.words))


def _homes(around: Neighbourhood, person_id: uuid.UUID, at: date) -> tuple[Near, ...]:
    """Every address, the newest statement first; one that has ended says so."""
    found: dict[uuid.UUID, Near] = {}
    for row in reversed(around.residences):
        if row.person_id == person_id and row.address_id not in found:
            past = f" (until {row.until.day} {row.until:%b %Y})" if row.until is not None and row.until <= at else ""
            found[row.address_id] = Near(row.address_id, place_words(around, row.address_id) + past)
    return tuple(found.values())
