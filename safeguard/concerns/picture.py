"""The picture of a family and its twin in words: who is around these children, where, and who raised concerns."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import networkx as nx

from safeguard.concerns.deaths import and_death, life_words
from safeguard.concerns.figure import Figure, Node, figure_of
from safeguard.concerns.graph import Fact, graph_of, place_words
from safeguard.concerns.neighbourhood import Neighbourhood

# More boxes than this are no picture any more; the table has them all.
MOST_PEOPLE = 16
_MOST_PLACES = 5
_MOST_AGENCIES = 5
_MOST_FACTS = 150
_ORDER = {"relationship": 0, "lives": 1, "lived": 2, "concern": 3}


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure and the facts in it as rows, with the `people` they name.

    `left_out` people, places and agencies had no room in the figure.
    """

    figure: Figure
    facts: tuple[Fact, ...]
    left_out: int
    more_facts: int
    title: str
    people: frozenset[uuid.UUID] = frozenset()


def picture_of(around: Neighbourhood, *, at: date) -> Picture:
    """Draw the focus of `around`, everybody directly related to it or living with it, their places and agencies."""
    graph = graph_of(around, at=at)
    focus = [key for key in around.focus if key in around.people]
    facts = _facts_near(graph, focus)
    people = _people_near(focus, facts)
    shown = people[:MOST_PEOPLE]
    places = _first(_MOST_PLACES, (f.whom for f in facts if f.kind in {"lives", "lived"} and f.who in shown))
    agencies = _first(_MOST_AGENCIES, (f.who for f in facts if f.kind == "concern" and f.whom in shown))
    nodes = {*shown, *places, *agencies}
    drawn = [fact for fact in facts if fact.who in nodes and fact.whom in nodes]
    rows = _rows(around, focus, shown, places, agencies, facts, at)
    figure = figure_of(rows, [(fact.who, fact.whom, fact.kind) for fact in _without_noise(drawn, around)])
    everything = {key for fact in facts for key in (fact.who, fact.whom)} | set(people)
    names = [around.people[key].name for key in focus]
    return Picture(
        figure=figure,
        facts=tuple(facts[:_MOST_FACTS]),
        left_out=len(everything - nodes),
        more_facts=max(0, len(facts) - _MOST_FACTS),
        title=f"People, places and agencies around {', '.join(names)}",
        people=frozenset(everything & around.people.keys()),
    )


def _facts_near(graph: nx.MultiGraph, focus: list[uuid.UUID]) -> list[Fact]:
    """What is known of the focus and of those directly joined to it: related, or at the same address."""
    near = set(focus)
    for key in focus:
        for other in graph.neighbors(key):
            if graph.nodes[other]["kind"] == "person":
                near.add(other)
            elif graph.nodes[other]["kind"] == "place":
                near |= {one for one in graph.neighbors(other) if graph.nodes[one]["kind"] == "person"}
    facts = {
        id(fact): fact
        for _one, _other, fact in graph.edges(near, data="fact")
        if fact.kind != "relationship" or (fact.who in near and fact.whom in near)
    }
    in_focus = set(focus)

    def order(fact: Fact) -> tuple[int, bool, str, str]:
        return _ORDER[fact.kind], not {fact.who, fact.whom} & in_focus, fact.who_words, fact.whom_words

    return sorted(facts.values(), key=order)


def _people_near(focus: list[uuid.UUID], facts: list[Fact]) -> list[uuid.UUID]:
    """The focus first, then those related to it, then those at its addresses."""
    found = dict.fromkeys(focus)
    found.update(dict.fromkeys(key for f in facts if f.kind == "relationship" for key in (f.who, f.whom)))
    found.update(dict.fromkeys(f.who for f in facts if f.kind in {"lives", "lived"}))
    return list(found)


def _first(most: int, keys: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    return list(dict.fromkeys(keys))[:most]


def _rows(
    around: Neighbourhood,
    focus: list[uuid.UUID],
    shown: list[uuid.UUID],
    places: list[uuid.UUID],
    agencies: list[uuid.UUID],
    facts: list[Fact],
    at: date,
) -> list[list[Node]]:
    adults, children = [], []
    for key in shown:
        person, death = around.people[key], around.deaths.get(key)
        life, role = life_words(person, death, at), _role(key, facts)
        if person.is_child:
            children.append(Node(key, "focus" if key in focus else "child", person.name, life))
        else:
            adults.append(Node(key, "focus" if key in focus else "adult", person.name, and_death(role, death, at) if role else life))
    return [
        adults,
        children,
        [Node(key, "place", place_words(around, key), "") for key in places],
        [Node(key, "agency", around.agencies[key].name, _count(key, facts)) for key in agencies],
    ]


def _role(key: uuid.UUID, facts: list[Fact]) -> str:
    """"Mother" where that is so for every child here; otherwise "Mother of Maya; step-parent of Leo"."""
    whose: dict[str, list[str]] = {}
    for fact in facts:
        if fact.kind == "relationship" and fact.who == key:
            whose.setdefault(fact.what.removeprefix("is ").removesuffix(" of"), []).append(fact.whom_words.split(" ")[0])
    words = next(iter(whose), "") if len(whose) == 1 else "; ".join(f"{kind} of {', '.join(who)}" for kind, who in whose.items())
    return words[:1].upper() + words[1:]


def _count(agency: uuid.UUID, facts: list[Fact]) -> str:
    days = [fact.day for fact in facts if fact.kind == "concern" and fact.who == agency]
    last = max(days)
    return f"Raised concerns, last {last.day} {last:%b %Y}"


def _without_noise(facts: list[Fact], around: Neighbourhood) -> list[Fact]:
    """No line between brothers and sisters who are joined through a parent in the picture."""
    parents: dict[uuid.UUID, set[uuid.UUID]] = {}
    for fact in facts:
        if fact.kind == "relationship" and not around.people[fact.who].is_child:
            parents.setdefault(fact.whom, set()).add(fact.who)

    def through_parent(fact: Fact) -> bool:
        return bool(parents.get(fact.who, set()) & parents.get(fact.whom, set()))

    return [fact for fact in facts if fact.kind != "relationship" or not through_parent(fact)]
