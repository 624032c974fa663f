"""The digest of a day: how many rows of each action it has, and an anchor, signed. To be kept where nobody here can reach."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safeguard.audit.chain import Break
from safeguard.audit.model import AuditEvent
from safeguard.audit.service import anchor, holds_anchor, key_of
from safeguard.kernel.clock import LONDON

_HEAD = "audit-digest"


@dataclass(frozen=True, slots=True)
class Digest:
    """What a digest says: the day, its rows by action, and the anchor that was made with it."""

    day: date
    counts: Mapping[str, int]
    anchor: str


def write_digest(key: str, digest: Digest) -> str:
    """The digest as text; the last line signs all before it."""
    lines = [f"{_HEAD} {digest.day.isoformat()}", f"rows {sum(digest.counts.values())}"]
    lines += [f"action {name} {count}" for name, count in sorted(digest.counts.items())]
    said = "\n".join([*lines, digest.anchor]) + "\n"
    return f"{said}signature {_signature(key, said)}\n"


def read_digest(key: str, text: str) -> Digest:
    """The digest that `write_digest` wrote.

    Raises:
        ValueError: it is none, or was not signed with `key`.
    """
    said, found, signature = text.rpartition("signature ")
    lines = said.splitlines()
    if not found or len(lines) < 3 or not lines[0].startswith(f"{_HEAD} "):
        raise ValueError("This is not a digest of the audit")
    if not hmac.compare_digest(_signature(key, said).encode(), signature.strip().encode()):
        raise ValueError("The digest's signature does not fit the audit key")
    counts = {name: int(count) for _action, name, count in (line.split(" ") for line in lines[2:-1])}
    return Digest(date.fromisoformat(lines[0].split(" ")[1]), counts, lines[-1])


def digest_of(session: Session, day: date) -> str:
    """The signed digest of a day in London, with an anchor of the audit as it is now."""
    return write_digest(key_of(current_app), Digest(day, _counts(session, day), anchor(session)))


def holds_digest(session: Session, text: str) -> Break | None:
    """Whether the audit still has what a digest says.

    Raises:
        ValueError: the text is no digest of this audit.
    """
    digest = read_digest(key_of(current_app), text)
    if gone := holds_anchor(session, digest.anchor):
        return gone
    now = _counts(session, digest.day)
    changed = [name for name in sorted({*now, *digest.counts}) if now.get(name) != digest.counts.get(name)]
    if not changed:
        return None
    name = changed[0]
    return Break(0, f"{digest.day} has {now.get(name, 0)} rows of {name}, and had {digest.counts.get(name, 0)}")


def _counts(session: Session, day: date) -> dict[str, int]:
    start, end = (datetime.combine(one, time(), tzinfo=LONDON) for one in (day, day + timedelta(days=1)))
    rows = session.execute(
        select(AuditEvent.action, func.count()).where(AuditEvent.at >= start, AuditEvent.at < end).group_by(AuditEvent.action)
    )
    return dict(rows.tuples().all())


def _signature(key: str, said: str) -> str:
    return hmac.new(key.encode(), f"digest:{said}".encode(), hashlib.sha256).hexdigest()
