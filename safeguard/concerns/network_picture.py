"""The network around some people as a picture to explore: every node in its place, every link with its evidence. Pure.

The places are worked out here, family by generation above, others and places below, so that the same facts always look
the same, with scripts and without, on a screen and on paper.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from safeguard.concerns.figure_text import lines_of
from safeguard.concerns.genogram.drawing import genogram_of
from safeguard.concerns.genogram.known import known_family
from safeguard.concerns.link_words import dates, said_by, sentence
from safeguard.concerns.links import LINKS, Link
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.concerns.network import PERSON, Network, Node
from safeguard.concerns.questions.around import Around
from safeguard.concerns.relationships import STANDINGS
from safeguard.concerns.stated import KnownEvent
from safeguard.kernel.codes.relationship import RELATIONSHIPS, traits
from safeguard.kernel.dates import long_date

# More than this is no picture any more; the table has everything.
MOST_NODES = 70
STEP, ROW, MARGIN = 186, 150, 90
_A_ROW = 8
_WIDEST = 150 / 13
# What a reader may show and hide, and how each is drawn: colour, dash and the words beside it.
GROUPS: Mapping[str, str] = {
    "family": "Family and partners",
    "other": "Other relationships",
    "home": "Homes",
    "belongs": "Schools and practices",
    "concern": "Concerns raised by agencies",
    "alike": "Worked out: a phone, adult, place or time missing in common",
    "same": "Worked out: a home or parent in common",
}
# Where both are in the picture they show it already.
HIDDEN_AT_FIRST = frozenset({"same"})
_SAME = frozenset({"shared_address", "shared_parent"})
_INBOUND = "inbound_concern"


@dataclass(frozen=True, slots=True)
class Spot:
    """A node in its place. `shape` is square, circle, diamond, place, school or agency; `x` and `y` the middle."""

    id: uuid.UUID
    shape: str
    label: str
    lines: tuple[str, ...]
    focus: bool
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    """One link in words. `known` is the first day anybody said it, `ends` the first day it counted no more.

    `drawn` unless an end of it has no room in the picture.
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


@dataclass(frozen=True, slots=True)
class NetworkPicture:
    """The picture and its lines; `steps` are the days on which something became known; `left_out` nodes had no room."""

    title: str
    width: int
    height: int
    spots: tuple[Spot, ...]
    lines: tuple[Line, ...]
    steps: tuple[date, ...]
    left_out: int
    people: frozenset[uuid.UUID]

    def spot(self, key: uuid.UUID) -> Spot:
        """The place of a node that a drawn line names."""
        return next(spot for spot in self.spots if spot.id == key)


def network_picture_of(around: Neighbourhood, found: Around) -> NetworkPicture:
    """Place everything near the focus of `around`; `found` is the answer to who is around it."""
    network = found.whole
    people = {key for key, node in network.nodes.items() if node.kind == PERSON}
    concerns = _concerns(around.events, people)
    agencies = list(dict.fromkeys(agency for agency, _person in concerns))
    spots, left_out = _places(around, network, found.distance, agencies, found.on)
    placed = {spot.id for spot in spots}
    lines = [*_links(network, placed, found.on), *_raised(around, concerns, placed)]
    order = list(GROUPS)
    names = [network.nodes[key].label for key in network.focus if key in network.nodes]
    return NetworkPicture(
        title=f"Network around {', '.join(names)}",
        width=max((spot.x for spot in spots), default=0) + MARGIN,
        height=max((spot.y for spot in spots), default=0) + MARGIN,
        spots=tuple(spots),
        lines=tuple(sorted(lines, key=lambda line: (order.index(line.group), line.words))),
        steps=tuple(sorted({line.known for line in lines})),
        left_out=left_out,
        people=frozenset(people),
    )


def _concerns(events: Iterable[KnownEvent], people: set[uuid.UUID]) -> dict[tuple[uuid.UUID, uuid.UUID], list[KnownEvent]]:
    """The concerns of each agency about each person, oldest first."""
    found: dict[tuple[uuid.UUID, uuid.UUID], list[KnownEvent]] = {}
    for event in sorted(events, key=lambda event: (event.known_on, str(event.id))):
        if event.kind == _INBOUND and event.person_id in people:
            found.setdefault((event.agency_id, event.person_id), []).append(event)
    return found


