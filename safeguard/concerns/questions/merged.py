"""What would the family look like if these two records were the same person? Asked before they are joined."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from safeguard.concerns.deaths import deaths_of
from safeguard.concerns.impossible import WORDS, doubt_words
from safeguard.concerns.link_words import sentence
from safeguard.concerns.links import Link
from safeguard.concerns.neighbourhood import Neighbourhood, neighbourhood
from safeguard.concerns.network import Network, network_of
from safeguard.kernel.errors import NotFound, Problem, RuleBroken
from safeguard.people.identity import identity_of


@dataclass(frozen=True, slots=True)
class Merged:
    """The family as it would be (`network`, one step around the person who stays), and what speaks against it in words.

    `doubts` are contradictions and impossibilities that only the joining brings; `gained` whom each would gain. `family` is
    what is known around the one person they would be.
    """

    stays: uuid.UUID
    family: Neighbourhood
    network: Network
    doubts: tuple[str, ...]
    gained: dict[uuid.UUID, tuple[uuid.UUID, ...]]


def merged(session: Session, stays: uuid.UUID, joins: uuid.UUID, *, today: date) -> Merged:
    """The family of `stays` if `joins` were the same person. Nothing is changed.

    Raises:
        NotFound: one of them is not there, for this actor.
        RuleBroken: the two are one already.
    """
    if stays == joins:
        raise RuleBroken([Problem("other", "Choose two different people")])
    found = neighbourhood(session, (stays, joins), hops=1, thorough=True)
    if not {stays, joins} <= found.people.keys():
        raise NotFound("person")
    return as_one(found, stays, joins, today=today)


def as_one(found: Neighbourhood, stays: uuid.UUID, joins: uuid.UUID, *, today: date) -> Merged:
    """The answer from a neighbourhood of both. Pure."""
    before = network_of(found, on=today, today=today)
    family = joined(found, stays, joins)
    after, _distance = network_of(family, on=today, today=today).within(1)
    near = {key: _near(before, key) for key in (stays, joins)}
    gained = {key: tuple(sorted(near[other] - near[key] - {stays, joins})) for key, other in ((stays, joins), (joins, stays))}
    return Merged(stays, family, after, tuple(_doubts(before, after, stays, joins, today)), gained)


def joined(found: Neighbourhood, stays: uuid.UUID, joins: uuid.UUID) -> Neighbourhood:
    """The neighbourhood with everything that was said of `joins` said of `stays`. Pure."""

    def now(key: uuid.UUID) -> uuid.UUID:
        return stays if key == joins else key

    both = sorted((*found.records[stays], *found.records[joins]), key=lambda record: (record.stated_at, record.id))
    stated = (*found.relationships, *found.collapsed)
    related = [replace(row, from_person=now(row.from_person), to_person=now(row.to_person)) for row in stated]
    return replace(
        found,
        focus=(stays,),
        people={key: person for key, person in found.people.items() if key != joins} | {stays: identity_of(both)},
        records={key: records for key, records in found.records.items() if key != joins} | {stays: both},
        relationships=[row for row in related if row.from_person != row.to_person],
        collapsed=[row for row in related if row.from_person == row.to_person],
        residences=[replace(row, person_id=now(row.person_id)) for row in found.residences],
        enrolments=[replace(row, person_id=now(row.person_id)) for row in found.enrolments],
        events=[replace(event, person_id=now(event.person_id)) for event in found.events],
        emails=[replace(said, person_id=now(said.person_id)) for said in found.emails],
        deaths=deaths_of(
            replace(said, person_id=now(said.person_id)) for key, death in found.deaths.items() for said in death.said
        ),
    )


def _near(network: Network, key: uuid.UUID) -> set[uuid.UUID]:
    graph = network.between_people()
    return set(graph.neighbors(key)) if key in graph else set()


def _doubts(before: Network, after: Network, stays: uuid.UUID, joins: uuid.UUID, today: date) -> Iterable[str]:
    """What is disputed or impossible after the joining and was not before."""
    known = {
        (link.kind, link.code, *(stays if key == joins else key for key in (link.one, link.other)), why)
        for link in before.links
        for why in _why(link)
    }
    for link in after.links:
        for why in _why(link):
            if (link.kind, link.code, link.one, link.other, why) not in known:
                yield f"{sentence(link, after.nodes, today)}. {doubt_words(why) if why in WORDS else 'Others say otherwise'}"


def _why(link: Link) -> list[str]:
    return [*link.impossible, *(["disputed"] if link.standing == "disputed" else [])]
