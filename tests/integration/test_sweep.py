"""The sweep for people who are known twice: what it finds, what it leaves alone, and that it goes on where it was stopped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from safeguard.audit.model import AuditEvent
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import Conflict
from safeguard.people.duplicates import keep_apart
from safeguard.people.merging import merge
from safeguard.people.model import PersonLink
from safeguard.people.sweep import begin, compare_next, keep, left
from safeguard.people.sweep_model import ProbableDuplicate, Sweep
from safeguard.people.verdicts import say
from tests.integration.help import MONDAY, somebody, transaction_at
from tests.integration.sweeping import compared, run, waiting_pairs
from tests.integration.two_people import OCTOBER, TwoPeople, seen, tell_of, two_people


def test_people_known_twice_are_found_and_nobody_else(context: Flask) -> None:
    two = two_people()
    tell_of("Jonah", "Oakhurst", "2012-05-05", "T-3", OCTOBER)
    said = run(context)
    assert compared(said) == 3
    assert "a second" in said
    assert "1 found that were not in the queue. 1 probable duplicates wait" in said
    assert waiting_pairs() == [frozenset((two.older, two.newer))]
    row = db.session.scalars(select(ProbableDuplicate)).one()
    assert row.band in {"possible", "match", "many"}
    assert row.lines
    assert row.reason.startswith("Same")
    finished = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "sweep.finished")).one()
    assert finished.details["records"] == 3


def test_only_what_is_new_is_compared_and_all_where_asked(context: Flask) -> None:
    two_people()
    assert compared(run(context)) == 2
    assert compared(run(context)) == 0
    tell_of("Jonah", "Oakhurst", "2012-05-05", "T-3", OCTOBER)
    assert compared(run(context)) == 1
    assert compared(run(context, "--all")) == 3
    assert len(waiting_pairs()) == 1


@pytest.mark.parametrize("verdict", ["different", "unsure"])
@pytest.mark.parametrize("way", ["people", "record"])
def test_what_was_answered_is_never_asked_again(context: Flask, verdict: str, way: str) -> None:
    """Answered on the queue or on a match review, before or after the sweep."""
    two = two_people()
    run(context)
    assert len(waiting_pairs()) == 1
    with transaction_at() as (session, at):
        _answer(session, two, verdict, way, at)
    assert waiting_pairs() == []
    said = run(context, "--all")
    assert "0 found that were not in the queue. 0 probable duplicates wait" in said
    assert db.session.scalars(select(ProbableDuplicate)).all() == []


def _answer(session: Any, two: TwoPeople, verdict: str, way: str, at: Any) -> None:
    screener = somebody(session)
    if way == "people":
        stamp = seen(session, *sorted((two.older, two.newer)))
        keep_apart(session, screener, one=two.newer, other=two.older, verdict=verdict, reason="Twins", seen=stamp, at=at)
    else:
        say(
            session, screener, record_id=two.newer_record, person_id=two.older, verdict=verdict, reason="Twins",
            at=at, expected_person_id=two.newer,
        )  # fmt: skip


def test_joined_people_leave_the_queue_and_their_records_are_compared_again(context: Flask) -> None:
    two = two_people()
    run(context)
    with transaction_at() as (session, at):
        stamp = seen(session, two.older, two.newer)
        change = merge(session, somebody(session), one=two.older, other=two.newer, reason="One girl", seen=stamp, why_two=(), at=at)
        assert change.status == "done"
    assert waiting_pairs() == []
    assert compared(run(context)) == 1
    assert db.session.scalars(select(ProbableDuplicate)).all() == []


def test_killed_at_any_moment_it_goes_on_and_finds_the_same(context: Flask) -> None:
    two = two_people()
    others = (("Jonah", "Oakhurst", "2012-05-05"), ("Priya", "Larkspur", "2009-01-31"), ("Wiktor", "Quimby", "2016-11-02"))
    for number, (given, surname, born) in enumerate((*others, ("Esme", "Thistlewood", "2011-07-19"))):
        tell_of(given, surname, born, f"T-J{number}", OCTOBER)
    with transaction() as session:
        sweep = begin(session, everything=False, at=MONDAY)
    # One turn is kept, the next is compared and the process dies before it is stored.
    turn = compare_next(db.session(), sweep, records=2)
    with transaction() as session:
        kept = keep(session, sweep.id, None, turn, at=MONDAY)
    compare_next(db.session(), kept, records=2)
    db.session.remove()
    said = run(context, "--records", "2")
    assert compared(said) == 4
    assert waiting_pairs() == [frozenset((two.older, two.newer))]
    stored = db.session.scalars(select(Sweep)).one()
    assert (stored.records, stored.found) == (6, 1)
    assert stored.finished_at is not None


def test_turns_stop_it_early_and_the_next_run_goes_on(context: Flask) -> None:
    two_people()
    said = run(context, "--records", "1", "--turns", "1")
    assert "It is not finished" in said
    said = run(context, "--records", "1")
    assert compared(said) == 1
    assert "It is not finished" not in said
    assert len(waiting_pairs()) == 1


def test_two_at_once_do_not_mix(context: Flask) -> None:
    two_people()
    with transaction() as session:
        sweep = begin(session, everything=False, at=MONDAY)
        assert left(session, sweep) == 2
    turn = compare_next(db.session(), sweep, records=1)
    with transaction() as session:
        keep(session, sweep.id, None, turn, at=MONDAY)
    with pytest.raises(Conflict), transaction() as session:
        keep(session, sweep.id, None, turn, at=MONDAY)


def test_a_pass_over_all_takes_the_place_of_one_over_the_new(context: Flask) -> None:
    two_people()
    with transaction() as session:
        first = begin(session, everything=False, at=MONDAY)
    with transaction() as session:
        second = begin(session, everything=True, at=MONDAY + timedelta(minutes=1))
        assert second.id != first.id
        assert begin(session, everything=False, at=MONDAY).id == second.id
    assert compared(run(context)) == 2


def test_a_sweep_moves_no_link(context: Flask) -> None:
    two_people()
    before = db.session.scalars(select(PersonLink.id).order_by(PersonLink.id)).all()
    db.session.remove()
    run(context)
    assert db.session.scalars(select(PersonLink.id).order_by(PersonLink.id)).all() == before
