"""The matcher's commands on both databases: a sweep that was killed goes on, and settings are learnt from what is stored."""

from __future__ import annotations

import signal
import subprocess
import sys
import uuid
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import insert

from safeguard.kernel.database import db
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.model import Person, PersonLink, SourceRecord
from tests.integration.help import MONDAY, agency, transaction_at
from tests.integration.sweeping import compared, run, waiting_pairs
from tests.integration.two_people import OCTOBER, tell_of, two_people

# Compares two turns and is killed before the second is stored, by a signal that nothing can catch.
_KILLED = """
import os, signal, sys
from safeguard import create_app
from safeguard.ops import matching_sweep_command as command
from tests.conftest import settings_for
real, turns = command.compare_next, []
def compare(*said, **more):
    turns.append(real(*said, **more))
    if len(turns) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return turns[-1]
command.compare_next = compare
app = create_app(settings_for(sys.argv[1]))
with app.app_context():
    app.test_cli_runner().invoke(args=["matching", "sweep", "--quiet", "--records", "1"], catch_exceptions=False)
"""
_GIVEN = "Amelia Oscar Zuzanna Kwame Harriet Bilal Freya Dmitri Efua Guto".split()
_FAMILY = "Ashdown Birkwell Cranmoor Dunsfold Elmstead Farrowby Gorsedale Hexworth Ingleden Jarrowby Keldholm Lowmoor".split()


def test_a_sweep_that_was_killed_goes_on_and_finds_the_same(context: Flask, database_url: str) -> None:
    two = two_people()
    tell_of("Jonah", "Oakhurst", "2012-05-05", "T-3", OCTOBER)
    db.session.remove()
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", _KILLED, database_url], cwd=root, timeout=120, check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr
    assert compared(run(context)) == 2
    assert waiting_pairs() == [frozenset((two.older, two.newer))]


def test_settings_are_learnt_from_the_stored_records(context: Flask, tmp_path: Path) -> None:
    out = tmp_path / "learnt.toml"
    learn = ["matching", "train", "--out", str(out), "--version", "2027-01-test"]
    runner = context.test_cli_runner()
    few = runner.invoke(args=learn)
    assert few.exit_code == 1
    assert "too few people twice to learn from" in few.output
    _told_of_twice(200)
    learnt = runner.invoke(args=learn)
    assert learnt.exit_code == 0, learnt.output
    settings = MatchSettings.read(out)
    shipped = MatchSettings.load()
    assert settings.version == "2027-01-test"
    assert settings.bands == shipped.bands
    assert settings.calibration == shipped.calibration
    exact, slip = (settings.shares["birth"][level][0] for level in ("exact_child", "one_slip"))
    assert exact > 0.5 > slip > 0.05, "one date in five was stored with a slip"
    assert "exists already" in runner.invoke(args=learn).output


def _told_of_twice(people: int) -> None:
    """So many children with two source records each; the second has a slip in one date of five."""
    chance = Random(5)
    with transaction_at() as (session, at):
        school = agency(session)
        rows: list[dict[str, Any]] = []
        for number in range(people):
            born = date(2008, 1, 2) + timedelta(days=chance.randrange(5000))
            child = {
                "origin": "register", "agency_id": school.id, "role": "child", "given_names": chance.choice(_GIVEN),
                "surname": f"{chance.choice(_FAMILY)}{chr(97 + number % 26)}", "birth_date": born, "sex": chance.choice("FM"),
                "postcode": f"AM{number % 9 + 1} {number % 7}{chr(65 + number % 20)}A", "address_lines": [f"{number} Mill Lane"],
                "family": [], "other": {}, "stated_at": at,
            }  # fmt: skip
            slipped = born.replace(day=born.day % 28 + 1) if number % 5 == 0 else born
            rows += [{**child, "id": uuid.uuid4()}, {**child, "id": uuid.uuid4(), "birth_date": slipped}]
        session.execute(insert(Person), [{"id": row["id"], "created_at": MONDAY} for row in rows])
        session.execute(insert(SourceRecord), rows)
        links = [
            {"source_record_id": row["id"], "person_id": row["id"], "made_by": "matcher", "made_at": MONDAY, "band": "none",
             "reason": "first known", "lines": []}
            for row in rows
        ]  # fmt: skip
        session.execute(insert(PersonLink), links)
    db.session.remove()
