"""Migrations: up, down and up again on both databases, and the tables they make are the tables of the models."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from safeguard import create_app
from safeguard.kernel.database import db, kept_on
from tests.conftest import settings_for


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # SQLite cannot be asked about them
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_up_down_and_up_again(kind: str, copies: Callable[[str], Any], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}" if kind == "sqlite" else copies(kind).empty()
    app = create_app(settings_for(url))
    with app.app_context():
        upgrade()
        assert "referral" in inspect(db.engine).get_table_names()
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        upgrade()
        with db.engine.connect() as connection:
            found = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": kept_on(kind)})
            assert compare_metadata(found, db.metadata) == []
        db.engine.dispose()


@pytest.mark.parametrize(
    "table", ["source_record", "audit_event", "audit_event_subject", "case_event", "relationship", "residence", "enrolment"]
)
def test_what_was_said_and_done_cannot_be_changed(context: Any, table: str) -> None:
    """The database itself refuses, whoever asks."""
    from safeguard.referrals.submission import receive
    from tests.documents import siblings
    from tests.integration.help import agency, transaction_at

    document = siblings()
    document["children"][0]["school"] = "Oakfield Primary School"
    with transaction_at() as (session, at):
        receive(session, agency(session), document, at=at)
    column = {"audit_event": "action", "audit_event_subject": "subject_id"}.get(table, "id")
    statements = [f"UPDATE {table} SET {column} = {column}"]
    if table in {"source_record", "audit_event", "audit_event_subject"}:  # other things may still be disposed of
        statements.append(f"DELETE FROM {table}")
    for statement in statements:
        with db.engine.connect() as connection, pytest.raises(Exception, match=r"(?i)never|append-only|foreign key"):
            connection.execute(text(statement))


def test_what_staff_recorded_as_protecting_a_child_is_carried_over(context: Any) -> None:
    """An entry of staff becomes factors; one that was corrected, and what a referral said, do not; going down takes them away."""
    from safeguard.concerns.model import CaseEvent
    from safeguard.kernel.record_key import RecordKey
    from safeguard.referrals.submission import receive
    from safeguard.risk.model import ProtectiveFactor
    from tests.documents import siblings
    from tests.integration.help import agency, somebody, transaction_at

    said = {"protective": {"factors": ["safe_adult", "stable_school", "no_longer_asked"]}, "seen": {"by": "teacher"}}
    with transaction_at() as (session, at):
        sent = receive(session, agency(session), siblings(), at=at)
        staff = somebody(session).account_id

        def entry(words: str, by: Any, corrects: Any = None) -> CaseEvent:
            key = RecordKey.of(session, "record", sent.people[0].record.id)
            event = CaseEvent(
                source_record_id=key.id, key_id=key.id, key=key, kind="professional_observation", known_on=at.date(),
                agency_id=sent.referral.agency_id, source_code="5B", categories=["routine_contact"],
                told={"summary": words, "facts": said},
                recorded_by=by, supersedes_id=corrects and corrects.id, recorded_at=at,
            )  # fmt: skip
            session.add(event)
            session.flush()
            return event

        wrong = entry("Seen with an aunt", staff)
        entry("Seen with her grandmother", staff, wrong)
        entry("Said in a referral", None)
    db.session.remove()  # going down and up makes new keys
    downgrade(revision="0022")
    upgrade()
    with transaction_at() as (session, at):
        found = session.query(ProtectiveFactor).order_by(ProtectiveFactor.kind).all()
        assert [(one.kind, one.reason, one.account_id) for one in found] == [
            ("safe_adult", "Seen with her grandmother", staff),
            ("stable_school", "Seen with her grandmother", staff),
        ]
        assert {one.source_record_id for one in found} == {sent.people[0].record.id}
    downgrade(revision="0022")
    with transaction_at() as (session, at):
        assert session.execute(text("SELECT count(*) FROM protective_factor")).scalar_one() == 0
    upgrade()
