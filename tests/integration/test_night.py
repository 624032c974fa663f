"""The nightly pass: what is missing is flagged, a pass that was stopped goes on, and nobody is read twice."""

from __future__ import annotations

import signal
import subprocess
import sys
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.kernel.clock import told_time
from safeguard.kernel.database import db
from safeguard.ops import risk_commands
from safeguard.ops.night_watch import Watch
from safeguard.referrals.submission import receive
from safeguard.risk import night
from safeguard.risk.model import Flag
from safeguard.risk.night import next_people
from tests.documents import about, siblings
from tests.integration.help import agency, transaction_at

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
# Reads one person a page and is killed after the third was evaluated, by a signal that nothing can catch.
_KILLED = """
import os, signal, sys
from datetime import datetime
from safeguard import create_app
from safeguard.kernel.clock import told_time
from safeguard.ops import risk_commands as command
from safeguard.risk.night import next_people
from tests.conftest import settings_for
real, pages = command.evaluate_children, []
def evaluate(session, people, *, at):
    pages.append(real(session, people, at=at))
    session.flush()
    if len(pages) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return pages[-1]
command.PAGE, command.evaluate_children = 1, evaluate
command.next_people = lambda session, after: next_people(session, after, 1)
app = create_app(settings_for(sys.argv[1]))
with app.app_context(), told_time(datetime.fromisoformat(sys.argv[3])):
    app.test_cli_runner().invoke(args=["risk", "nightly", "--quiet", "--state", sys.argv[2]], catch_exceptions=False)
"""
LATER = START + timedelta(days=60)


@pytest.fixture
def five_children(context: Flask) -> Flask:
    for number, name in enumerate(("Maya", "Leo", "Priya", "Kofi", "Anya")):
        home = [{"key": "h1", "lines": [f"{name} House, Mill Lane"], "postcode": "AM4 3QQ"}]
        story = about(name, f"Fernsby{chr(97 + number)}", f"201{number}-03-27", client_reference=name, addresses=home)
        story["voice"] = {"seen": "no"}
        story["children"][0]["concerns"] = ["neglect", "child_not_seen"]
        with transaction_at(START) as (session, at):
            receive(session, agency(session), story, at=at)
    return context


def test_a_child_whom_nobody_has_seen_is_flagged_by_the_passing_of_time(five_children: Flask, tmp_path: Path) -> None:
    nightly = ["risk", "nightly", "--quiet", "--state", str(tmp_path / "night.json")]
    assert db.session.scalars(select(Flag).where(Flag.signal == "S08")).all() == []
    db.session.remove()
    with told_time(LATER):
        done = five_children.test_cli_runner().invoke(args=nightly)
    assert done.exit_code == 0, done.output
    assert "Read 5 people" in done.output
    flags = db.session.scalars(select(Flag).where(Flag.signal == "S08")).all()
    assert [flag.severity for flag in flags] == ["RED"] * 5
    db.session.remove()
    with told_time(LATER):
        again = five_children.test_cli_runner().invoke(args=nightly)
        anew = five_children.test_cli_runner().invoke(args=[*nightly, "--again"])
    assert "done already" in again.output
    assert "0 flags raised" in anew.output, "the same facts raise nothing twice"


