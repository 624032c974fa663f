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
_RECORDS_A_STATEMENT = 5_000

# One row a key, its records in one string of 32 hexadecimal digits each: the fewest values to carry over. In the driver's
# own words, as every lookup asks it and a prepared query costs several times what the database takes to answer.
_HOLDERS = {
    "sqlite": (
        "SELECT wanted.value, (SELECT group_concat(lower(hex(source_record_id)), '') FROM "
        "(SELECT source_record_id FROM match_key WHERE match_key.key = wanted.value LIMIT ?2)) "
        "FROM json_each(?1) AS wanted"
    ),
    "postgresql": "SELECT key, held FROM match_key_holders(CAST(%s AS bigint[]), %s)",
}

_STORE_EACH = "INSERT INTO match_key (key, source_record_id) VALUES (?, ?) ON CONFLICT DO NOTHING"
_STORE_ALL = text(
    "INSERT INTO match_key_list (source_record_id, keys) "
    "SELECT id, CAST(listed AS bigint[]) FROM unnest(CAST(:ids AS uuid[]), CAST(:keys AS text[])) AS said(id, listed) "
    "ON CONFLICT DO NOTHING"
)
_EMPTY = {"sqlite": text("DELETE FROM match_key"), "postgresql": text("TRUNCATE match_key_list")}


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
    rows = session.connection().exec_driver_sql(_HOLDERS[kind], (listed, most + 1))
    return {key: [held[at : at + _HEX] for at in range(0, len(held), _HEX)] for key, held in rows if held}


def store_keys(session: Session, keys_of: Mapping[uuid.UUID, Iterable[int]]) -> None:
    """Index source records by their blocking keys; those that are there already stay."""
    if session.get_bind().dialect.name == "sqlite":
        # In the order of the index, which touches the fewest pages, and the driver's own way of many rows at once.
        rows = sorted((key, record_id.bytes) for record_id, keys in keys_of.items() for key in keys)
        if rows:
            session.connection().exec_driver_sql(_STORE_EACH, rows)
        return
    records = list(keys_of.items())
    for start in range(0, len(records), _RECORDS_A_STATEMENT):
        turn = records[start : start + _RECORDS_A_STATEMENT]
        listed = [f"{{{','.join(map(str, sorted(keys)))}}}" for _, keys in turn]
        session.execute(_STORE_ALL, {"ids": [record_id for record_id, _ in turn], "keys": listed})


def empty_index(session: Session) -> None:
    """Take out all keys, to make them again."""
    session.execute(_EMPTY[session.get_bind().dialect.name])
