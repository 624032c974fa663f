"""The network around some people as a picture to explore: every node in its place, every link with its evidence. Pure.

The places are worked out here, family by generation above, others and places below, so that the same facts always look
the same, with scripts and without, on a screen and on paper.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from safeguard.concerns.contacts import Contact, contacts_of
from safeguard.concerns.event_groups import EventGroup
from safeguard.concerns.figure_text import lines_of
from safeguard.concerns.genogram.drawing import genogram_of
from safeguard.concerns.genogram.known import known_family
from safeguard.concerns.link_words import dates, said_by, sentence
from safeguard.concerns.links import LINKS, Link
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.concerns.network import PERSON, Network, Node
from safeguard.concerns.network_events import Folded, below, folded, not_by_event, told_of, words_of
from safeguard.concerns.place_key import PLACE_KINDS
from safeguard.concerns.questions.around import Around
from safeguard.concerns.relationships import STANDINGS
from safeguard.concerns.stated import KnownEvent, KnownMark
from safeguard.kernel.codes.relationship import RELATIONSHIPS, traits
from safeguard.kernel.dates import long_date

# More than this is no picture any more; the table has everything.
MOST_NODES = 70
# The newest of each; what came in older contacts is drawn as one line from the agency to each person.
_MOST_CONTACTS, _MOST_AGENCIES = 6, 8
STEP, ROW, MARGIN = 186, 150, 90
_A_ROW = 8
_WIDEST = 150 / 13
# What a reader may show and hide, and how each is drawn: colour, dash and the words beside it.
GROUPS: Mapping[str, str] = {
    "family": "Family and partners",
    "other": "Other relationships",
    "home": "Homes",
    "belongs": "Schools, practices, places and online spaces",
    "event": "Concerns, events and additions",
    "contact": "Referrals and other contacts",
    "named": "Others named in a referral",
    "concern": "Earlier contacts, taken together",
    "alike": "Worked out: a phone, adult, place or time missing in common",
    "same": "Worked out: a home or parent in common",
}
# What the picture shows already, or would be crowded by.
HIDDEN_AT_FIRST = frozenset({"same", "named", "concern"})
# What the row of a referral, contact, concern or addition says already.
_TOLD_ELSEWHERE = frozenset({"about", "named", "regards", "adds"})
_EVENTS = frozenset({"holds", "recorded", "regards", "added", "adds"})
_NEWEST_FIRST = frozenset({"contact", "event"})
_TELLS = frozenset({"sent", "holds", "recorded", "added"})
_SHAPES = {"address": "place", "observation": "event", "decision": "event"}
_SAME = frozenset({"shared_address", "shared_parent"})


@dataclass(frozen=True, slots=True)
class Spot:
    """A node in its place; `x` and `y` are its middle. `gone`: the person has died, as is known since `gone_known`; until then
    they are called by their `plain` name.

    `shape` is square, circle, diamond, place, school, agency, referral, contact, addition, concern, event (an observation or
    decision) or events: then `group` is what it holds, and `opens` whether each of it can be drawn.
    """

    id: uuid.UUID
    shape: str
    label: str
    lines: tuple[str, ...]
    focus: bool
    x: int
    y: int
    gone: bool = False
    group: EventGroup | None = None
    opens: bool = False
    gone_known: date | None = None
    plain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One link in words. `known` is the first day anybody said it, `ends` the first day it counted no more.

    `drawn` unless an end of it has no room in the picture. `reach` is what to ask which children it connects, `opens` the
    group of concerns and events that can be drawn one by one. `told_elsewhere`: another row of the table says it.
    `spared`: not drawn while concerns and events are, because they join the same two.
    """

    key: str
    group: str
    kind: str
    one: uuid.UUID
    other: uuid.UUID
    words: str
    dates: str
    standing: str
    said_by: tuple[str, ...]
    known: date
    ends: date | None
    drawn: bool
    reach: uuid.UUID | None = None
    opens: uuid.UUID | None = None
    told_elsewhere: bool = False
    spared: bool = False


