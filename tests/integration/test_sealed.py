"""Sealed columns: what the database holds, what a moved or changed value does, and turning to a new key while stopped half-way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import event, select, text

from safeguard import create_app
from safeguard.accounts import outbox
from safeguard.accounts.proof_model import Mail
from safeguard.kernel.database import db, transaction
from safeguard.kernel.key_ring import KeyRing, SealBroken, key_of, new_key
from safeguard.kernel.sealed import SEALED
from safeguard.ops.turning import columns, turn
from tests.conftest import settings_for

_OLD = settings_for("").data_keys
_NEW = f"new:{new_key()}"


@pytest.fixture
def turned(database_url: str) -> Iterator[Flask]:
    """The application with a new key before the old one on its ring, and one whose old key is gone, on one database."""
    app = create_app(replace(settings_for(database_url), data_keys=KeyRing((*KeyRing.read(_NEW).keys, *_OLD.keys))))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _fill(count: int) -> None:
    with transaction() as session:
        for number in range(count):
            outbox.put(session, "reset", address=f"person{number}@demo.example")


def test_the_database_holds_nothing_readable_and_a_list_opens_nothing(context: Flask) -> None:
    _fill(3)
    opened: list[str] = []
    with db.engine.connect() as connection:
        held = [bytes(one) for one in connection.execute(text("SELECT address_sealed FROM mail")).scalars()]
    assert all(b"demo.example" not in one for one in held)
    ring = context.extensions["safeguard_key_ring"]

    class Watched(KeyRing):
        def open(self, sealed: bytes, place: str) -> bytes:
            opened.append(place)
            return super().open(sealed, place)

    context.extensions["safeguard_key_ring"] = Watched(ring.keys)
    rows = db.session.scalars(select(Mail)).all()
    assert len(rows) == 3
    assert not opened, "a list of rows decrypts nothing"
    assert {row.address for row in rows} == {f"person{number}@demo.example" for number in range(3)}
    assert len(opened) == 3


def test_swapped_between_rows_neither_opens(context: Flask) -> None:
    _fill(2)
    with transaction() as session:
        one, other = session.scalars(select(Mail)).all()
        one.address_sealed, other.address_sealed = other.address_sealed, one.address_sealed
    for row in db.session.scalars(select(Mail)).all():
        with pytest.raises(SealBroken):
            _ = row.address


def test_values_turn_in_batches_and_a_stopped_turn_goes_on(turned: Flask, database_url: str) -> None:
    before = create_app(settings_for(database_url))
    with before.app_context():
        _fill(7)
        db.session.remove()
        db.engine.dispose()
    with turned.app_context():
        with transaction() as session:
            assert turn(session, Mail, "address_sealed", 3) == 3
        db.session.remove()
    runner = turned.test_cli_runner()
    assert "4 values were turned" in runner.invoke(args=["keys", "rotate", "--batch", "2"]).output
    assert "0 values were turned" in runner.invoke(args=["keys", "rotate"]).output
    listed = runner.invoke(args=["keys", "list"]).output
    assert [line.split()[:2] for line in listed.splitlines()] == [["new", "7"], ["test", "0"]]
    alone = create_app(replace(settings_for(database_url), data_keys=KeyRing.read(_NEW)))
    with alone.app_context():
        assert {row.address for row in db.session.scalars(select(Mail))} == {f"person{number}@demo.example" for number in range(7)}
        assert {key_of(bytes(row.address_sealed or b"")) for row in db.session.scalars(select(Mail))} == {"new"}
        db.session.remove()
        db.engine.dispose()


def test_a_key_that_is_missed_is_said_and_nothing_is_stored(app: Flask, database_url: str) -> None:
    with app.app_context():
        _fill(2)
        db.session.remove()
    other = create_app(replace(settings_for(database_url), data_keys=KeyRing.read(_NEW)))
    runner = other.test_cli_runner()
    assert "2 values hang on a key that is not on the ring" in runner.invoke(args=["keys", "list"]).output
    refused = runner.invoke(args=["keys", "rotate"])
    assert refused.exit_code == 1
    assert "does not open" in refused.output
    with other.app_context():
        db.session.remove()
        db.engine.dispose()
    with app.app_context():
        assert {row.address for row in db.session.scalars(select(Mail))} == {"person0@demo.example", "person1@demo.example"}
        db.session.remove()


def test_a_new_key_can_be_put_on_the_ring(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert KeyRing.read(runner.invoke(args=["keys", "new", "2026-11"]).output.strip()).current == "2026-11"
    assert "letters, digits and hyphens" in runner.invoke(args=["keys", "new", "a bad:name"]).output


def test_every_sealed_column_is_known_to_the_commands() -> None:
    assert len(columns()) == len(SEALED) >= 2


def test_a_submission_seals_one_key_and_asks_for_no_other(context: Flask) -> None:
    """The hot path pays for the key of the referral, once. The keys under which events are come with them, in no statement of their own."""
    from safeguard.referrals.submission import receive
    from tests.documents import siblings
    from tests.integration.help import agency, transaction_at

    sealed_tables = {kind.__tablename__ for kind, _column in SEALED}
    touched: list[str] = []
    statements: list[str] = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(" ".join(statement.split()))
        touched.extend(f"{statement.split(maxsplit=1)[0]} {table}" for table in sealed_tables if f" {table} " in statement)

    with transaction_at() as (session, at):
        receive(session, agency(session), siblings(), at=at)
    event.remove(db.engine, "before_cursor_execute", note)
    assert touched[0] == "INSERT record_key"
    assert not [one for one in statements if "FROM record_key" in one]
