"""How concerns, events and additions stand in the picture of a network: one by one, or as groups that say what they hold. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from safeguard.concerns.event_groups import EventGroup, event_groups
from safeguard.concerns.link_words import said_by, within_sentence
from safeguard.concerns.links import Link, Source
from safeguard.concerns.network import PERSON, Network, Node
from safeguard.kernel.dates import long_date

# So many groups have a place, and so many concerns and events are drawn one by one when somebody asks for them.
_MOST_GROUPS, MOST_OPENED = 8, 24
GROUP = "events"
ALL = "all"


@dataclass(slots=True)
class Folded:
    """What has a place: `events` about people, `additions` to referrals; in either, nodes of `groups` (by id).

    `left_out` groups have none.
    """

    events: list[Node] = field(default_factory=list)
    additions: list[Node] = field(default_factory=list)
    groups: dict[uuid.UUID, EventGroup] = field(default_factory=dict)
    opened: set[uuid.UUID] = field(default_factory=set)
    left_out: int = 0

    def place_of(self) -> dict[uuid.UUID, uuid.UUID]:
        """The node that stands for each concern, event or addition which has a place: itself, or its group."""
        alone = {node.id: node.id for node in (*self.events, *self.additions)}
        return alone | {item.id: group.id for group in self.groups.values() for item in group.items}

    def nodes(self) -> dict[uuid.UUID, Node]:
        """Everything that has a place, by id."""
        return {node.id: node for node in (*self.events, *self.additions)}


def folded(network: Network, referrals: Collection[uuid.UUID], opened: str) -> Folded:
    """The concerns and events of a network, and what was added to those of its referrals that are drawn, taken together by rule.

    Args:
        opened: the id of the group to draw one by one, `ALL` for each, or nothing.
    """
    found = Folded()
    room = MOST_OPENED
    for group in event_groups(network):
        of_people = all(network.nodes[key].kind == PERSON for key in group.ends)
        into = found.events if of_people else found.additions
        if (of_people and len(found.groups) >= _MOST_GROUPS) or not (of_people or set(group.ends) & set(referrals)):
            found.left_out += of_people
            continue
        one_by_one: tuple[Node, ...] = group.items if len(group.items) == 1 else ()
        rest: EventGroup | None = None if one_by_one else group
        if rest and opened in {ALL, str(group.id)}:
            one_by_one, rest = group.parted(room) if room else ((), group)
            room -= len(one_by_one)
            found.opened.add(group.id)
        into += one_by_one
        if rest:
            found.groups[rest.id] = rest
            older = " (older)" if one_by_one else ""
            into.append(Node(rest.id, GROUP, f"{rest.label}{older}", day=rest.days[0]))
    return found


@dataclass(frozen=True, slots=True)
class GroupWords:
    """What a group is joined with, in words, with who said it."""

    words: str
    dates: str
    said_by: tuple[str, ...]
    known: date


def words_of(group: EventGroup, network: Network, *, came_in: uuid.UUID | None = None) -> GroupWords:
    """ "5 concerns are about Maya Fernsby", "from 3 March 2026 to 5 May 2026"; of those that came in one contact, "Contact of
    3 March 2026 told of 1 concern, about Maya Fernsby"."""
    sources = _sources(network.links, {item.id for item in group.items})
    link = Link("regards", group.id, group.ends[0], "", "stated", group.days[0], None, sources)
    labels = [network.nodes[key].label for key in group.ends]
    of_people = network.nodes[group.ends[0]].kind == PERSON
    joined = f"are about {_all(labels)}" if of_people else f"to {within_sentence(labels[0])}"
    words = f"{network.nodes[came_in].label} told of {group.label}, about {_all(labels)}" if came_in else f"{group.label} {joined}"
    return GroupWords(words, _dates(group.days), tuple(said_by(link, network.agencies)), group.days[0])


def below(network: Network, events: Iterable[Node], across: Mapping[uuid.UUID, int]) -> list[uuid.UUID]:
    """The drawn concerns, events and groups in the order of the people they are about, from the left, so that few lines cross."""
    ends: dict[uuid.UUID, list[uuid.UUID]] = {group.id: list(group.ends) for group in event_groups(network)}
    for link in network.links:
        if link.kind == "regards":
            ends.setdefault(link.one, []).append(link.other)

    def middle(node: Node) -> float:
        found = [across[key] for key in ends[node.id] if key in across]
        return sum(found) / len(found) if found else 0.0

    return [node.id for node in sorted(events, key=middle)]


def not_by_event(network: Network, places: Mapping[uuid.UUID, uuid.UUID]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """The contacts and people that no way through a drawn concern or event joins, so that a line of their own must."""
    came = {link.other: link.one for link in network.links if link.kind == "holds"}
    return {
        (came[link.one], link.other)
        for link in network.links
        if link.kind == "regards" and link.one in came and link.one not in places
    }  # fmt: skip


def told_of(network: Network) -> Mapping[uuid.UUID, str]:
    """What each referral, contact, concern, event and addition is about, to end a sentence: ", about Maya and Leo"."""
    ends: dict[uuid.UUID, dict[str, list[str]]] = {}
    for link in network.links:
        kind = "about" if link.kind == "regards" else link.kind
        if kind in {"about", "named", "adds"}:
            ends.setdefault(link.one, {"about": [], "named": [], "adds": []})[kind].append(network.nodes[link.other].label)
    return {key: _told(**theirs) for key, theirs in ends.items()}


def _told(about: list[str], named: list[str], adds: list[str]) -> str:
    also = f"; it also names {_all(named)}" if named else ""
    to = f", to {within_sentence(adds[0])}" if adds else ""
    return (f", about {_all(about)}" if about else "") + also + to


def _all(names: Iterable[str]) -> str:
    return " and ".join(sorted(names))


def _sources(links: Iterable[Link], items: Collection[uuid.UUID]) -> tuple[Source, ...]:
    return tuple(source for link in links if link.kind in {"regards", "adds"} and link.one in items for source in link.sources)


def _dates(days: tuple[date, ...]) -> str:
    return f"on {long_date(days[0])}" if days[0] == days[-1] else f"from {long_date(days[0])} to {long_date(days[-1])}"
