"""The demo's generator: the same seed tells the same story, and production never hears it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from safeguard.agencies.model import Account
from safeguard.kernel.database import db
from safeguard.mash.allocation.model import Allocation
from safeguard.mash.checks.model import AgencyCheck
from safeguard.mash.model import Decision
from safeguard.meetings.discussions.model import StrategyDiscussion
from safeguard.meetings.handing.model import Handing
from safeguard.people.identifiers import is_nhs_number
from safeguard.people.model import MatchProposal, SourceRecord
from safeguard.referrals.model import Referral


def test_the_same_seed_makes_the_same_people(copies: object, tmp_path: object) -> None:
    """Two loads of the same size, seed and day say the same of the same people."""
    from safeguard import create_app
    from tests.conftest import migrated, settings_for

    told = []
    for number in (1, 2):
        url = f"sqlite:///{tmp_path}/{number}.sqlite3"
        migrated(url)
        app = create_app(settings_for(url))
        done = app.test_cli_runner().invoke(args=["demo", "load", "--children", "80", "--seed", "7", "--until", "2026-11-20", "--quiet"])
        assert done.exit_code == 0, done.output
        with app.app_context():
            facts = (SourceRecord.given_names, SourceRecord.surname, SourceRecord.birth_date, SourceRecord.nhs_number)
            records = db.session.execute(select(*facts))
            in_order = (Referral.submitted_at, Referral.client_reference)
            documents = db.session.scalars(select(Referral.document_sha256).order_by(*in_order)).all()
            told.append((sorted(map(str, records.all())), documents))
            waiting = select(func.count(MatchProposal.source_record_id.distinct())).where(MatchProposal.answered_at.is_(None))
            assert (db.session.scalar(waiting) or 0) >= 2, "the newest post has people who may be known"
            asked = db.session.execute(select(AgencyCheck.closed_as, func.count()).group_by(AgencyCheck.closed_as)).tuples()
            assert dict(asked.all()) == {None: 10, "answered": 8}
            enquiries = db.session.scalar(select(func.count()).select_from(Decision).where(Decision.outcome == "STRATEGY_DISCUSSION")) or 0
            assert db.session.scalars(select(StrategyDiscussion.status)).all() == ["agreed"] * min(enquiries, 1)
            has = select(Account.email, Allocation.ended_at.is_(None)).join(Allocation, Allocation.account_id == Account.id)
            assert sorted(db.session.execute(has).tuples()) == [
                ("decider@demo.example", True), ("decider@demo.example", True), ("leaver@demo.example", False),
                ("screener@demo.example", False), ("screener@demo.example", True),
            ]  # fmt: skip
            links = db.session.execute(select(Handing.opened_at.is_not(None), Handing.revoked_at.is_not(None))).tuples()
            assert sorted(links) == [(False, True), (True, False)]
            db.session.remove()
            db.engine.dispose()
    assert told[0] == told[1]
    assert told[0][1]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_interrupted_load_says_so_and_starts_afresh_when_asked(
    kind: str, copies: Callable[[str], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from safeguard import create_app
    from safeguard.ops.demo import loader
    from tests.conftest import migrated, settings_for

    url = f"sqlite:///{tmp_path}/demo.sqlite3" if kind == "sqlite" else copies(kind).empty()
    migrated(url)
    app = create_app(settings_for(url))
    load = ["demo", "load", "--children", "20", "--quiet"]

    def interrupted(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as patch:
        patch.setattr(loader, "occurrences", interrupted)
        assert app.test_cli_runner().invoke(args=load).exit_code != 0
    for again in (load, [*load, "--if-empty"]):
        done = app.test_cli_runner().invoke(args=again)
        assert done.exit_code != 0
        assert "interrupted" in done.output
        assert "--start-afresh" in done.output
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SourceRecord))  # nothing was deleted unasked
        db.session.remove()
    done = app.test_cli_runner().invoke(args=[*load, "--start-afresh"])
    assert done.exit_code == 0, done.output
    done = app.test_cli_runner().invoke(args=[*load, "--if-empty"])
    assert done.exit_code == 0
    assert "nothing was loaded" in done.output
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_a_database_not_marked_as_made_up_is_never_emptied(context: Flask) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM deployment"))
    done = context.test_cli_runner().invoke(args=["demo", "load", "--start-afresh"])
    assert done.exit_code != 0
    assert "nothing in it is deleted" in done.output


def test_every_number_is_from_the_range_never_issued(context: Flask) -> None:
    done = context.test_cli_runner().invoke(args=["demo", "sample"])
    assert done.exit_code == 0
    with_numbers = [part.split('"')[2] for part in done.output.split('"nhs_number"')[1:]]
    numbers = [text for part in done.output.split('"nhs_number": "')[1:] if (text := part[:10])]
    assert with_numbers
    assert all(is_nhs_number(number) and number.startswith("999") for number in numbers)


def test_production_settings_refuse_made_up_people(context: Flask) -> None:
    context.config["SETTINGS"] = replace(context.config["SETTINGS"], environment="production")
    for command in (["load"], ["accounts"]):
        done = context.test_cli_runner().invoke(args=["demo", *command])
        assert done.exit_code != 0
        assert "production" in done.output
