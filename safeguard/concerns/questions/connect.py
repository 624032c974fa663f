"""How are these two people connected? Every shortest path, each step with its evidence."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from itertools import islice, pairwise

import networkx as nx
from sqlalchemy.orm import Session

from safeguard.concerns.links import Link
from safeguard.concerns.neighbourhood import neighbourhood
from safeguard.concerns.network import Network, network_of
from safeguard.concerns.questions.around import check_asked
from safeguard.kernel.codes.link_status import OVERTURNED
from safeguard.kernel.errors import NotFound, Problem, RuleBroken

# Balls of this many steps around both people meet on any path twice as long.
MOST_HOPS = 3
MOST_PATHS = 20
_MOST_PEOPLE = 600


@dataclass(frozen=True, slots=True)
class Path:
    """People in order, and between each two of them every link that joins them."""

    people: tuple[uuid.UUID, ...]
    steps: tuple[tuple[Link, ...], ...]


@dataclass(frozen=True, slots=True)
class Connection:
    """Every shortest path, at most `MOST_PATHS`; none where there is none of up to `searched` steps.

    `cut` says that there were more people near than could be followed, so that a path may be missing.
    """

    network: Network
    paths: tuple[Path, ...]
    searched: int
    cut: bool
    more: bool = False


def connect(
    session: Session, one: uuid.UUID, other: uuid.UUID, *, on: date | None, today: date
) -> Connection:
    """Every shortest path between two people, over links that counted on the day `on`, or ever where it is None.

    Raises:
        NotFound: one of them is not there, for this actor.
        RuleBroken: the two are one, or the day makes no sense.
    """
    if one == other:
        raise RuleBroken([Problem("other", "Choose two different people")])
    check_asked(hops=1, on=on or today, today=today)
    for hops in range(1, MOST_HOPS + 1):
        found = neighbourhood(session, (one, other), hops=hops, most_people=_MOST_PEOPLE, thorough=True)
        if not {one, other} <= found.people.keys():
            raise NotFound("person")
        network = network_of(found, on=on or today, today=today)
        connection = shortest(network, one, other, on=on, longest=2 * hops)
        if connection.paths:
            break
    return connection


def shortest(network: Network, one: uuid.UUID, other: uuid.UUID, *, on: date | None, longest: int) -> Connection:
    """The shortest paths within a network that was loaded `longest` / 2 steps from both ends. Pure."""
    graph = (network.on(on) if on else network).between_people()
    graph.remove_edges_from([edge for *edge, link in graph.edges(keys=True, data="link") if link.standing == OVERTURNED])
    cut = bool(network.left_out or network.busy or network.hubs)
    try:
        steps = nx.shortest_path_length(graph, one, other)
        ways = list(islice(nx.all_shortest_paths(nx.Graph(graph), one, other), MOST_PATHS + 1)) if steps <= longest else []
    except nx.NetworkXNoPath:
        ways = []
    paths = [
        Path(tuple(way), tuple(_between(graph, *pair) for pair in pairwise(way)))
        for way in sorted(ways)[:MOST_PATHS]
    ]
    return Connection(network, tuple(paths), longest, cut, len(ways) > MOST_PATHS)


def _between(graph: nx.MultiGraph, one: uuid.UUID, other: uuid.UUID) -> tuple[Link, ...]:
    return tuple(sorted((data["link"] for data in graph[one][other].values()), key=lambda link: link.key))
