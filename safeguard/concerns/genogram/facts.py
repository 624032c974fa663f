"""What a genogram is drawn from: people, and what was stated of how they stand to each other, on one day."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

# From the closest to the loosest. Where two are said of the same two people, the closer one is drawn.
DESCENTS = ("birth", "adopted", "foster", "care", "step", "kin")
# Two people who are so to one child are drawn as a couple with that child.
TOGETHER = frozenset({"birth", "adopted", "foster", "care"})
PEERS = ("twin", "sibling", "half", "step", "kin")
COUPLES = ("married", "partners", "ended", "parents")


@dataclass(frozen=True, slots=True)
class Member:
    """One person. `shape` is square (male), circle (female) or diamond (not known, or unborn); `age` stands in the symbol."""

    id: uuid.UUID
    name: str
    note: str
    shape: str
    age: str = ""
    born: date | None = None
    adult: bool = True
    focus: bool = False
    deceased: bool = False


@dataclass(frozen=True, slots=True)
class Descent:
    """`upper` stands `rise` generations above `lower`, as one of `DESCENTS`."""

    upper: uuid.UUID
    lower: uuid.UUID
    kind: str
    rise: int = 1


@dataclass(frozen=True, slots=True)
class Couple:
    """Two people who are or were partners. `status` is married, partners or ended."""

    one: uuid.UUID
    other: uuid.UUID
    status: str


@dataclass(frozen=True, slots=True)
class Peer:
    """Two people of one generation, as one of `PEERS`."""

    one: uuid.UUID
    other: uuid.UUID
    kind: str


@dataclass(frozen=True, slots=True)
class Home:
    """Who lives together, and the letter under which the page names the address."""

    letter: str
    members: tuple[uuid.UUID, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """Everything to draw. Facts about people who are no `members` are not drawn; facts that cannot all be so are."""

    members: tuple[Member, ...]
    descents: tuple[Descent, ...] = ()
    couples: tuple[Couple, ...] = ()
    peers: tuple[Peer, ...] = ()
    homes: tuple[Home, ...] = ()
