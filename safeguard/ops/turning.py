"""Turning sealed values to the newest key of the ring, in batches; each finds what is left by how its values begin."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safeguard.audit.service import record
from safeguard.kernel.key_ring import start_of
from safeguard.kernel.sealed import SEALED, place_of, ring


def columns() -> list[tuple[type[Any], str]]:
    """Every sealed column of the service, by table."""
    return sorted(SEALED, key=lambda one: (one[0].__tablename__, one[1]))


def turn(session: Session, kind: type[Any], column: str, batch: int) -> int:
    """Let at most `batch` values of one column hang on the newest key; how many there were.

    Raises:
        SealBroken: a value does not open: its key is not on the ring, or it was changed. Nothing of the batch is stored.
    """
    start = start_of(ring().current)
    kept = getattr(kind, column)
    rows = session.scalars(
        select(kind).where(kept.is_not(None), func.substr(kept, 1, len(start)) != start).order_by(kind.id).limit(batch).with_for_update()
    ).all()
    for row in rows:
        setattr(row, column, ring().rewrap(bytes(getattr(row, column)), place_of(kind.__tablename__, column, row.id)))
    if rows:
        record(session, None, "keys.rotated", subject_kind="table", subject_id=kind.__tablename__, values=len(rows), key=ring().current)
    session.flush()
    return len(rows)


def hanging_on(session: Session) -> dict[str, int]:
    """How many values hang on each key of the ring, by its name; under "" those that hang on none."""
    counts = {"": 0, **{name: 0 for name, _key in ring().keys}}
    for kind, column in columns():
        kept = getattr(kind, column)
        total = session.scalar(select(func.count()).select_from(kind).where(kept.is_not(None))) or 0
        for name, _key in ring().keys:
            start = start_of(name)
            here = select(func.count()).select_from(kind).where(func.substr(kept, 1, len(start)) == start)
            found = session.scalar(here) or 0
            counts[name] += found
            total -= found
        counts[""] += total
    return counts
