"""Two other ways to the people two steps away: the whole graph in NetworkX, and one recursive query."""

from __future__ import annotations

import uuid
from typing import Any

import networkx as nx
from sqlalchemy import text
from sqlalchemy.orm import Session

_STEP = {
    "sqlite": (
        "SELECT theirs.person_id, walk.steps + 1 FROM walk "
        "JOIN person_link AS mine ON mine.person_id = walk.person_id AND mine.superseded_at IS NULL "
        "JOIN {edge} JOIN person_link AS theirs ON theirs.source_record_id = {end} AND theirs.superseded_at IS NULL "
        "WHERE walk.steps < :hops"
    ),
    "postgresql": (
        "SELECT theirs.person_id, walk.steps + 1 FROM walk "
        "JOIN person_link AS mine ON mine.person_id = walk.person_id AND mine.superseded_at IS NULL "
        "CROSS JOIN LATERAL ("
        "SELECT to_record_id AS met FROM relationship WHERE from_record_id = mine.source_record_id "
        "UNION ALL SELECT from_record_id FROM relationship WHERE to_record_id = mine.source_record_id "
        "UNION ALL SELECT other.source_record_id FROM residence AS home JOIN residence AS other ON other.address_id = home.address_id "
        "WHERE home.source_record_id = mine.source_record_id) AS edge "
        "JOIN person_link AS theirs ON theirs.source_record_id = edge.met AND theirs.superseded_at IS NULL WHERE walk.steps < :hops"
    ),
}
_EDGES = (
    ("relationship AS edge ON edge.from_record_id = mine.source_record_id", "edge.to_record_id"),
    ("relationship AS edge ON edge.to_record_id = mine.source_record_id", "edge.from_record_id"),
    (
        "residence AS home ON home.source_record_id = mine.source_record_id JOIN residence AS edge ON edge.address_id = home.address_id",
        "edge.source_record_id",
    ),
)


def recursive(session: Session, person_id: uuid.UUID, hops: int) -> int:
    """How many people one recursive query finds within `hops` steps; it knows no crowd and loads nothing of them."""
    kind = session.get_bind().dialect.name
    steps = [_STEP[kind].format(edge=edge, end=end) for edge, end in _EDGES] if kind == "sqlite" else [_STEP[kind]]
    query = text(
        f"WITH RECURSIVE walk(person_id, steps) AS (SELECT {':start' if kind == 'sqlite' else 'CAST(:start AS uuid)'}, 0 UNION "
        f"{' UNION '.join(steps)}) SELECT count(DISTINCT person_id) FROM walk"
    )
    start = person_id.hex if kind == "sqlite" else str(person_id)
    return int(session.execute(query, {"start": start, "hops": hops}).scalar_one())


def whole_graph(session: Session) -> nx.Graph:
    """Every person, relationship and home of the database in NetworkX."""
    graph: nx.Graph = nx.Graph()
    person_of = dict(_rows(session, "SELECT source_record_id, person_id FROM person_link WHERE superseded_at IS NULL").all())
    related = _rows(session, "SELECT from_record_id, to_record_id FROM relationship")
    graph.add_edges_from((person_of[one], person_of[other]) for one, other in related)
    graph.add_edges_from((person_of[one], place) for one, place in _rows(session, "SELECT source_record_id, address_id FROM residence"))
    return graph


def _rows(session: Session, query: str) -> Any:
    return session.execute(text(query).execution_options(yield_per=50_000)).tuples()


def within(graph: nx.Graph, person_id: uuid.UUID, kind: str) -> int:
    """How many nodes the whole graph has two people away, by way of homes as well."""
    start = person_id.hex if kind == "sqlite" else person_id
    return len(nx.single_source_shortest_path_length(graph, start, cutoff=4))
