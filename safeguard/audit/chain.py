"""The chains: each row's MAC covers its content and the MAC before it (HMAC-SHA-256).

There is one chain on SQLite, where one writer commits at a time anyway, and several beside each other on PostgreSQL, where
writers would otherwise wait for each other's flush to the disk. Each starts where the one chain of old ended. An anchor
covers the end of every chain.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """What one row of the audit says, as its chain sees it.

    `place` counts the rows of its chain without a gap. In chain 0 it is the row's own number `seq`.
    """

    seq: int
    at: datetime
    actor_id: str | None
    actor_role: str
    agency_id: str | None
    action: str
    subject_kind: str | None
    subject_id: str | None
    details: dict[str, Any]
    request_id: str | None
    chain: int = 0
    counted: int | None = None

    @property
    def place(self) -> int:
        """Which row of its chain it is."""
        return self.seq if self.counted is None else self.counted

    @property
    def subjects(self) -> frozenset[str]:
        """The ids of everything this row is about: its subject, and everybody who was shown."""
        return frozenset([*([self.subject_id] if self.subject_id else []), *self.details.get("shown", ())])


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold."""

    seq: int
    words: str


def mac(key: str, previous: str, link: Link) -> str:
    """The hexadecimal MAC that ties `link` to the row whose MAC is `previous`."""
    content = json.dumps(
        [
            previous,
            link.seq,
            link.at.isoformat(timespec="microseconds"),
            link.actor_id,
            link.actor_role,
            link.agency_id,
            link.action,
            link.subject_kind,
            link.subject_id,
            link.details,
            link.request_id,
            *([] if link.counted is None else [link.chain, link.counted]),
        ],
        sort_keys=True,
        ensure_ascii=True,
        separators=(",", ":"),
    )
    return hmac.new(key.encode(), content.encode(), hashlib.sha256).hexdigest()


def first_break(key: str, rows: Iterable[tuple[Link, str]], *, after: tuple[int, str] = (0, GENESIS)) -> Break | None:
    """The first break in `rows` of one chain (each a link and its stored MAC, by rising place), or None.

    Args:
        after: the place and the MAC of the row that these follow; from the beginning where none is given.
    """
    previous, expected = after[1], after[0] + 1
    for link, stored in rows:
        if link.place != expected:
            return Break(link.seq if link.chain else expected, _missing(link.chain, expected))
        if not hmac.compare_digest(mac(key, previous, link), stored):
            return Break(link.seq, f"row {link.seq} was changed, or a row before it was replaced")
        previous, expected = stored, expected + 1
    return None


def _missing(chain: int, place: int) -> str:
    return f"row {place} of chain {chain} is missing" if chain else f"row {place} is missing"


# The end of a chain: the place of its newest row, and that row's MAC.
End = tuple[int, str]


def seal(key: str, ends: Mapping[int, End], at: datetime) -> str:
    """A line to keep elsewhere: the newest row of each chain with its MAC, the moment, and a MAC over all of it."""
    told = ",".join(f"{chain}:{place}:{stored}" for chain, (place, stored) in sorted(ends.items()))
    said = f"audit-anchor {told} {at.isoformat(timespec='seconds')}"
    return f"{said} {_signature(key, said)}"


@dataclass(frozen=True, slots=True)
class Anchor:
    """What an anchor line says: how each chain ended at `at`. A chain that is not named had no row then."""

    ends: Mapping[int, End]
    at: datetime


def read_seal(key: str, line: str) -> Anchor:
    """The anchor that `seal` wrote, or one from before there were several chains (`audit-anchor ROW MAC MOMENT SIGNATURE`).

    Raises:
        ValueError: the line is not an anchor, or was not signed with `key`.
    """
    said, _, signature = line.strip().rpartition(" ")
    parts = said.split(" ")
    if len(parts) == 4:
        parts = [parts[0], f"0:{parts[1]}:{parts[2]}", parts[3]]
    ends = _read_ends(parts[1]) if len(parts) == 3 and parts[0] == "audit-anchor" else {}
    if not ends:
        raise ValueError("This is not an anchor line")
    if not hmac.compare_digest(_signature(key, said).encode(), signature.encode()):
        raise ValueError("The anchor's signature does not fit the audit key")
    return Anchor(ends, datetime.fromisoformat(parts[2]))


def _read_ends(told: str) -> dict[int, End]:
    """The ends as `seal` writes them; none where anything in them is not one."""
    found: dict[int, End] = {}
    for one in told.split(","):
        chain, _, rest = one.partition(":")
        place, _, stored = rest.partition(":")
        if not all(number.isascii() and number.isdigit() and len(number) < 19 for number in (chain, place)):
            return {}
        found[int(chain)] = (int(place), stored)
    return found


def _signature(key: str, said: str) -> str:
    return hmac.new(key.encode(), f"anchor:{said}".encode(), hashlib.sha256).hexdigest()