@dataclass(frozen=True, slots=True)
class NetworkPicture:
    """The picture and its lines; `steps` are the days on which something became known; `left_out` nodes had no room.

    `contacts` referrals and contacts have a place of their own, and `older` ones are taken together. `grouped` concerns and
    events are drawn as groups; `opened` groups are drawn one by one, and `unplaced` groups are only in the table.
    `not_followed` says in words of whom not everybody near is here.
    """

    title: str
    width: int
    height: int
    spots: tuple[Spot, ...]
    lines: tuple[Line, ...]
    steps: tuple[date, ...]
    left_out: int
    people: frozenset[uuid.UUID]
    contacts: int
    older: int
    grouped: int
    opened: int
    unplaced: int
    not_followed: tuple[str, ...] = ()

    def joined(self, hidden: Collection[str]) -> frozenset[uuid.UUID]:
        """The nodes that a line of the still picture reaches, where these groups are hidden: others say nothing in it."""
        shown = [line for line in self.lines if line.drawn and line.group not in hidden and not (line.spared and "event" not in hidden)]
        return frozenset(end for line in shown for end in (line.one, line.other))

    def spot(self, key: uuid.UUID) -> Spot:
        """The place of a node that a drawn line names."""
        return next(spot for spot in self.spots if spot.id == key)


def network_picture_of(around: Neighbourhood, found: Around, *, opened: str = "") -> NetworkPicture:
    """Place everything near the focus of `around`; `found` is the answer to who is around it.

    Asked of today it holds the links of all times, the ended ones faded; asked of an earlier day only what counted then.

    Args:
        opened: the id of the group of concerns and events to draw one by one, or `network_events.ALL`.
    """
    network = _shown(found)
    people = {key for key, node in network.nodes.items() if node.kind == PERSON}
    contacts = contacts_of(event for event in around.events if event.person_id in people and event.known_on <= found.on)
    newest = sorted(contacts, key=lambda one: (one.events[0].known_on, str(one.id)), reverse=True)
    drawn, older = newest[:_MOST_CONTACTS], newest[_MOST_CONTACTS:]
    events = folded(network, {one.id for one in drawn}, opened)
    agencies = list(dict.fromkeys([*(one.agency_id for one in newest), *_agencies_of(network, events)]))
    spots, left_out = _places(around, found, drawn, agencies, events)
    placed = {spot.id for spot in spots}
    needed = not_by_event(network, events.place_of())
    lines = [
        *_links(network, placed, found.on, around.marks, needed), *_raised(around, older, placed), *_grouped(network, events, placed)
    ]  # fmt: skip
    order = list(GROUPS)
    names = [network.nodes[key].label for key in network.focus if key in network.nodes]
    return NetworkPicture(
        title=f"Network around {', '.join(names)}",
        width=max((spot.x for spot in spots), default=0) + MARGIN,
        height=max((spot.y for spot in spots), default=0) + MARGIN,
        spots=tuple(spots),
        lines=tuple(
            sorted(
                lines,
                key=lambda line: (order.index(line.group), -line.known.toordinal() if line.group in _NEWEST_FIRST else 0, line.words),
            )
        ),
        steps=tuple(sorted({line.known for line in lines} | {spot.gone_known for spot in spots if spot.gone_known})),
        left_out=left_out,
        people=frozenset(people),
        contacts=len(drawn),
        older=len(older),
        grouped=sum(len(group.items) for group in events.groups.values()),
        opened=len(events.opened),
        unplaced=events.left_out,
        not_followed=tuple(_not_followed(network)),
    )


def _not_followed(network: Network) -> Iterable[str]:
    """Where there were too many people to follow: at an address, around somebody, or near altogether."""
    for key, count in sorted(network.hubs.items(), key=lambda hub: -hub[1]):
        if key in network.nodes:
            yield f"{count:,} people are said to have lived at {network.nodes[key].label}: not all of them are shown."
    for key, count in sorted(network.busy.items(), key=lambda busy: -busy[1]):
        if key in network.nodes:
            yield f"{network.nodes[key].label} is related to {count:,} people, more than a family has: they were not followed."
    if network.left_out:
        yield f"{network.left_out:,} more people are near and were not followed."


def _shown(found: Around) -> Network:
    return found.whole if found.on >= found.whole.today else found.network


