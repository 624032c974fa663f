"""The chronology: everything known of some people in the order it became known, each entry with who said it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from datetime import date

from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.concerns.occurrences import told_as_one
from safeguard.concerns.stated import KnownEvent

KINDS = {
    "inbound_concern": "Concern received",
    "professional_observation": "Observation",
    "decision_or_activity": "Decision",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody at the desk made of an entry: `significance` in words or nothing, and their analysis."""

    significance: str
    analysis: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that became known on `day` about `names`; brothers and sisters of one referral share an entry.

    `note` says why somebody outside the family is here.
    """

    day: date
    happened_on: date | None
    kind: str
    names: tuple[str, ...]
    agency: str
    words: str
    reference: str | None
    referral_id: uuid.UUID | None
    in_focus: bool
    note: str = ""
    # A code of `chronology.KINDS`, whom it is about, and the events it shows: one for each child of a shared event.
    code: str = ""
    people: tuple[uuid.UUID, ...] = ()
    events: tuple[uuid.UUID, ...] = ()
    # What an entry which is no event tells of: a rating, a flag, or the statements of a move, the first person's first.
    rows: tuple[uuid.UUID, ...] = ()
    remarks: tuple[Remark, ...] = ()
    # Set where somebody at the desk wrote the entry and nothing has corrected it: the event, and whose it is.
    correctable: tuple[uuid.UUID, uuid.UUID] | None = None


@dataclass(frozen=True, slots=True)
class History:
    """A chronology, newest first, and the `people` it tells of."""

    entries: tuple[Entry, ...]
    people: frozenset[uuid.UUID] = frozenset()

    def without(self, code: str) -> History:
        """The same without the entries of one kind."""
        return History(tuple(entry for entry in self.entries if entry.code != code), self.people)

    @property
    def oldest_first(self) -> tuple[Entry, ...]:
        return tuple(reversed(self.entries))


def history_of(around: Neighbourhood, *, at: date, person_ids: Collection[uuid.UUID] | None = None) -> History:
    """What is known up to `at` of `person_ids`, or of the focus of `around`, its family, and whoever lives with it."""
    family = _family(around)
    wanted = set(person_ids) if person_ids is not None else concerned(around, at)
    together: dict[Hashable, list[KnownEvent]] = {}
    for event in around.events:
        if event.person_id in wanted and event.known_on <= at:
            together.setdefault(told_as_one(event), []).append(event)
    corrected = frozenset(event.supersedes_id for event in around.events if event.supersedes_id and event.known_on <= at)
    entries = [_entry(around, events, family, corrected) for events in together.values()]
    told = frozenset(event.person_id for events in together.values() for event in events)
    return History(tuple(reversed(entries)), told)


def concerned(around: Neighbourhood, at: date) -> set[uuid.UUID]:
    """Whose chronology it is where nobody was chosen: the focus of `around`, its family, and whoever lives with it."""
    return _family(around) | around.household(around.focus, at)


def _family(around: Neighbourhood) -> set[uuid.UUID]:
    """The focus and everybody with a stated relationship to it, or to somebody who has one."""
    close = set(around.focus)
    for _step in range(2):
        close |= {
            key
            for edge in around.relationships
            if edge.from_person in close or edge.to_person in close
            for key in (edge.from_person, edge.to_person)
        }
    return close


def _entry(
    around: Neighbourhood, events: list[KnownEvent], family: Collection[uuid.UUID], corrected: Collection[uuid.UUID]
) -> Entry:
    first = events[0]
    words = f"Correction. {first.summary}" if first.supersedes_id else first.summary
    names = tuple(dict.fromkeys(around.people[event.person_id].name for event in events))
    return Entry(
        day=first.known_on,
        happened_on=first.happened_on,
        kind=KINDS[first.kind],
        code=first.kind,
        people=tuple(dict.fromkeys(event.person_id for event in events)),
        events=tuple(event.id for event in events),
        names=names,
        agency=around.agencies[first.agency_id].name,
        words=f"{words} [corrected since: no longer relied on]" if first.id in corrected else words,
        reference=first.reference,
        referral_id=first.referral_id,
        in_focus=any(event.person_id in around.focus for event in events),
        correctable=(first.id, first.person_id) if first.recorded_by and first.id not in corrected else None,
        note="" if any(event.person_id in family for event in events) else "lives in the same home",
    )
