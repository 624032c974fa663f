"""What a question loads is enough: its answer is that of the whole graph, and it asks as many statements of a large one."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event

from safeguard.concerns.neighbourhood import neighbourhood
from safeguard.concerns.network import network_of
from safeguard.concerns.questions.around import answered, around
from safeguard.concerns.questions.connect import connect, shortest
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