def _places(
    around: Neighbourhood, network: Network, distance: Mapping[uuid.UUID, int], agencies: Sequence[uuid.UUID], on: date
) -> tuple[list[Spot], int]:
    """Family as in the family tree, then other adults, other children, addresses, schools and practices, agencies."""
    drawn = genogram_of(known_family(around, at=on).family)
    family = [symbol for symbol in drawn.symbols if symbol.id in network.nodes]
    kin = {symbol.id for symbol in family}
    focus = set(network.focus)
    spots = [
        Spot(one.id, one.shape, called, _label(called), one.id in focus, one.x + MARGIN // 2, y)
        for one in family
        for called in (_called(network.nodes[one.id]),)
        for y in (_row_of(one.y, {symbol.y for symbol in family}),)
    ]
    others = sorted(
        (key for key in network.nodes if key not in kin), key=lambda key: (distance.get(key, 9), network.nodes[key].label, str(key))
    )
    kinds = [
        [key for key in others if _is_person(network.nodes[key]) and not network.nodes[key].is_child],
        [key for key in others if _is_person(network.nodes[key]) and network.nodes[key].is_child],
        [key for key in others if network.nodes[key].kind == "address"],
        [key for key in others if network.nodes[key].kind not in {PERSON, "address"}],
    ]
    y = max((spot.y for spot in spots), default=MARGIN - ROW)
    room = MOST_NODES - len(spots) - min(len(agencies), _A_ROW)
    middle = (max((spot.x for spot in spots), default=0) + MARGIN) // 2
    left_out = max(0, len(agencies) - _A_ROW)
    for keys in kinds:
        shown, rest = keys[: max(0, room)], keys[max(0, room) :]
        left_out, room = left_out + len(rest), room - len(shown)
        for start in range(0, len(shown), _A_ROW):
            y += ROW
            row = [(key, _shape(network.nodes[key]), _called(network.nodes[key])) for key in shown[start : start + _A_ROW]]
            spots += _row(row, y, middle)
    if agencies:
        spots += _row([(key, "agency", around.agencies[key].name) for key in agencies[:_A_ROW]], y + ROW, middle)
    least = min((spot.x for spot in spots), default=MARGIN)
    shift = max(0, MARGIN - least)
    return [Spot(one.id, one.shape, one.label, one.lines, one.focus, one.x + shift, one.y) for one in spots], left_out


def _row_of(y: int, rows: set[int]) -> int:
    return MARGIN + sorted(rows).index(y) * ROW


def _row(row: Sequence[tuple[uuid.UUID, str, str]], y: int, middle: int) -> list[Spot]:
    start = middle - (len(row) - 1) * STEP // 2
    return [Spot(key, shape, label, _label(label), False, start + place * STEP, y) for place, (key, shape, label) in enumerate(row)]


def _called(node: Node) -> str:
    """A name, with the death of who has died: "Ann Ashby (died on 3 March 2026)"."""
    return f"{node.label} ({node.death[0].lower()}{node.death[1:]})" if node.death else node.label


def _label(words: str) -> tuple[str, ...]:
    return lines_of(words, _WIDEST, 3)


def _is_person(node: Node) -> bool:
    return node.kind == PERSON


def _shape(node: Node) -> str:
    if node.kind != PERSON:
        return "place" if node.kind == "address" else "school"
    unborn = node.birth_date is None and node.expected_date is not None
    return "diamond" if unborn else {"M": "square", "F": "circle"}.get(node.sex or "", "diamond")


def _links(network: Network, placed: set[uuid.UUID], on: date) -> Iterable[Line]:
    for link in network.links:
        yield Line(
            key=link.key,
            group=_group(link),
            kind=RELATIONSHIPS.label(link.code) if link.kind == "relationship" and link.code in RELATIONSHIPS else LINKS.label(link.kind),
            one=link.one,
            other=link.other,
            words=sentence(link, network.nodes, on),
            dates=dates(link),
            standing="Worked out" if link.derived else STANDINGS.label(link.standing) if link.standing in STANDINGS else link.standing,
            said_by=tuple(said_by(link, network.agencies)),
            known=link.known_since,
            ends=link.until,
            drawn=link.one in placed and link.other in placed and link.one != link.other,
        )


def _group(link: Link) -> str:
    if link.kind == "relationship":
        kind = traits(link.code)
        return "family" if kind.kin or kind.partner or kind.sibling or kind.kin_carer or kind.rises is not None else "other"
    if link.derived:
        return "same" if link.kind in _SAME else "alike"
    return link.kind


def _raised(
    around: Neighbourhood, concerns: Mapping[tuple[uuid.UUID, uuid.UUID], list[KnownEvent]], placed: set[uuid.UUID]
) -> Iterable[Line]:
    for (agency, person), events in concerns.items():
        name = around.agencies[agency].name
        yield Line(
            key=f"concern:{agency}:{person}",
            group="concern",
            kind="Concerns raised",
            one=agency,
            other=person,
            words=f"{name} raised {len(events)} {'concern' if len(events) == 1 else 'concerns'} about {around.people[person].name}",
            dates=f"last on {long_date(events[-1].known_on)}",
            standing="Stated",
            said_by=tuple(
                f"{event.reference + ', ' if event.reference else ''}{long_date(event.known_on)}" for event in events
            ),
            known=events[0].known_on,
            ends=None,
            drawn=agency in placed and person in placed,
        )
