"""What joins children who are no family: the same referral, place, online space, vehicle, phone, or adult. Pure."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from safeguard.kernel.codes.relationship import traits
from safeguard.risk.reader import Reader
from safeguard.risk.timeline import Peer, PeerLink, Place

_MARK_WORDS = {"venue": "the place", "online": "the online space", "vehicle": "the vehicle", "phone": "the phone or account"}
_Tie = tuple[uuid.UUID, date, tuple[str, str]]


def places_of(reader: Reader, child_id: uuid.UUID, family: Collection[uuid.UUID]) -> Iterable[Place]:
    """The child's address now and the venues their events name, each with the unrelated children tied to it."""
    people = reader.around.people
    home = reader.homes.get(child_id)
    if home is not None:
        others = [one for one in reader.household(child_id) if people[one].is_child and one not in family]
        label = ", ".join(reader.around.addresses[home.address_id].lines[:1]) or "the child's address"
        if others:
            edges = tuple(reader.home_edge(one) for one in (child_id, *others))
            yield Place(label, _by_family(reader, others, by_home=False), edges)
    for (kind, _mark), (label, ties) in _marks(reader).items():
        if kind == "venue" and any(one == child_id for one, _on, _evidence in ties):
            others = [one for one in {one for one, _on, _evidence in ties} - set(family) if people[one].is_child]
            yield Place(label, _by_family(reader, others, by_home=True), ())


def _by_family(reader: Reader, children: Iterable[uuid.UUID], *, by_home: bool) -> tuple[tuple[Peer, ...], ...]:
    """Children put together by family, so that three sisters at one address count once."""
    families: list[list[uuid.UUID]] = []
    for child_id in sorted(children):
        for family in families:
            if any(_family(reader, child_id, one, by_home=by_home) for one in family):
                family.append(child_id)
                break
        else:
            families.append([child_id])
    return tuple(tuple(Peer(reader.child(one), reader.events.get(one, ())) for one in family) for family in families)


def _marks(reader: Reader) -> dict[tuple[str, str], tuple[str, list[_Tie]]]:
    """Each place, online space, vehicle and phone that events name: the name as last typed, and whose events name it."""
    if not reader.around.marks:
        return {}
    events = {event.id: event for events in reader.events.values() for event in events}
    marks: dict[tuple[str, str], tuple[str, list[_Tie]]] = {}
    for mark in reader.around.marks:
        event = events.get(str(mark.event_id))
        if event is not None:
            _label, ties = marks.setdefault((mark.kind, mark.mark), (mark.label, []))
            ties.append((uuid.UUID(event.person_id), event.on, ("event", event.id)))
    return marks


def peers_of(
    reader: Reader, child_id: uuid.UUID, family: Collection[uuid.UUID]
) -> tuple[tuple[PeerLink, ...], tuple[Peer, ...]]:
    """Every link among the children joined to this one outside the family, directly or through others, and those children."""
    links_of = _links_of(reader)
    brothers = {str(one) for one in family} - {str(child_id)}
    reached, waiting = {str(child_id)}, [str(child_id)]
    while waiting:
        ends = {end for link in links_of.get(waiting.pop(), ()) for end in (link.one, link.other)}
        fresh = ends - reached - brothers
        reached |= fresh
        waiting += fresh
    mine = {link: None for one in sorted(reached) for link in links_of.get(one, ()) if link.one in reached and link.other in reached}
    others = sorted(reached - {str(child_id)})
    peers = tuple(Peer(reader.child(uuid.UUID(one)), reader.events.get(uuid.UUID(one), ())) for one in others)
    return tuple(sorted(mine, key=lambda link: (link.on, link.one, link.other, link.basis))), peers


def _links_of(reader: Reader) -> dict[str, list[PeerLink]]:
    """The links of each child in the neighbourhood, the same for whoever asks."""
    if reader.peer_links is None:
        found: dict[str, list[PeerLink]] = defaultdict(list)
        for link in (*_together(reader), *_by_marks(reader), *_by_adults(reader)):
            found[link.one].append(link)
            found[link.other].append(link)
        reader.peer_links = found
    return reader.peer_links


def _together(reader: Reader) -> Iterable[PeerLink]:
    """Children of different families in one referral: found, arrested or missing together."""
    groups: dict[str, list[_Tie]] = defaultdict(list)
    for person_id, events in reader.events.items():
        for event in events:
            if event.referral_id is not None and event.is_concern:
                groups[event.referral_id].append((person_id, event.on, ("event", event.id)))
    for ties in groups.values():
        yield from _pairs(reader, ties, "together", "named in one referral")


def _by_marks(reader: Reader) -> Iterable[PeerLink]:
    for (kind, _mark), (label, ties) in _marks(reader).items():
        yield from _pairs(reader, ties, kind, f"{_MARK_WORDS[kind]} {label}")


def _by_adults(reader: Reader) -> Iterable[PeerLink]:
    """Children to whom one adult is stated to be a danger or a friend, without being family or a professional."""
    for adult_id, person in reader.around.people.items():
        if person.is_child or adult_id in reader.dead:
            continue
        ties = [
            (other, link.stated_on, ("edge", link.id))
            for other, links in reader.current(adult_id).items()
            for link in links
            if link.kind in {"alleged_victim_of", "family_friend", "not_known"}
        ]
        yield from _pairs(reader, ties, "adult", f"the same adult, {person.name}")


def _pairs(reader: Reader, ties: list[_Tie], basis: str, words: str) -> Iterable[PeerLink]:
    """One link for each two children of different families among `ties`, dated by the later of the two."""
    newest: dict[uuid.UUID, _Tie] = {}
    for tie in sorted(ties, key=lambda one: (one[1], one[2])):
        if reader.around.people[tie[0]].is_child:
            newest[tie[0]] = tie
    ordered = sorted(newest.items())
    for place, (one, first) in enumerate(ordered):
        for other, second in ordered[place + 1 :]:
            if not _family(reader, one, other):
                evidence = tuple(dict.fromkeys((first[2], second[2])))
                yield PeerLink(str(one), str(other), basis, words, max(first[1], second[1]), evidence)


def _family(reader: Reader, one: uuid.UUID, other: uuid.UUID, *, by_home: bool = True) -> bool:
    """Whether two children are stated relatives, share a parent, or (`by_home`) live together now."""
    mine, theirs = reader.current(one), reader.current(other)
    if other in mine or (by_home and other in reader.household(one)):
        return True
    parents = {key for key, links in mine.items() if any(traits(link.kind).parent for link in links)}
    return bool(parents & {key for key, links in theirs.items() if any(traits(link.kind).parent for link in links)})
