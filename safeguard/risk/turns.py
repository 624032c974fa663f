"""Taking turns: two changes that touch one family at the same moment are evaluated one after the other."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.orm import Session

_TAKE = text("SELECT count(pg_advisory_xact_lock(key)) FROM unnest(CAST(:keys AS bigint[])) AS key")


def take_turns(session: Session, person_ids: Iterable[uuid.UUID]) -> None:
    """Make everybody else who would evaluate these people wait until this transaction ends.

    Call it once in a transaction, for all of them: the turns are taken in one order. They are locks of their own and not
    on the rows of people, which a submission holds already when it learns how wide the family is. Two submissions that
    each hold one brother and want the other would wait for each other for ever.

    SQLite has one writer at a time, so there is nothing to take.
    """
    if session.get_bind().dialect.name == "postgresql":
        keys = sorted({int.from_bytes(one.bytes[:8], "big", signed=True) for one in person_ids})
        session.execute(_TAKE, {"keys": keys})
