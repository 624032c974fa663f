"""Which groups of children are linked by places, online spaces, vehicles, phones, missing episodes or adults? With the links."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

import networkx as nx
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from safeguard.concerns.links import Link
from safeguard.concerns.model import OUTSIDE_FAMILY, CaseEvent, EventMark, Relationship
from safeguard.concerns.neighbourhood import neighbourhood
from safeguard.concerns.network import Network, network_of
from safeguard.concerns.questions.around import check_asked
from safeguard.kernel.clock import LONDON, london_date
from safeguard.kernel.codes.link_status import OVERTURNED
from safeguard.people.candidates import people_of
from safeguard.people.model import PersonLink

# What joins children outside their families.
JOINS = ("shared_mark", "shared_phone", "shared_email", "shared_adult", "co_missing")
ACCUSED = frozenset({"alleged_perpetrator", "alleged_victim_of"})
_RELATED = frozenset(OUTSIDE_FAMILY) - ACCUSED
LEAST = 2
MOST_CHILDREN = 300


@dataclass(frozen=True, slots=True)
class Group:
    """Children joined by `links`, the one with most links first: how many others each is joined with directly."""

    children: tuple[uuid.UUID, ...]
    links: tuple[Link, ...]
    joined_with: dict[uuid.UUID, int]


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of two children or more, the largest first, of what became known from `since` on.

    Where more than `MOST_CHILDREN` children were named, `left_out` were not looked at: those named longest ago.
    """

    since: date
    network: Network
    groups: tuple[Group, ...]
    left_out: int


def groups(session: Session, *, since: date, today: date) -> Groups:
    """The groups of children whom anything outside the family joins, from the day `since` on.

    It reads what names a mark or an accused adult since then, whatever the population.

    Raises:
        RuleBroken: the day makes no sense.
    """
    check_asked(hops=1, on=since, today=today)
    named = _named(session, since)
    chosen = named[:MOST_CHILDREN]
    found = neighbourhood(session, chosen, hops=0, thorough=True)
    network = network_of(found, on=today, today=today)
    return Groups(since, network, tuple(grouped(network, since)), len(named) - len(chosen))


def grouped(network: Network, since: date) -> Iterable[Group]:
    """The connected groups of children of a network, over links outside the family that became known from `since` on. Pure."""
    graph = nx.Graph()
    between: dict[frozenset[uuid.UUID], list[Link]] = defaultdict(list)
    for link in network.links:
        outside = link.kind in JOINS or (link.kind == "relationship" and link.code in _RELATED)
        lately = link.last_said >= since
        if outside and lately and all(key in network.nodes and network.nodes[key].is_child for key in link.ends) and len(link.ends) > 1:
            graph.add_edge(*link.ends)
            between[link.ends].append(link)
    for members in sorted(nx.connected_components(graph), key=lambda one: (-len(one), str(min(one)))):
        degree = {key: graph.degree(key) for key in members}
        order = sorted(members, key=lambda key: (-degree[key], network.nodes[key].label, str(key)))
        links = [link for ends, told in between.items() if ends <= members for link in told]
        yield Group(tuple(order), tuple(sorted(links, key=lambda link: link.key)), {key: degree[key] for key in order})


def _named(session: Session, since: date) -> list[uuid.UUID]:
    """Everybody who shares a mark or an accused adult with others or is said to go about with them, the last named first."""
    sharing: dict[tuple[str, str], dict[uuid.UUID, date]] = defaultdict(dict)
    linked = and_(PersonLink.source_record_id == CaseEvent.source_record_id, PersonLink.superseded_at.is_(None))
    by_mark = (
        select(EventMark.kind, EventMark.mark, PersonLink.person_id, func.max(CaseEvent.known_on))
        .join(CaseEvent, CaseEvent.id == EventMark.case_event_id)
        .join(PersonLink, linked)
        .where(CaseEvent.known_on >= since)
        .group_by(EventMark.kind, EventMark.mark, PersonLink.person_id)
    )
    for kind, mark, person_id, last in session.execute(by_mark).tuples():
        sharing[kind, mark][person_id] = last
    for one, other, kind, day in _told(session, since):
        if kind in ACCUSED:
            adult, child = (one, other) if kind == "alleged_perpetrator" else (other, one)
            sharing["adult", str(adult)][child] = day
        else:
            sharing["pair", f"{one}{other}"] = {one: day, other: day}
    last_named: dict[uuid.UUID, date] = {}
    for people in sharing.values():
        if len(people) >= LEAST:
            for key, day in people.items():
                last_named[key] = max(day, last_named.get(key, day))
    return sorted(last_named, key=lambda key: (-last_named[key].toordinal(), str(key)))


def _told(session: Session, since: date) -> Iterable[tuple[uuid.UUID, uuid.UUID, str, date]]:
    """Who is said, from that day on, to have harmed or to go about with whom: the two people, the kind and the day."""
    from_day = datetime.combine(since, time(), LONDON)
    stated = select(Relationship.from_record_id, Relationship.to_record_id, Relationship.kind, Relationship.stated_at).where(
        Relationship.kind.in_(OUTSIDE_FAMILY), Relationship.stated_at >= from_day, Relationship.status != OVERTURNED
    )
    rows = session.execute(stated).tuples().all()
    whose = people_of(session, {key for one, other, _kind, _at in rows for key in (one, other)})
    for one, other, kind, at in rows:
        if one in whose and other in whose:
            yield whose[one], whose[other], kind, london_date(at)
