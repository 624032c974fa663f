"""Whoever has the database, and not the key: what they change, put beside the chains or cut off is found in the real tables."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from safeguard.audit.service import _mark, anchor, holds_anchor, record, verify
from safeguard.kernel.database import db, transaction

ROWS, TIMES = 16, 105
FORGED = (
    "INSERT INTO audit_event (seq, at, actor_role, action, subject_kind, details, mac, chain, place) "
    "SELECT {seq}, at, 'manager', 'person.viewed', 'person', details, mac, {chain}, {place} FROM audit_event WHERE seq = :model"
)


@pytest.mark.parametrize(
    ("seq", "chain", "place"),
    [(-1, 0, "NULL"), (0, 0, "NULL"), (9001, 1, "NULL"), (9001, 1, "0"), (9001, 2, "-3"), (9001, 17, "1"), (9001, -1, "1")],
)
def test_a_row_that_hangs_on_no_chain_is_found(context: Flask, seq: int, chain: int, place: str) -> None:
    """The audit browser would show it as an act of somebody."""
    _written(3)
    with db.engine.begin() as connection:
        connection.execute(text(FORGED.format(seq=seq, chain=chain, place=place)), {"model": _seqs(connection)[0]})
    with transaction() as session:
        broken = verify(session)[1]
    assert broken is not None
    assert "no chain" in broken.words


@pytest.mark.parametrize("table", ["audit_event", "audit_event_subject"])
def test_writing_over_rows_is_refused_as_changing_them_is(context: Flask, table: str) -> None:
    """On SQLite a REPLACE asks no trigger that refuses deletions, unless the connection says so."""
    _written(1)
    sqlite = db.engine.dialect.name == "sqlite"
    over = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}" if sqlite else f"TRUNCATE {table} CASCADE"
    with db.engine.connect() as connection, pytest.raises(DatabaseError, match="append-only"):
        connection.execute(text(over))


def test_what_stands_for_an_entry_cannot_be_reckoned_without_the_key() -> None:
    """Sums of a hash that anybody can reckon could be made to agree by adding entries."""
    assert _mark("a key", "somebody", 7) == _mark("a key", "somebody", 7)
    assert len({_mark(key, subject, seq) for key in ("a key", "another") for subject in ("somebody", "else") for seq in (7, 8)}) == 8


Way = Callable[[Connection, random.Random], None]


def _edit(connection: Connection, chance: random.Random) -> None:
    changes = {
        "actor_id": "'00000000000000000000000000000001'", "actor_role": "'manager'", "action": "'queue.seen'", "subject_kind": "'file'",
        "subject_id": "'x'", "request_id": "'r'", "mac": f"'{'f' * 64}'", "at": "'2020-01-01 00:00:00.000000'", "chain": "chain + 1",
        "place": "99",
    }  # fmt: skip
    column, value = chance.choice(list(changes.items()))
    connection.execute(text(f"UPDATE audit_event SET {column} = {value} WHERE seq = :seq"), {"seq": chance.choice(_seqs(connection))})


def _delete(connection: Connection, chance: random.Random) -> None:
    _take(connection, "= :seq", chance.choice(_seqs(connection)))


def _truncate(connection: Connection, chance: random.Random) -> None:
    _take(connection, ">= :seq", chance.choice(_seqs(connection)))


def _swap(connection: Connection, chance: random.Random) -> None:
    one, other = chance.sample(_seqs(connection), 2)
    move = text("UPDATE audit_event SET seq = :to WHERE seq = :seq")
    connection.execute(text("DELETE FROM audit_event_subject WHERE seq IN (:one, :other)"), {"one": one, "other": other})
    for seq, to in ((one, 99_999), (other, one), (99_999, other)):
        connection.execute(move, {"seq": seq, "to": to})


def _insert(connection: Connection, chance: random.Random) -> None:
    seqs = _seqs(connection)
    chain, place = chance.choice([(0, "NULL"), (1, "1"), (3, "NULL"), (7, "1"), (40, "1")])
    taken = connection.execute(text("SELECT count(*) FROM audit_event WHERE chain = :chain AND place = 1"), {"chain": chain}).scalar_one()
    place = "555" if taken and place == "1" else place
    seq = chance.choice([-5, max(seqs) + 1, max(seqs) + 700])
    connection.execute(text(FORGED.format(seq=seq, chain=chain, place=place)), {"model": chance.choice(seqs)})


def _whom(connection: Connection, chance: random.Random) -> None:
    """The rows stay; by whom they are found does not."""
    seq = chance.choice(_seqs(connection))
    if chance.random() < 0.5:
        connection.execute(text("DELETE FROM audit_event_subject WHERE seq = :seq"), {"seq": seq})
    else:
        connection.execute(text("INSERT INTO audit_event_subject (subject_id, seq) VALUES ('somebody', :seq)"), {"seq": seq})


def _hash_anew(connection: Connection, chance: random.Random) -> None:
    """Rows are taken away and as many written by the service's own code under a guessed key."""
    seqs = _seqs(connection)
    _take(connection, ">= :seq", chance.choice(seqs[1:]))
    key, current_app.extensions["safeguard_audit_key"] = current_app.extensions["safeguard_audit_key"], "a guess of the key"
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        for _number in range(3):
            record(session, None, "queue.viewed", subject_kind="person", subject_id=uuid.uuid4(), rows=1)
        session.commit()
    current_app.extensions["safeguard_audit_key"] = key


WAYS: tuple[Way, ...] = (_edit, _delete, _truncate, _swap, _insert, _whom, _hash_anew)


def test_every_tampering_with_the_real_tables_is_found(context: Flask) -> None:
    _written(ROWS)
    with transaction() as session:
        line = anchor(session)
    chance, missed = random.Random(2026), []
    with db.engine.connect() as connection:
        _without_guards(connection)
        connection.commit()
        for number in range(TIMES):
            way = WAYS[number % len(WAYS)]
            way(connection, chance)
            with Session(connection, join_transaction_mode="create_savepoint") as session:
                if verify(session)[1] is None and holds_anchor(session, line) is None:
                    missed.append((number, way.__name__))
            connection.rollback()
        with Session(connection) as session:
            assert verify(session)[1] is None, "what was rolled back left the audit as it was"
    assert not missed


def _written(count: int) -> None:
    for number in range(count):
        with transaction() as session:
            record(session, None, "person.viewed", subject_kind="person", subject_id=uuid.uuid4(), rows=number)


def _seqs(connection: Connection) -> list[int]:
    return list(connection.execute(text("SELECT seq FROM audit_event ORDER BY seq")).scalars())


def _take(connection: Connection, which: str, seq: int) -> None:
    for table in ("audit_event_subject", "audit_event"):
        connection.execute(text(f"DELETE FROM {table} WHERE seq {which}"), {"seq": seq})


def _without_guards(connection: Any) -> None:
    """Take away what refuses a change, as somebody who owns the database could."""
    for table in ("audit_event", "audit_event_subject"):
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        else:
            for operation in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER {table}_refuse_{operation}"))
