"""The chain in a real database: many writers make one chain, an anchor shortens the reading, and whoever asks learns who looked."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, select, text

from safeguard.audit.chain import GENESIS, Link, mac
from safeguard.audit.model import AuditEvent
from safeguard.audit.service import anchor, holds_anchor, record, verify
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import db, transaction
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.integration.help import agency

WRITERS, EACH = 4, 8


def test_many_writers_make_one_chain(app: Flask) -> None:
    _write_from_threads(app)
    with app.app_context():
        with transaction() as session:
            read, broken = verify(session)
            written = session.scalar(select(func.count()).where(AuditEvent.action == "queue.viewed"))
        db.session.remove()
    assert broken is None
    assert written == WRITERS * EACH
    assert read >= written


def test_reading_since_an_anchor(context: Flask) -> None:
    for number in range(3):
        with transaction() as session:
            record(session, None, "queue.viewed", rows=number)
    with transaction() as session:
        line = anchor(session)
    with transaction() as session:
        record(session, None, "queue.viewed", rows=9)
    with transaction() as session:
        assert verify(session, since=line) == (1, None)
        with pytest.raises(ValueError, match="anchor"):
            verify(session, since="audit-anchor 1 x y z")
    run = context.test_cli_runner()
    assert "1 rows checked" in run.invoke(args=["audit", "verify", "--since", line]).output
    with db.engine.begin() as connection:
        _without_guards(connection)
        connection.execute(text("DELETE FROM audit_event WHERE seq = (SELECT max(seq) - 1 FROM audit_event)"))
    gone = run.invoke(args=["audit", "verify", "--since", line])
    assert gone.exit_code == 1
    assert "is missing" in gone.output


ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one chain


@ON_POSTGRESQL
def test_chains_beside_each_other_start_where_the_first_ended_and_an_anchor_covers_all(app: Flask) -> None:
    key = app.extensions["safeguard_audit_key"]
    with app.app_context():
        _old_rows(key, 3)
    _write_from_threads(app)
    with app.app_context():
        with transaction() as session:
            chains = set(session.scalars(select(AuditEvent.chain)))
            assert len(chains) > 2, "several connections write several chains"
            assert verify(session) == (3 + WRITERS * EACH, None)
            line = anchor(session)
            assert holds_anchor(session, line) is None
            newest = {one: session.scalar(select(func.max(AuditEvent.place)).where(AuditEvent.chain == one)) for one in chains - {0}}
        chain, place = next(iter(newest.items()))
        with db.engine.begin() as connection:
            _without_guards(connection)
            connection.execute(text("ALTER TABLE audit_event_subject DISABLE TRIGGER USER"))
            gone = f"SELECT seq FROM audit_event WHERE chain = {chain} AND place = {place}"
            connection.execute(text(f"DELETE FROM audit_event_subject WHERE seq IN ({gone})"))
            connection.execute(text(f"DELETE FROM audit_event WHERE chain = {chain} AND place = {place}"))
        with transaction() as session:
            assert verify(session)[1] is None, "the end of a chain is missed by nobody who has no anchor"
            broken = holds_anchor(session, line)
            assert broken is not None
            assert "is missing" in broken.words
        with db.engine.begin() as connection:
            connection.execute(text("DELETE FROM audit_event WHERE chain = 0 AND seq = 3"))
        with transaction() as session:
            broken = verify(session)[1]
            assert broken is not None, "the others hang on the end of the first chain"
        db.session.remove()


@ON_POSTGRESQL
def test_going_down_makes_one_chain_of_several_and_refuses_a_broken_one(app: Flask) -> None:
    with app.app_context():
        _old_rows(app.extensions["safeguard_audit_key"], 3)
    _write_from_threads(app)
    with app.app_context():
        downgrade(revision="0028")
        with db.engine.connect() as connection:
            numbers = list(connection.execute(text("SELECT seq FROM audit_event ORDER BY seq")).scalars())
        assert numbers == list(range(1, 3 + WRITERS * EACH + 1))
        upgrade()
        with transaction() as session:
            assert verify(session) == (3 + WRITERS * EACH, None)
            record(session, None, "queue.viewed", rows=1)
        with transaction() as session:
            assert verify(session) == (4 + WRITERS * EACH, None)
        with db.engine.begin() as connection:
            _without_guards(connection)
            connection.execute(text("UPDATE audit_event SET action = 'queue.seen' WHERE seq = 5"))
        with pytest.raises(SystemExit):
            downgrade(revision="0028")
        db.session.remove()


def _old_rows(key: str, count: int) -> None:
    """Rows as they were written while there was one chain."""
    previous = GENESIS
    with db.engine.begin() as connection:
        for seq in range(1, count + 1):
            at = now()
            link = Link(seq, at.astimezone(UTC), None, "service", None, "queue.viewed", None, None, {"rows": seq}, None)
            previous = mac(key, previous, link)
            connection.execute(
                AuditEvent.__table__.insert().values(  # type: ignore[attr-defined]
                    seq=seq, at=at, actor_role="service", action="queue.viewed", details={"rows": seq}, mac=previous, chain=0
                )
            )
        connection.execute(text("SELECT setval('audit_event_number', 10)"))


def _write_from_threads(app: Flask) -> None:
    start = threading.Barrier(WRITERS)

    def write() -> None:
        with app.app_context():
            start.wait()
            for _number in range(EACH):
                with transaction() as session:
                    record(session, None, "queue.viewed", subject_kind="person", subject_id=uuid.uuid4(), rows=1)
            db.session.remove()

    writers = [threading.Thread(target=write) for _number in range(WRITERS)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()


def _without_guards(connection: Any) -> None:
    """Take away what refuses a change, as somebody who owns the database could."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
    else:
        connection.execute(text("DROP TRIGGER audit_event_refuse_delete"))