def test_a_pass_that_was_stopped_goes_on_where_it_was(
    five_children: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[uuid.UUID] = []
    real = risk_commands.evaluate_children

    def reading(session: Session, people: Sequence[uuid.UUID], *, at: datetime) -> list[Flag]:
        if len(read) == 4:
            raise RuntimeError("the machine stopped")
        read.extend(people)
        return real(session, people, at=at)

    monkeypatch.setattr(risk_commands, "PAGE", 2)
    monkeypatch.setattr(risk_commands, "next_people", lambda session, after: next_people(session, after, 2))
    monkeypatch.setattr(risk_commands, "evaluate_children", reading)
    file = tmp_path / "night.json"
    with told_time(LATER):
        stopped = five_children.test_cli_runner().invoke(args=["risk", "nightly", "--quiet", "--state", str(file)])
    assert isinstance(stopped.exception, RuntimeError)
    assert Watch.kept(file, LATER.date()).people == 4
    monkeypatch.setattr(
        risk_commands, "evaluate_children", lambda session, people, *, at: (read.extend(people), real(session, people, at=at))[1]
    )
    with told_time(LATER):
        gone_on = five_children.test_cli_runner().invoke(args=["risk", "nightly", "--quiet", "--state", str(file)])
    assert "Going on after the first 4 people" in gone_on.output
    assert len(read) == len(set(read)) == 5


@pytest.mark.parametrize(("most", "sizes"), [(500, [0, 0, 1, 1, 1, 1, 1, 2]), (0, [0, 1, 1, 1, 1, 1, 1, 1])])
def test_a_family_is_read_together_and_nobody_twice_or_not_at_all(
    five_children: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, sizes: list[int]
) -> None:
    """What is known around a family is loaded once for all of it, or the cost of each child would grow with the population.

    Whom an overcrowded address leaves out is read when their turn comes.
    """
    monkeypatch.setattr(night, "_MOST_ROWS", most)
    with transaction_at(START) as (session, at):
        receive(session, agency(session), siblings(client_reference="S-1"), at=at)
    pages: list[list[uuid.UUID]] = []
    real = risk_commands.evaluate_children
    monkeypatch.setattr(risk_commands, "PAGE", 1)
    monkeypatch.setattr(risk_commands, "next_people", lambda session, after: next_people(session, after, 1))
    monkeypatch.setattr(
        risk_commands, "evaluate_children", lambda session, people, *, at: (pages.append(list(people)), real(session, people, at=at))[1]
    )
    with told_time(LATER):
        done = five_children.test_cli_runner().invoke(args=["risk", "nightly", "--quiet", "--state", str(tmp_path / "night.json")])
    assert done.exit_code == 0, done.output
    assert "Read 7 people" in done.output
    assert sorted(map(len, pages)) == sizes, "the turn of the second sister comes later, and the last page is empty"
    read = [key for page in pages for key in page]
    assert len(read) == len(set(read)) == 7


def test_a_pass_that_was_killed_goes_on_and_reads_nobody_for_nothing(five_children: Flask, database_url: str, tmp_path: Path) -> None:
    """The third page is evaluated and not yet stored when the process is killed: its flags are raised once, by the next pass."""
    db.session.remove()
    file, root = tmp_path / "night.json", Path(__file__).parents[2]
    told = [sys.executable, "-c", _KILLED, database_url, str(file), LATER.isoformat()]
    done = subprocess.run(told, cwd=root, timeout=120, check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr
    kept = Watch.kept(file, LATER.date())
    assert (kept.people, kept.over) == (2, False)
    assert len(db.session.scalars(select(Flag).where(Flag.signal == "S08")).all()) == 2
    db.session.remove()
    with told_time(LATER):
        gone_on = five_children.test_cli_runner().invoke(args=["risk", "nightly", "--quiet", "--state", str(file)])
    assert "Going on after the first 2 people" in gone_on.output
    assert "Read 5 people; 3 flags raised" in gone_on.output
    assert len(db.session.scalars(select(Flag).where(Flag.signal == "S08")).all()) == 5


@pytest.mark.parametrize("said", ["", "not json", "[]", "{}", '{"night": 7, "after": 1, "people": "x", "over": 0}'])
def test_a_file_of_another_night_or_of_nothing_begins_anew(said: str, tmp_path: Path) -> None:
    file = tmp_path / "night.json"
    file.write_text(said, encoding="utf-8")
    assert Watch.kept(file, LATER.date()) == Watch(LATER.date())
    Watch(LATER.date(), uuid.UUID(int=7), 3).keep(file)
    assert Watch.kept(file, LATER.date()) == Watch(LATER.date(), uuid.UUID(int=7), 3)
    assert Watch.kept(file, START.date()) == Watch(START.date())


def test_a_flag_on_a_child_of_whom_nothing_is_recorded_ends_with_its_facts(context: Flask, tmp_path: Path) -> None:
    story = siblings(client_reference="S-1")
    leo = story["children"].pop()
    story["people"].append({**leo, "kind": "child"})
    story["people"][-1].pop("concerns")
    with transaction_at(START) as (session, at):
        receive(session, agency(session), story, at=at)
    (flag,) = db.session.scalars(select(Flag).where(Flag.signal == "S24")).all()
    assert flag.status == "open"
    db.session.remove()
    with told_time(START + timedelta(days=740)):
        done = context.test_cli_runner().invoke(args=["risk", "nightly", "--quiet", "--state", str(tmp_path / "night.json")])
    assert done.exit_code == 0, done.output
    gone = db.session.get_one(Flag, flag.id, populate_existing=True)
    assert (gone.status, gone.closed_reason) == ("withdrawn", "cleared")