def _places(
    around: Neighbourhood, found: Around, contacts: Sequence[Contact], agencies: Sequence[uuid.UUID], events: Folded
) -> tuple[list[Spot], int]:
    """Family as in the family tree, then other adults, other children, addresses, other places, concerns and events,
    additions, contacts, agencies."""
    network, distance = _shown(found), found.distance
    network = replace(network, nodes=network.nodes | events.nodes())
    drawn = genogram_of(known_family(around, at=found.on).family)
    family = [symbol for symbol in drawn.symbols if symbol.id in network.nodes]
    rows = {symbol.y for symbol in family}
    spots = [_spot(network, one.id, one.x + MARGIN // 2, _row_of(one.y, rows), shape=one.shape) for one in family]
    kin = {symbol.id for symbol in family}
    others = sorted(
        (key for key in network.nodes if key not in kin), key=lambda key: (distance.get(key, 9), network.nodes[key].label, str(key))
    )
    kinds = [
        [key for key in others if _is_person(network.nodes[key]) and not network.nodes[key].is_child],
        [key for key in others if _is_person(network.nodes[key]) and network.nodes[key].is_child],
        [key for key in others if network.nodes[key].kind == "address"],
        [key for key in others if network.nodes[key].kind in PLACE_KINDS],
    ]
    y = max((spot.y for spot in spots), default=MARGIN - ROW)
    told = [
        below(network, events.events, {spot.id: spot.x for spot in spots}),
        [one.id for one in events.additions], [one.id for one in reversed(contacts)], list(agencies[:_MOST_AGENCIES]),
    ]  # fmt: skip
    room = MOST_NODES - len(spots) - sum(map(len, told))
    middle = (max((spot.x for spot in spots), default=0) + MARGIN) // 2
    left_out = max(0, len(agencies) - _MOST_AGENCIES)
    for keys in kinds:
        shown, rest = keys[: max(0, room)], keys[max(0, room) :]
        left_out, room = left_out + len(rest), room - len(shown)
        for start in range(0, len(shown), _A_ROW):
            y += ROW
            spots += _row(network, shown[start : start + _A_ROW], y, middle)
    for keys in told:
        for start in range(0, len(keys), _A_ROW):
            y += ROW
            spots += _row(network, keys[start : start + _A_ROW], y, middle)
    least = min((spot.x for spot in spots), default=MARGIN)
    shift = max(0, MARGIN - least)
    groups = events.groups
    return [
        replace(one, x=one.x + shift, group=groups.get(one.id), opens=one.id in groups and one.id not in events.opened) for one in spots
    ], left_out


def _row_of(y: int, rows: set[int]) -> int:
    return MARGIN + sorted(rows).index(y) * ROW


def _row(network: Network, row: Sequence[uuid.UUID], y: int, middle: int) -> list[Spot]:
    start = middle - (len(row) - 1) * STEP // 2
    return [_spot(network, key, start + place * STEP, y) for place, key in enumerate(row)]


def _spot(network: Network, key: uuid.UUID, x: int, y: int, *, shape: str = "") -> Spot:
    node = network.nodes[key]
    called = _called(node)
    most = 4 if node.day else 3
    return Spot(
        key, shape or _shape(node), called, lines_of(called, _WIDEST, most), key in network.focus, x, y, node.deceased,
        gone_known=node.death_known, plain=lines_of(node.label, _WIDEST, most) if node.death else (),
    )  # fmt: skip


def _agencies_of(network: Network, events: Folded) -> list[uuid.UUID]:
    """The agencies that recorded a decision or added something that is drawn as itself."""
    drawn = events.nodes()
    return [link.one for link in network.links if link.kind in {"recorded", "added"} and link.other in drawn]


def _called(node: Node) -> str:
    """A name, with the death of who has died: "Ann Ashby (died on 3 March 2026)"."""
    return f"{node.label} ({node.death[0].lower()}{node.death[1:]})" if node.death else node.label


def _is_person(node: Node) -> bool:
    return node.kind == PERSON


def _shape(node: Node) -> str:
    if node.kind != PERSON:
        return _SHAPES.get(node.kind) or ("school" if node.kind in PLACE_KINDS else node.kind)
    unborn = node.birth_date is None and node.expected_date is not None
    return "diamond" if unborn else {"M": "square", "F": "circle"}.get(node.sex or "", "diamond")


def _links(
    network: Network, placed: set[uuid.UUID], on: date, marks: Iterable[KnownMark], needed: Collection[tuple[uuid.UUID, uuid.UUID]]
) -> Iterable[Line]:
    named = {(mark.event_id, mark.kind): mark.id for mark in marks}
    told = told_of(network)
    for link in network.links:
        yield Line(
            key=link.key,
            group=_group(link),
            kind=RELATIONSHIPS.label(link.code) if link.kind == "relationship" and link.code in RELATIONSHIPS else LINKS.label(link.kind),
            one=link.one,
            other=link.other,
            words=sentence(link, network.nodes, on) + (told.get(link.other, "") if link.kind in _TELLS else ""),
            dates=dates(link),
            standing="Worked out" if link.derived else STANDINGS.label(link.standing) if link.standing in STANDINGS else link.standing,
            said_by=tuple(said_by(link, network.agencies)),
            known=link.known_since,
            ends=link.until,
            drawn=link.one in placed and link.other in placed and link.one != link.other,
            reach=_reach(link, named),
            told_elsewhere=link.kind in _TOLD_ELSEWHERE,
            spared=link.kind == "about" and (link.one, link.other) not in needed,
        )


def _reach(link: Link, named: Mapping[tuple[uuid.UUID, str], uuid.UUID | None]) -> uuid.UUID | None:
    """Of whom or what to ask which children it connects: a place, or a row that names the place, vehicle or phone."""
    if link.kind in {"home", "belongs"}:
        return link.other
    if link.kind == "shared_phone":
        return link.sources[0].id
    if link.kind in {"names", "shared_mark"}:
        return next((key for source in link.sources if (key := named.get((source.id, link.code)))), None)
    return link.via[0] if link.kind in {"shared_address", "shared_adult"} else None


def _group(link: Link) -> str:
    if link.kind == "relationship":
        kind = traits(link.code)
        return "family" if kind.kin or kind.partner or kind.sibling or kind.kin_carer or kind.rises is not None else "other"
    if link.derived:
        return "same" if link.kind in _SAME else "alike"
    if link.kind in {"sent", "about"}:
        return "contact"
    if link.kind in _EVENTS:
        return "event"
    if link.kind == "names":
        return "belongs"
    return link.kind


def _raised(around: Neighbourhood, contacts: Iterable[Contact], placed: set[uuid.UUID]) -> Iterable[Line]:
    """What came in contacts that have no place of their own: one line from each agency to each person."""
    told: dict[tuple[uuid.UUID, uuid.UUID], list[KnownEvent]] = {}
    for event in sorted((event for one in contacts for event in one.events), key=lambda event: (event.known_on, str(event.id))):
        told.setdefault((event.agency_id, event.person_id), []).append(event)
    for (agency, person), events in told.items():
        times = "once" if len(events) == 1 else f"{len(events)} times"
        yield Line(
            key=f"concern:{agency}:{person}",
            group="concern",
            kind="Earlier contacts together",
            one=agency,
            other=person,
            words=f"{around.agencies[agency].name} told of {around.people[person].name} {times} before",
            dates=f"last on {long_date(events[-1].known_on)}",
            standing="Stated",
            said_by=tuple(
                f"{event.reference + ', ' if event.reference else ''}{long_date(event.known_on)}" for event in events
            ),
            known=events[0].known_on,
            ends=None,
            drawn=agency in placed and person in placed,
            told_elsewhere=True,
        )


def _grouped(network: Network, events: Folded, placed: Collection[uuid.UUID]) -> Iterable[Line]:
    """What a group of concerns and events is about, and the contacts it came in: a line to each, and one row for them all."""
    came = [(link.one, link.other) for link in network.links if link.kind == "holds"]
    for group in events.groups.values():
        items = {item.id: item for item in group.items}
        parts = {contact: [items[item] for one, item in came if one == contact and item in items] for contact, _item in came}
        for end, theirs in [*((end, group.items) for end in group.ends), *((end, tuple(part)) for end, part in parts.items() if part)]:
            said = words_of(replace(group, items=theirs), network, came_in=None if end in group.ends else end)
            yield Line(
                key=f"events:{group.id}:{end}", group="event", kind="Concerns and events together", one=group.id, other=end,
                words=said.words, dates=said.dates, standing="Stated", said_by=said.said_by, known=said.known, ends=None,
                drawn=group.id in placed and end in placed, opens=None if group.id in events.opened else group.id,
                told_elsewhere=end != group.ends[0],
            )  # fmt: skip