def test_who_has_seen_my_child_s_record(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        with transaction() as session:
            person = receive(session, agency(session), siblings(), at=now()).people[0].person_id
        db.session.remove()
    screener = sign_in("screener")
    for _time in range(2):
        screener.get(f"/people/{person}")
    for who in ("auditor", "governance"):
        page = sign_in(who).get(f"/audit/people/{person}").get_data(as_text=True)
        assert "Robin Example" in page
        assert "Opened a person’s record" in page or "Opened a person&#39;s record" in page
    assert screener.get(f"/audit/people/{person}").status_code == 403
    assert sign_in("auditor").get(f"/audit/people/{uuid.UUID(int=7)}").status_code == 404


def test_a_digest_of_the_day_is_signed_and_shows_what_was_taken_away(context: Flask, tmp_path: Path) -> None:
    run = context.test_cli_runner()
    for number in range(3):
        with transaction() as session:
            record(session, None, "queue.viewed", rows=number)
    day = today().isoformat()
    assert "is written" in run.invoke(args=["audit", "digest", "--day", day, "--folder", str(tmp_path)]).output
    assert "not written over" in run.invoke(args=["audit", "digest", "--day", day, "--folder", str(tmp_path)]).output
    path = tmp_path / f"audit-{day}.txt"
    said = path.read_text()
    assert "action queue.viewed 3" in said
    assert "has what the digest says" in run.invoke(args=["audit", "check-digest", str(path)]).output
    path.write_text(said.replace("queue.viewed 3", "queue.viewed 2"))
    assert "signature does not fit" in run.invoke(args=["audit", "check-digest", str(path)]).output
    path.write_text("nothing of the kind")
    assert "not a digest" in run.invoke(args=["audit", "check-digest", str(path)]).output
    path.write_text(said)
    with transaction() as session:
        record(session, None, "queue.viewed", rows=9)
    later = run.invoke(args=["audit", "check-digest", str(path)])
    assert later.exit_code == 1
    assert "has 4 rows of queue.viewed, and had 3" in later.output
