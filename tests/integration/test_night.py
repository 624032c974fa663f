"""The nightly pass: what is missing is flagged, a pass that was stopped goes on, and nobody is read twice."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from safeguard.kernel.clock import told_time
from safeguard.kernel.database import db, transaction
from safeguard.referrals.submission import receive
from safeguard.risk import night
from safeguard.risk.model import Flag
from safeguard.risk.night import NightPass, begin, people_with_events, turn
from tests.documents import about
from tests.integration.help import agency, transaction_at

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
LATER = START + timedelta(days=60)


@pytest.fixture
def five_children(context: Flask) -> Flask:
    for number, name in enumerate(("Maya", "Leo", "Priya", "Kofi", "Anya")):
        home = [{"key": "h1", "lines": [f"{name} House, Mill Lane"], "postcode": "AM4 3QQ"}]
        story = about(name, f"Fernsby{chr(97 + number)}", f"201{number}-03-27", client_reference=name, addresses=home)
        story["voice"] = {"seen": "no"}
        with transaction_at(START) as (session, at):
            receive(session, agency(session), story, at=at)
    return context


def by_twos() -> None:
    """The pass to its end, two people a transaction."""
    over = False
    while not over:
        with transaction() as session:
            over = turn(session, LATER.date(), at=LATER, page=2).over


def test_a_child_whom_nobody_has_seen_is_flagged_by_the_passing_of_time(five_children: Flask) -> None:
    assert db.session.scalars(select(Flag).where(Flag.signal == "S08")).all() == []
    db.session.remove()
    with told_time(LATER):
        done = five_children.test_cli_runner().invoke(args=["risk", "nightly", "--quiet"])
    assert done.exit_code == 0, done.output
    assert "Read 5 people" in done.output
    flags = db.session.scalars(select(Flag).where(Flag.signal == "S08")).all()
    assert [flag.severity for flag in flags] == ["RED"] * 5
    db.session.remove()
    with told_time(LATER):
        again = five_children.test_cli_runner().invoke(args=["risk", "nightly", "--quiet"])
        anew = five_children.test_cli_runner().invoke(args=["risk", "nightly", "--quiet", "--again"])
    assert "done already" in again.output
    assert "0 flags raised" in anew.output, "the same facts raise nothing twice"


def test_a_pass_that_was_stopped_goes_on_where_it_was(five_children: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[uuid.UUID] = []
    real = night.evaluate_children

    def reading(session: object, people: list[uuid.UUID], at: datetime) -> object:
        if len(read) == 4:
            raise KeyboardInterrupt
        read.extend(people)
        return real(session, people, at)  # type: ignore[arg-type]

    monkeypatch.setattr(night, "evaluate_children", reading)
    with transaction() as session:
        assert people_with_events(session) == 5
        begin(session, LATER.date(), at=LATER)
    with pytest.raises(KeyboardInterrupt):
        by_twos()
    with transaction() as session:
        stopped = session.get(NightPass, LATER.date())
        assert stopped is not None
        assert (stopped.people, stopped.finished_at) == (4, None)
    monkeypatch.setattr(night, "evaluate_children", lambda session, people, at: (read.extend(people), real(session, people, at))[1])
    with transaction() as session:
        begin(session, LATER.date(), at=LATER)
    by_twos()
    with transaction() as session:
        over = session.get(NightPass, LATER.date())
        assert over is not None
        assert (over.people, over.finished_at) == (5, LATER)
    assert len(read) == len(set(read)) == 5
