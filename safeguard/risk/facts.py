"""From a loaded neighbourhood to the frozen view that signals see. Pure: the same neighbourhood, the same view."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date

from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.concerns.stated import StatedResidence
from safeguard.kernel.codes.relationship import RELATIONSHIPS, traits
from safeguard.risk.households import households_of
from safeguard.risk.peers import peers_of, places_of
from safeguard.risk.reader import Reader
from safeguard.risk.timeline import Adult, Child, ChildTimeline, Home, LinkedChild, Sibling

_PREGNANT = "pregnancy"


def touched(around: Neighbourhood, *, at: date) -> list[uuid.UUID]:
    """The people whose signals a change to the neighbourhood's focus can change, in a fixed order.

    That is every child in focus or one step from it, and an adult in focus with a pregnancy. To evaluate them, load
    the neighbourhood of these people: at the edge of the first one only half of what is known of them is there.
    """
    reader = Reader(around, at)
    return sorted(
        key
        for key, person in around.people.items()
        if (person.is_child and (key in around.focus or _touches_focus(reader, key)))
        or (key in around.focus and _expecting(reader, key))
    )


def timelines_of(around: Neighbourhood, *, at: date) -> dict[uuid.UUID, ChildTimeline]:
    """The view of every child in the neighbourhood's focus, and of every adult in it with a pregnancy."""
    reader = Reader(around, at)
    return {
        key: _timeline(reader, key)
        for key in around.focus
        if key in around.people and (around.people[key].is_child or _expecting(reader, key))
    }


def own_timelines_of(around: Neighbourhood, *, at: date) -> dict[uuid.UUID, ChildTimeline]:
    """The view of every child in the neighbourhood's focus with nobody around them: what the signals of absence read."""
    reader = Reader(around, at)
    children = (key for key in around.focus if key in around.people and around.people[key].is_child)
    return {key: ChildTimeline(reader.child(key), reader.events.get(key, ()), (), ()) for key in children}


def _touches_focus(reader: Reader, person_id: uuid.UUID) -> bool:
    """Whether the person shares a parent, a home, a place or a stated relationship with somebody in focus."""
    focus = set(reader.around.focus)
    near = {*reader.related.get(person_id, {}), *reader.household(person_id)}
    if near & focus or any(set(reader.related.get(one, {})) & focus for one in near):
        return True
    return bool(reader.joined_with(person_id) & focus)


def _expecting(reader: Reader, person_id: uuid.UUID) -> bool:
    """Whether an adult is recorded as pregnant, and no unborn child of theirs is."""
    if reader.around.people[person_id].is_child or person_id in reader.dead:
        return False
    told = [one for one in reader.events.get(person_id, ()) if one.fact(_PREGNANT) or one.coded("concealed_pregnancy")]
    if not told:
        return False
    unborn = (
        other
        for other, links in reader.related.get(person_id, {}).items()
        if reader.around.people[other].unborn and any(link.kind == "child_of" for link in links)
    )
    return next(unborn, None) is None


def _timeline(reader: Reader, person_id: uuid.UUID) -> ChildTimeline:
    if not reader.around.people[person_id].is_child:
        return _expecting_timeline(reader, person_id)
    siblings = tuple(_siblings(reader, person_id))
    family = {person_id, *(uuid.UUID(one.child.id) for one in siblings if one.basis != "same household")}
    peer_links, peers = peers_of(reader, person_id, family)
    adults = tuple(_adults(reader, person_id))
    return ChildTimeline(
        child=reader.child(person_id),
        events=reader.events.get(person_id, ()),
        siblings=siblings,
        adults=tuple(one for one in adults if not one.died),
        homes=tuple(_homes(reader, person_id)),
        places=tuple(places_of(reader, person_id, family)),
        peer_links=peer_links,
        peers=peers,
        dead=tuple(one for one in adults if one.died),
    )


def _expecting_timeline(reader: Reader, person_id: uuid.UUID) -> ChildTimeline:
    """An adult with a pregnancy, seen as the only parent of a child who is not recorded yet."""
    mother = Adult(
        person_id=str(person_id),
        name=reader.around.people[person_id].name,
        role="Parent",
        professional=False,
        kin_carer=False,
        edge_ids=(),
        households=(),
        parent=True,
        events=reader.events.get(person_id, ()),
        children=tuple(_linked_children(reader, person_id, None)),
    )
    own = Child(str(person_id), reader.around.people[person_id].name, None, None)
    return ChildTimeline(own, reader.events.get(person_id, ()), (), (mother,), expecting=True)


def _siblings(reader: Reader, child_id: uuid.UUID) -> Iterable[Sibling]:
    for other, (basis, edges) in sorted(_sibling_bases(reader, child_id).items()):
        if reader.around.people[other].is_child:
            yield Sibling(
                child=reader.child(other),
                basis=basis,
                events=reader.events.get(other, ()),
                edge_ids=tuple(str(edge) for edge in edges),
            )


