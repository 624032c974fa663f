"""Making the index of blocking keys from the source records: step by step, so that it can stop and go on.

The index holds nothing of its own. It is made again when the rules for keys change, and completed after people were
stored by other means than `people.service`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safeguard.people.key_index import empty_index, store_keys
from safeguard.people.matching.keys import blocking_keys, key_rules
from safeguard.people.model import MatchIndex, SourceRecord
from safeguard.people.statements import statements_after

_THE_ONE = 1
_RECORDS_A_READ = 5000


@dataclass(frozen=True, slots=True)
class IndexState:
    """How far the index is: `done` of `total` source records by the present rules, or not begun by them."""

    done: int
    total: int
    finished: bool


def index_state(session: Session) -> IndexState:
    """How far the index is made."""
    total = session.scalar(select(func.count()).select_from(SourceRecord)) or 0
    index = session.get(MatchIndex, _THE_ONE)
    if index is None or index.rules != key_rules():
        return IndexState(0, total, finished=False)
    if index.finished_at:
        return IndexState(total, total, finished=True)
    reached = index.reached or uuid.UUID(int=0)
    done = session.scalar(select(func.count()).select_from(SourceRecord).where(SourceRecord.id <= reached)) or 0
    return IndexState(done, total, finished=False)


def begin(session: Session, *, again: bool = False) -> IndexState:
    """Get ready to make the index, or to go on where it was left.

    Args:
        again: from the beginning, whatever was made before. Done in any case where other rules made it.
    """
    index = session.get(MatchIndex, _THE_ONE)
    if index is None or index.rules != key_rules() or again:
        empty_index(session)
        session.merge(MatchIndex(id=_THE_ONE, rules=key_rules(), reached=None, finished_at=None))
        session.flush()
    return index_state(session)


def step(
    session: Session, *, records: int, at: datetime, on_progress: Callable[[int], object] = lambda _records: None
) -> int:
    """Index the next source records in the order of their ids.

    Args:
        records: how many. Keys lie all over the index, so each step touches most of its pages once: few large steps
            make it in linear time, and a step of 200,000 records needs some 300 MB.
        on_progress: told how many more source records have been read.

    Returns:
        how many were indexed; 0 when there were none left, and the index is finished.
    """
    index = session.get_one(MatchIndex, _THE_ONE)
    keys_of: dict[uuid.UUID, frozenset[int]] = {}
    while len(keys_of) < records:
        statements = statements_after(session, index.reached, min(_RECORDS_A_READ, records - len(keys_of)))
        if not statements:
            break
        keys_of |= {uuid.UUID(said.id): blocking_keys(said) for said in statements}
        index.reached = uuid.UUID(statements[-1].id)
        on_progress(len(statements))
    store_keys(session, keys_of)
    if not keys_of:
        index.finished_at = at
    session.flush()
    return len(keys_of)
