"""The chain: each row's MAC covers its content and the MAC before it (HMAC-SHA-256)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """What one row of the audit says, as the chain sees it."""

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
        ],
        sort_keys=True,
        ensure_ascii=True,
        separators=(",", ":"),
    )
    return hmac.new(key.encode(), content.encode(), hashlib.sha256).hexdigest()


def first_break(key: str, rows: Iterable[tuple[Link, str]], *, after: tuple[int, str] = (0, GENESIS)) -> Break | None:
    """The first break in `rows` (each a link and its stored MAC, by rising seq), or None.

    Args:
        after: the seq and the MAC of the row that these follow; from the beginning where none is given.
    """
    previous, expected = after[1], after[0] + 1
    for link, stored in rows:
        if link.seq != expected:
            return Break(expected, f"row {expected} is missing")
        if not hmac.compare_digest(mac(key, previous, link), stored):
            return Break(link.seq, f"row {link.seq} was changed, or a row before it was replaced")
        previous, expected = stored, expected + 1
    return None


def seal(key: str, seq: int, stored: str, at: datetime) -> str:
    """A line to keep elsewhere: the newest row, its MAC, the moment, and a MAC over all three."""
    said = f"audit-anchor {seq} {stored} {at.isoformat(timespec='seconds')}"
    return f"{said} {_signature(key, said)}"


@dataclass(frozen=True, slots=True)
class Anchor:
    """What an anchor line says: row `seq` bore the MAC `stored` at `at`."""

    seq: int
    stored: str
    at: datetime


def read_seal(key: str, line: str) -> Anchor:
    """The anchor that `seal` wrote.

    Raises:
        ValueError: the line is not an anchor, or was not signed with `key`.
    """
    said, _, signature = line.strip().rpartition(" ")
    parts = said.split(" ")
    if len(parts) != 4 or parts[0] != "audit-anchor" or not (parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 19):
        raise ValueError("This is not an anchor line")
    if not hmac.compare_digest(_signature(key, said).encode(), signature.encode()):
        raise ValueError("The anchor's signature does not fit the audit key")
    return Anchor(int(parts[1]), parts[2], datetime.fromisoformat(parts[3]))


def _signature(key: str, said: str) -> str:
    return hmac.new(key.encode(), f"anchor:{said}".encode(), hashlib.sha256).hexdigest()
