"""A chronology through the real services in a throw-away database, and nothing of it in the application's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from safeguard.kernel.database import db
from safeguard.people.model import Person
from tests.unit.replay.chronology import case, event

STORY = case(
    event(1, "2026-01-05", outcome="nfa"),
    event(2, "2026-01-12", agency="police", concern_categories=["domestic_abuse"], other_persons=["mother_partner"], outcome="nfa"),
    event(3, "2026-01-20", agency="hospital", concern_categories=["physical_injury"], visibility="agency_record", other_persons=[]),
    event(4, "2026-02-03", agency="childrens_social_care", event_type="decision_or_activity", concern_categories=["routine_contact"]),
    event(5, "2026-02-04", subject_role="sibling1", date_latest="2026-03-02"),
    incident={"date": "2026-02-10"},
)  # fmt: skip


@pytest.fixture
def on_sqlite(copies: Any) -> Any:
    """The application on SQLite alone: the throw-away database is SQLite whatever the application's own is."""
    from safeguard import create_app
    from tests.conftest import settings_for

    app = create_app(settings_for(copies("sqlite").copy()))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def replayed(app: Flask, folder: Path, story: Any, *options: str) -> tuple[str, dict[str, Any]]:
    file, out = folder / "story.json", folder / "out.json"
    file.write_text(json.dumps(story), encoding="utf-8")
    done = app.test_cli_runner().invoke(args=["risk", "replay", str(file), "--json", str(out), *options])
    assert done.exit_code == 0, done.output
    return done.output, json.loads(out.read_text(encoding="utf-8"))


def test_a_story_is_flagged_from_the_day_its_facts_are_known(on_sqlite: Flask, tmp_path: Path) -> None:
    words, report = replayed(on_sqlite, tmp_path, STORY, "--policy", "catalogue")
    told = report["cases"][0]
    again = [flag for flag in told["flags"] if flag["signal"] == "S05"]
    assert [(flag["date"], flag["severity"]) for flag in again] == [("2026-01-12", "AMBER"), ("2026-01-20", "RED")]
    assert again[1]["evidence"] == ["T-1", "T-2", "T-3"]
    assert told["policy"]["date"] <= "2026-01-20"
    assert told["contacts"] == ["2026-01-05", "2026-01-12", "2026-01-20"]
    assert told["third_contact"] == {
        "detected": True, "date": "2026-01-20", "lead_days": 21, "because": "third contact in 12 months"
    }  # fmt: skip
    assert told["not_fed"] == ["T-5"]
    assert "mother_partner is not listed under persons" in told["notes"]
    assert "S05 RED" in words
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0, "the application's own database is not touched"


def test_what_stayed_with_one_agency_is_not_known_from_referrals(on_sqlite: Flask, tmp_path: Path) -> None:
    _words, report = replayed(on_sqlite, tmp_path, STORY, "--feed", "referrals")
    told = report["cases"][0]
    assert "T-3" not in {ident for flag in told["flags"] for ident in flag["evidence"]}
    assert not told["third_contact"]["detected"]


def test_a_file_that_breaks_a_rule_is_refused_whole(on_sqlite: Flask, tmp_path: Path) -> None:
    file = tmp_path / "story.json"
    file.write_text(json.dumps([STORY, case(event(1, "2026-01-05", concern_categories=["bad_vibes"]), case_id="U")]), encoding="utf-8")
    done = on_sqlite.test_cli_runner().invoke(args=["risk", "replay", str(file), "--json", str(tmp_path / "out.json")])
    assert done.exit_code == 1
    assert "U / T-1 / concern_categories" in done.output
    assert "bad_vibes" in done.output
    assert not (tmp_path / "out.json").exists()
