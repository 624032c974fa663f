"""What a question loads is enough: its answer is that of the whole graph, and it asks as many statements of a large one."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from safeguard.concerns.model import EventMark
from safeguard.concerns.neighbourhood import Neighbourhood, neighbourhood
from safeguard.concerns.network import network_of
from safeguard.concerns.questions.around import answered, around
from safeguard.concerns.questions.connect import connect, shortest
from safeguard.concerns.questions.reach import reach
from safeguard.kernel.database import db, transaction
from tests.integration.graph_rows import store
from tests.unit.concerns.populations import START, TODAY, population


@pytest.mark.parametrize("seed", [2001, 2002])
def test_the_answer_is_that_of_the_whole_graph(context: Flask, seed: int) -> None:
    found = population(seed)
    people = sorted(found.people)
    with transaction() as session:
        store(session, found)
        everything = neighbourhood(session, people, hops=0, thorough=True)
        whole = network_of(everything, on=TODAY, today=TODAY)
        for one in people[::2]:
            for hops in (1, 2):
                asked = around(session, [one], hops=hops, on=TODAY, today=TODAY)
                everything.focus = (one,)
                expected = answered(everything, hops=hops, on=TODAY, today=TODAY)
                assert asked.distance == expected.distance
                assert {link.key for link in asked.network.links} == {link.key for link in expected.network.links}
                assert asked.paths == expected.paths
        for one, other in zip(people[:4], people[-4:], strict=True):
            paths = connect(session, one, other, on=None, today=TODAY).paths
            assert [path.people for path in paths] == [path.people for path in shortest(whole, one, other, on=None, longest=99).paths]


@pytest.mark.parametrize("seed", [2005, 2006])
def test_whom_a_named_place_connects_is_that_of_brute_force(context: Flask, seed: int) -> None:
    """Every place, online space, vehicle, phone and account that anything names, and every number that a record gives."""
    found = population(seed)
    with transaction() as session:
        store(session, found)
        kept = {row.id: found.marks[place] for row in session.scalars(select(EventMark)) for place in [_place(found, row)]}
        for on in (START + timedelta(60), TODAY):
            for row, mark in kept.items():
                answer = reach(session, row, on=on, today=TODAY)
                assert {one.child for one in answer.children} == _connected(found, on, {(mark.kind, mark.mark)}), (mark, on)
            for key, (record,) in found.records.items():
                if record.phone:
                    figures = "".join(filter(str.isdigit, record.phone))[-10:]
                    answer = reach(session, found.records[key][0].id, on=on, today=TODAY)
                    assert {one.child for one in answer.children} == _connected(found, on, {("phone", f"0{figures}")}), (record.phone, on)


def _place(found: Neighbourhood, row: EventMark) -> int:
    return next(place for place, mark in enumerate(found.marks) if (mark.event_id, mark.mark) == (row.case_event_id, row.mark))


def _connected(found: Neighbourhood, on: date, names: set[tuple[str, str]]) -> set[uuid.UUID]:
    """The children of whom something that stands names it; of a phone, also for whom it is given, and those related on the day
    to an adult of whom either is so."""
    corrected = {event.supersedes_id for event in found.events}
    events = {event.id: event for event in found.events if event.id not in corrected and event.known_on <= on}
    theirs = {events[mark.event_id].person_id for mark in found.marks if (mark.kind, mark.mark) in names and mark.event_id in events}
    if names & {("phone", "01632960001"), ("phone", "01632960002")}:
        figures = {name[-6:] for _kind, name in names}
        theirs |= {key for key, (record,) in found.records.items() if record.phone and record.phone[-6:] in figures}
    if {kind for kind, _name in names} == {"phone"}:
        related = [link for link in network_of(found, on=on, today=TODAY).links if link.kind == "relationship" and link.holds(on)]
        adults = {key for key in theirs if not found.people[key].is_child}
        theirs |= {key for link in related if link.ends & adults for key in link.ends}
    return {key for key in theirs if found.people[key].is_child}


def test_as_many_statements_whatever_is_near(context: Flask) -> None:
    counts = []
    for seed in (2003, 2004):
        found = population(seed)
        with transaction() as session:
            store(session, found)
            session.flush()
            ran: list[str] = []
            listen = lambda *words, ran=ran: ran.append(words[2])  # noqa: E731
            event.listen(db.engine, "before_cursor_execute", listen)
            around(session, [sorted(found.people)[0]], hops=2, on=START, today=TODAY)
            event.remove(db.engine, "before_cursor_execute", listen)
            counts.append(len(ran))
            session.rollback()
    assert max(counts) <= 40
