"""Concerns and events of a network taken together, so that a picture with many of them can still be read. Pure.

The rule: those about the same people are one group, and what was added to one referral is one. A group of one is drawn as what it
is; of a larger one the reader is told how many of which kind it holds, and may have each of them drawn.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from safeguard.concerns.network import ADDITION, CONCERN, DECISION, OBSERVATION, Network, Node

EVENTS = (CONCERN, OBSERVATION, DECISION)
_KINDS = (*EVENTS, ADDITION)
_GROUPS = uuid.UUID("b7a2f7a5-2d1c-5b7e-8f4d-6a7c1c0e9b11")


@dataclass(frozen=True, slots=True)
class EventGroup:
    """What is about the same people, or was added to one referral (`ends`); `items` are at least one, the oldest first."""

    ends: tuple[uuid.UUID, ...]
    items: tuple[Node, ...]

    @property
    def id(self) -> uuid.UUID:
        """The same for the same people or referral."""
        return uuid.uuid5(_GROUPS, " ".join(map(str, self.ends)))

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(item.day for item in self.items if item.day)

    @property
    def label(self) -> str:
        """ "14 events of 3 kinds: 3 concerns, 9 observations, 2 decisions", "5 concerns" """
        return counted(item.kind for item in self.items)

    def parted(self, newest: int) -> tuple[tuple[Node, ...], EventGroup | None]:
        """The newest items one by one, and the older ones as a group where there are any."""
        older = self.items[: max(0, len(self.items) - newest)]
        return self.items[len(older) :], EventGroup(self.ends, older) if older else None


def counted(kinds: Iterable[str]) -> str:
    """How many of each kind, in words."""
    count = Counter(kinds)
    parts = [f"{count[kind]} {kind}{'' if count[kind] == 1 else 's'}" for kind in _KINDS if count[kind]]
    return parts[0] if len(parts) == 1 else f"{count.total()} events of {len(parts)} kinds: {', '.join(parts)}"


def event_groups(network: Network) -> list[EventGroup]:
    """The groups of a network, those about its focus first, then by name."""
    ends: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for link in network.links:
        if link.kind in {"regards", "adds"}:
            ends[link.one].add(link.other)
    found: dict[tuple[uuid.UUID, ...], list[Node]] = defaultdict(list)
    for key, theirs in ends.items():
        found[tuple(sorted(theirs))].append(network.nodes[key])
    groups = [EventGroup(keys, tuple(sorted(items, key=_age))) for keys, items in found.items()]
    return sorted(groups, key=lambda group: _place(network, group.ends))


def _age(item: Node) -> tuple[date, str]:
    return item.day or date.min, str(item.id)


def _place(network: Network, ends: Sequence[uuid.UUID]) -> tuple[bool, list[str], list[str]]:
    return not set(ends) & set(network.focus), sorted(network.nodes[key].label for key in ends), list(map(str, ends))
