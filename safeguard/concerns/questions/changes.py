"""What changed around this family since a day?"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from safeguard.concerns.link_words import sentence
from safeguard.concerns.neighbourhood import Neighbourhood, neighbourhood
from safeguard.concerns.network import Network, network_of
from safeguard.concerns.questions.around import check_asked
from safeguard.kernel.clock import london_date
from safeguard.kernel.codes.code_set import CodeSet
from safeguard.kernel.errors import NotFound

CHANGES = CodeSet(
    "change",
    {
        "new_link": "Newly known",
        "ended": "Ended",
        "word": "Said by the desk",
        "event": "Became known",
        "person": "First recorded",
    },
)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different: on which day it became so or known, in words, about whom."""

    on: date
    kind: str
    words: str
    people: tuple[uuid.UUID, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed from the day `since` (included) until today, the newest first."""

    since: date
    network: Network
    changes: tuple[Change, ...]


def changes(session: Session, person_ids: Sequence[uuid.UUID], *, since: date, today: date) -> Changes:
    """What changed around these people, those related to them and those they live with.

    Raises:
        NotFound: there is no such person, for this actor.
        RuleBroken: the day makes no sense.
    """
    check_asked(hops=1, on=since, today=today)
    found = neighbourhood(session, person_ids, hops=1, thorough=True)
    if not any(key in found.people for key in person_ids):
        raise NotFound("person")
    network, _distance = network_of(found, on=today, today=today).within(1)
    told = [*_links(network, since, today), *_words(found, network, since, today), *_events(found, network, since, today)]
    told += _people(found, network, since, today)
    return Changes(since, network, tuple(sorted(told, key=lambda one: (-one.on.toordinal(), one.kind, one.words))))


def _links(network: Network, since: date, today: date) -> Iterable[Change]:
    for link in network.links:
        if link.kind == "shared_address":
            continue  # whoever moved is told of already
        people = tuple(key for key in (link.one, link.other) if network.nodes[key].kind == "person")
        if since <= link.known_since <= today:
            yield Change(link.known_since, "new_link", sentence(link, network.nodes, today), people)
        if link.until is not None and since <= link.until <= today:
            yield Change(link.until, "ended", sentence(link, network.nodes, today), people)


def _words(found: Neighbourhood, network: Network, since: date, today: date) -> Iterable[Change]:
    stated = {said.id: fact for fact in network.facts for said in fact.statements}
    links = {link.key: link for link in network.links if link.kind == "relationship"}
    for word in found.words:
        fact, day = stated.get(word.statement_id), london_date(word.at)
        link = next((one for one in links.values() if fact and (one.one, one.other, one.code) == (*fact.ends, fact.kind)), None)
        if link is not None and since <= day <= today:
            told = {"confirmed": "Confirmed", "disputed": "Disputed", "ended": "Ended", "stated": "As it was stated, after all"}[word.word]
            yield Change(day, "word", f"{told}: {sentence(link, network.nodes, today)}. {word.reason}", (link.one, link.other))


def _events(found: Neighbourhood, network: Network, since: date, today: date) -> Iterable[Change]:
    for event in found.events:
        if event.person_id in network.nodes and since <= event.known_on <= today:
            agency = network.agencies.get(event.agency_id, "")
            yield Change(event.known_on, "event", f"{network.nodes[event.person_id].label}: {event.summary} ({agency})", (event.person_id,))


def _people(found: Neighbourhood, network: Network, since: date, today: date) -> Iterable[Change]:
    for key, records in found.records.items():
        if key in network.nodes and records:
            first = london_date(records[0].stated_at)
            if since <= first <= today:
                yield Change(first, "person", f"{network.nodes[key].label} was recorded for the first time", (key,))
