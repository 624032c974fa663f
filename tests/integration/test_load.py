"""The load of a policy over a small population with a known history, on both databases, which are only read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.exc import DBAPIError

from safeguard.agencies.model import Agency
from safeguard.audit.model import AuditEvent
from safeguard.concerns.service import record_event
from safeguard.kernel.database import db
from safeguard.ops.load.population import opened
from safeguard.people.model import SourceRecord
from safeguard.referrals.submission import receive, subject_ids
from safeguard.risk.model import Flag
from tests.documents import about
from tests.integration.help import agency, transaction_at

START = datetime(2026, 3, 2, 10, tzinfo=UTC)


def closed_and_worried_again(name: str, born: str, days: tuple[int, ...]) -> None:
    """A child who is referred, closed the next day, and referred again, on each of these days."""
    for number, day in enumerate(days):
        with transaction_at(START + timedelta(days=day)) as (session, at):
            home = [{"key": "h1", "lines": [f"{name} House, Mill Lane"], "postcode": "AM4 3QQ"}]
            story = about(name, "Fernsby", born, client_reference=f"{name}-{number}", addresses=home)
            sent = receive(session, agency(session), story, at=at)
            record = subject_ids(session, sent.referral.id)[0]
        with transaction_at(START + timedelta(days=day + 1)) as (session, at):
            record_event(
                session, record_id=record, kind="decision_or_activity", known_on=at.date(), agency_id=agency(session).id, source_code="2A",
                referral_id=sent.referral.id, outcome="NFA", closes=True, summary="No further action", at=at,
            )  # fmt: skip


def counted(app: Flask, folder: Path, *options: str) -> dict[str, object]:
    out = folder / "load.json"
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    done = app.test_cli_runner().invoke(args=["risk", "load", "--population", url, "--quiet", "--json", str(out), *options])
    assert done.exit_code == 0, done.output
    return dict(json.loads(out.read_text(encoding="utf-8")))


def test_alerts_are_those_that_the_history_calls_for(context: Flask, tmp_path: Path) -> None:
    closed_and_worried_again("Maya", "2015-03-27", (0, 40, 80, 120))
    closed_and_worried_again("Leo", "2018-11-02", (0, 40))
    db.session.remove()
    before = [db.session.scalar(select(func.count()).select_from(table)) for table in (AuditEvent, Flag, SourceRecord)]
    db.session.remove()
    report = counted(context, tmp_path, "--weeks", "20", "--policy", "catalogue")
    assert report["children"] == 2
    # Maya comes back for the second time on day 80, RED, and again on day 120; Leo once, AMBER alone.
    assert report["policy"]["by_level"]["same_day"] == pytest.approx(2 / 20 * 30_000)
    assert "S05" in report["policy"]["by_signal"]
    assert report["contacts"][1] == {"at_least": 3, "load": pytest.approx(2 / 20 * 30_000)}
    assert report["policy"]["families"] == 2, "they do not live together, so nobody saves a look"
    short = counted(context, tmp_path, "--weeks", "4", "--policy", "catalogue")
    assert short["policy"]["alerts"] == 1, "only the last of them lies in four weeks"
    after = [db.session.scalar(select(func.count()).select_from(table)) for table in (AuditEvent, Flag, SourceRecord)]
    assert after == before, "the population is only read"


def test_a_session_on_a_population_cannot_write(app: Flask) -> None:
    with opened(app.config["SQLALCHEMY_DATABASE_URI"]) as session, pytest.raises(DBAPIError, match=r"(?i)read-?only"):
        session.execute(delete(Agency))


def test_what_is_no_population_is_refused_in_words(context: Flask, tmp_path: Path) -> None:
    (tmp_path / "other.sqlite3").write_bytes(b"not a database at all, but long enough to look like a file")
    for where in (tmp_path / "nothing.sqlite3", tmp_path / "other.sqlite3"):
        done = context.test_cli_runner().invoke(args=["risk", "load", "--population", str(where), "--quiet"])
        assert done.exit_code == 1
        assert "population:" in done.output
        assert "Traceback" not in done.output
