"""The chain in a real database: many writers make one chain, an anchor shortens the reading, and whoever asks learns who looked."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from safeguard.audit.model import AuditEvent
from safeguard.audit.service import anchor, record, verify
from safeguard.kernel.clock import now
from safeguard.kernel.database import db, transaction
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.integration.help import agency

WRITERS, EACH = 4, 8


def test_many_writers_make_one_chain(app: Flask) -> None:
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
