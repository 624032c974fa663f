"""Concerns and events as nodes of the graph, between the contact each came in and the people it is about. Pure.

What one referral told of several people in the same words is one of them.
"""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from safeguard.concerns.fact_kinds import FACT_KINDS
from safeguard.concerns.links import Link, Source
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.concerns.network import AGENCY, CONCERN, DECISION, OBSERVATION, PERSON, Network, Node
from safeguard.concerns.stated import KnownEvent
from safeguard.kernel.codes.concern_category import CONCERN_CATEGORIES
from safeguard.kernel.dates import long_date

_KINDS = {"inbound_concern": CONCERN, "professional_observation": OBSERVATION, "decision_or_activity": DECISION}
# A node is named after so many categories or facts; the table and the chronology have the others.
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A concern, observation or decision, once for everybody of whom it was told; `events` has one for each person."""

    kind: str
    events: tuple[KnownEvent, ...]

    @property
    def id(self) -> uuid.UUID:
        return self.events[0].id

    @property
    def on(self) -> date:
        return self.events[0].known_on

    @property
    def label(self) -> str:
        """ "Concern of 3 March 2026: neglect, emotional abuse" """
        first = self.events[0]
        of = f" on referral {first.reference}" if self.kind == DECISION and first.reference else ""
        named = list(dict.fromkeys(words for event in self.events for words in _named(event)))
        more = [f"{len(named) - _MOST_NAMED} more"] if len(named) > _MOST_NAMED else []
        what = ", ".join([*named[:_MOST_NAMED], *more])
        return f"{self.kind.capitalize()} of {long_date(self.on)}{of}{f': {what}' if what else ''}"


def told_as_one(event: KnownEvent) -> Hashable:
    """The same for events that are one occurrence: told of several people in one referral, alike."""
    return event.referral_id or event.id, event.kind, event.outcome, event.recorded_at, event.summary


def standing(events: Iterable[KnownEvent]) -> list[KnownEvent]:
    """Those that count, the oldest first: neither corrected nor saying no more than that an entry was made in error."""
    known = sorted(events, key=lambda event: (event.known_on, str(event.id)))
    corrected = {event.supersedes_id for event in known}
    return [event for event in known if event.id not in corrected and not _withdraws(event)]


def occurrences_of(events: Iterable[KnownEvent]) -> list[Occurrence]:
    """The occurrences that these events tell of and that still stand, the oldest first."""
    together: dict[Hashable, list[KnownEvent]] = {}
    for event in standing(events):
        together.setdefault(told_as_one(event), []).append(event)
    return [Occurrence(_KINDS[theirs[0].kind], tuple(theirs)) for theirs in together.values()]


def with_occurrences(network: Network, around: Neighbourhood, *, by: date) -> Network:
    """`network`, which has its contacts already, with the concerns and events of its people that were known by that day."""
    people = {key for key, node in network.nodes.items() if node.kind == PERSON}
    contact_of = {source.id: link.other for link in network.links if link.kind == "sent" for source in link.sources}
    nodes: dict[uuid.UUID, Node] = {}
    links: list[Link] = []
    for one in occurrences_of(event for event in around.events if event.person_id in people and event.known_on <= by):
        nodes[one.id] = Node(one.id, one.kind, one.label, day=one.on)
        told_in, first = contact_of.get(one.id), one.events[0]
        rows = tuple(_source(event) for event in one.events)
        if told_in is None:
            nodes[first.agency_id] = Node(first.agency_id, AGENCY, around.agencies[first.agency_id].name)
            links.append(Link("recorded", first.agency_id, one.id, "", "stated", one.on, None, rows))
        else:
            links.append(Link("holds", told_in, one.id, "", "stated", one.on, None, rows))
        for person in dict.fromkeys(event.person_id for event in one.events):
            theirs = tuple(_source(event) for event in one.events if event.person_id == person)
            links.append(Link("regards", one.id, person, "", "stated", one.on, None, theirs))
    return replace(network, nodes=network.nodes | nodes, links=tuple(sorted((*network.links, *links), key=lambda link: link.key)))


def _withdraws(event: KnownEvent) -> bool:
    return event.supersedes_id is not None and event.kind == "decision_or_activity" and not event.facts


def _named(event: KnownEvent) -> list[str]:
    """What an event is about, in words: the categories of a concern, the facts of anything else."""
    categories = [CONCERN_CATEGORIES.label(code) if code in CONCERN_CATEGORIES else code for code in event.categories]
    facts = [FACT_KINDS[code].label for code in event.facts if code in FACT_KINDS]
    words = categories or facts if event.kind == "inbound_concern" else facts or categories
    return [one if one[:2].isupper() else one[:1].lower() + one[1:] for one in words]


def _source(event: KnownEvent) -> Source:
    return Source("event", event.id, event.agency_id, event.known_on)