def _sibling_bases(reader: Reader, child_id: uuid.UUID) -> dict[uuid.UUID, tuple[str, list[str]]]:
    """Each sibling with the best reason to call them one: stated, then a shared parent, then the same home."""
    bases: dict[uuid.UUID, tuple[str, list[str]]] = {}
    mine = reader.current(child_id)
    for other, links in mine.items():
        stated = [link.id for link in links if traits(link.kind).sibling]
        if stated:
            bases[other] = ("stated brother or sister", stated)
    for parent, links in mine.items():
        upward = [link.id for link in links if traits(link.kind).parent]
        if not upward:
            continue
        for other, theirs in reader.current(parent).items():
            # `theirs` says who the other is to the parent: their child.
            edges = [link.id for link in theirs if link.kind == "child_of"]
            if edges and other != child_id and other not in bases:
                bases[other] = (f"same parent, {reader.around.people[parent].name}", upward + edges)
    for other in reader.household(child_id):
        if other not in bases:
            bases[other] = ("same household", [reader.home_edge(child_id), reader.home_edge(other)])
    return bases


def _adults(reader: Reader, child_id: uuid.UUID) -> Iterable[Adult]:
    people = reader.around.people
    met = {other: links for other, links in reader.current(child_id).items() if not people[other].is_child}
    for other in reader.household(child_id):
        if not people[other].is_child:
            met.setdefault(other, [reader.home_link(other)])
    gone = {other: links for other, links in reader.overturned(child_id).items() if not people[other].is_child}
    for adult_id in sorted({*met, *gone}):
        links = met.get(adult_id, [])
        kinds = list(dict.fromkeys(link.kind for link in links))
        known = [traits(kind) for kind in kinds if kind in RELATIONSHIPS]
        yield Adult(
            person_id=str(adult_id),
            name=people[adult_id].name,
            role=", ".join(_role(kind) for kind in kinds) or "Link overturned",
            professional=any(trait.professional for trait in known),
            kin_carer=any(trait.kin_carer for trait in known) or _cares(reader, adult_id, child_id, kinds),
            edge_ids=tuple(link.id for link in links),
            households=households_of(reader, adult_id) if links else (),
            parent=any(trait.parent for trait in known),
            links=tuple(links),
            overturned=tuple(gone.get(adult_id, ())),
            events=reader.events.get(adult_id, ()),
            children=tuple(_linked_children(reader, adult_id, child_id)) if links else (),
            died=reader.died(adult_id),
        )


def _cares(reader: Reader, adult_id: uuid.UUID, child_id: uuid.UUID, kinds: Iterable[str]) -> bool:
    """Whether a relative was stated to bring the child up: the child lives with them, or they hold parental responsibility."""
    if not any(traits(kind).relative for kind in kinds if kind in RELATIONSHIPS):
        return False
    pair = {adult_id, child_id}
    return any(
        {edge.from_person, edge.to_person} == pair and "yes" in {edge.lives_with, edge.parental_responsibility}
        for edge in reader.around.relationships
    )


def _role(kind: str) -> str:
    if kind in RELATIONSHIPS:
        return RELATIONSHIPS.label(kind)
    return "lives at the same address" if kind == "home" else kind


def _linked_children(reader: Reader, adult_id: uuid.UUID, but: uuid.UUID | None) -> Iterable[LinkedChild]:
    """The other children an adult is or was linked with; a removed child stays a child of theirs when the link has ended."""
    people = reader.around.people
    for other, links in sorted(reader.related.get(adult_id, {}).items()):
        if other == but or not (people[other].is_child or any(link.kind == "child_of" for link in links)):
            continue
        yield LinkedChild(
            child=reader.child(other),
            parent=any(link.kind == "child_of" for link in links),
            links=tuple(links),
            events=reader.events.get(other, ()),
        )


def _homes(reader: Reader, child_id: uuid.UUID) -> Iterable[Home]:
    """Every address the child was said to live at, oldest first."""
    stated: dict[uuid.UUID, list[StatedResidence]] = {}
    for row in reader.residences_of(child_id):
        stated.setdefault(row.address_id, []).append(row)
    return sorted((_home(reader, key, rows) for key, rows in stated.items()), key=lambda home: (home.since, home.address_id))


def _home(reader: Reader, address_id: uuid.UUID, rows: Sequence[StatedResidence]) -> Home:
    told = sorted((row.since or reader.day(row.stated_at), str(row.id)) for row in rows)
    return Home(
        address_id=str(address_id),
        label=", ".join(reader.around.addresses[address_id].lines[:1]) or "an address",
        since=told[0][0],
        last_stated=told[-1][0],
        edge_ids=tuple(edge for _day, edge in told),
        confirmed=any(row.since for row in rows) or len({reader.day(row.stated_at) for row in rows}) > 1,
    )
