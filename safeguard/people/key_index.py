"""The index of blocking keys: who holds a key, and storing the keys of new records."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

# A key that more records hold says too little to be worth reading; every kind of key is made to stay below it.
HOT = 100
_HEX = 32
_ROWS_A_STATEMENT = 50_000

# One row a key, its records in one string of 32 hexadecimal digits each: the fewest values to carry over.
_HOLDERS = {
    "sqlite": text(
        "SELECT wanted.value, (SELECT group_concat(lower(hex(source_record_id)), '') FROM "
        "(SELECT source_record_id FROM match_key WHERE match_key.key = wanted.value LIMIT :most)) "
        "FROM json_each(:keys) AS wanted"
    ),
    "postgresql": text(
        "SELECT wanted.key, (SELECT string_agg(encode(uuid_send(source_record_id), 'hex'), '') FROM "
        "(SELECT source_record_id FROM match_key WHERE match_key.key = wanted.key LIMIT :most) AS held) "
        "FROM unnest(CAST(:keys AS bigint[])) AS wanted(key)"
    ),
}

_STORE_EACH = "INSERT INTO match_key (key, source_record_id) VALUES (?, ?) ON CONFLICT DO NOTHING"
_STORE_ALL = text(
    "INSERT INTO match_key (key, source_record_id) "
    "SELECT * FROM unnest(CAST(:keys AS bigint[]), CAST(:ids AS uuid[])) ON CONFLICT DO NOTHING"
)


def holders_of(session: Session, keys: Iterable[int], *, most: int = HOT) -> dict[int, list[str]]:
    """The source records that hold each of these keys, in one statement.

    Args:
        most: how many records of one key are read. A list of `most` + 1 says that the key is hot: more hold it
            than were read, and which of them were read means nothing.

    Returns:
        for every key that somebody holds, the ids as 32 hexadecimal digits (`uuid.UUID.hex`).
    """
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    kind = session.get_bind().dialect.name
    listed = json.dumps(wanted) if kind == "sqlite" else wanted
    rows = session.execute(_HOLDERS[kind], {"keys": listed, "most": most + 1})
    return {key: [held[at : at + _HEX] for at in range(0, len(held), _HEX)] for key, held in rows if held}


def store_keys(session: Session, keys_of: Mapping[uuid.UUID, Iterable[int]]) -> int:
    """Index source records by their blocking keys; those that are there already stay.

    Returns:
        how many keys were handed over. They go in the order of the index, which touches the fewest pages.
    """
    kind = session.get_bind().dialect.name
    as_stored = {record_id: record_id.bytes if kind == "sqlite" else record_id for record_id in keys_of}
    rows = sorted((key, as_stored[record_id]) for record_id, keys in keys_of.items() for key in keys)
    if rows and kind == "sqlite":
        # The driver's own way of many rows at once: a dozen keys a record are most of the work of indexing.
        session.connection().exec_driver_sql(_STORE_EACH, rows)
    for start in range(0, len(rows) if kind == "postgresql" else 0, _ROWS_A_STATEMENT):
        turn = rows[start : start + _ROWS_A_STATEMENT]
        session.execute(_STORE_ALL, {"keys": [key for key, _ in turn], "ids": [record_id for _, record_id in turn]})
    return len(rows)
