"""The households of children an adult is linked with: who lives with whom, and what counts as one home.

An address that nobody stated, or one brother's newer address, makes no second household. Children are of one household
where they live at one address, share a parent other than the adult in question, or are stated brothers or sisters; a
parent's own children are of the parent's household unless they live with another parent of theirs somewhere else.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from itertools import combinations

import networkx as nx

from safeguard.kernel.codes.relationship import traits
from safeguard.risk.reader import Reader
from safeguard.risk.timeline import HouseholdConcern


def households_of(reader: Reader, adult_id: uuid.UUID) -> tuple[HouseholdConcern, ...]:
    """Each household of children that the adult is linked with now, with what is known of its children."""
    if adult_id not in reader.households:  # the same for every child of the adult's
        reader.households[adult_id] = tuple(_households(reader, adult_id))
    return reader.households[adult_id]


def _households(reader: Reader, adult_id: uuid.UUID) -> Iterable[HouseholdConcern]:
    linked = sorted(
        other
        for other in {*reader.current(adult_id), *reader.household(adult_id)}
        if reader.around.people[other].is_child
    )
    together = nx.Graph()
    together.add_nodes_from(linked)
    together.add_edges_from(pair for pair in combinations(linked, 2) if _one_household(reader, adult_id, *pair))
    for children in sorted((sorted(group) for group in nx.connected_components(together)), key=str):
        yield HouseholdConcern(
            household_key=f"child:{children[0]}",
            label=_label(reader, children),
            children=tuple(reader.child(child) for child in children),
            events=tuple(event for child in children for event in reader.events.get(child, ())),
        )


def _one_household(reader: Reader, adult_id: uuid.UUID, one: uuid.UUID, other: uuid.UUID) -> bool:
    if reader.homes.get(one) and one in reader.household(other):
        return True
    parents = [_parents(reader, child) for child in (one, other)]
    if (parents[0] & parents[1]) - {adult_id} or _stated_siblings(reader, one, other):
        return True
    return all(adult_id in of_child and not _lives_elsewhere(reader, adult_id, child, of_child)
               for child, of_child in ((one, parents[0]), (other, parents[1])))  # fmt: skip


def _parents(reader: Reader, child_id: uuid.UUID) -> set[uuid.UUID]:
    return {
        other for other, links in reader.current(child_id).items() if any(traits(link.kind).parent for link in links)
    }


def _stated_siblings(reader: Reader, one: uuid.UUID, other: uuid.UUID) -> bool:
    return any(link.kind == "sibling" for link in reader.current(one).get(other, ()))


def _lives_elsewhere(reader: Reader, parent: uuid.UUID, child_id: uuid.UUID, parents: set[uuid.UUID]) -> bool:
    """Whether the child lives with another parent, at an address that is not this parent's."""
    home, own = reader.homes.get(child_id), reader.homes.get(parent)
    if home is None or (own is not None and own.address_id == home.address_id):
        return False
    others = (reader.homes.get(one) for one in parents - {parent})
    return any(theirs is not None and theirs.address_id == home.address_id for theirs in others)


def _label(reader: Reader, children: list[uuid.UUID]) -> str:
    """ "the home of Maya Fernsby and Leo Fernsby at 14 Willow Close" """
    names = [reader.around.people[child].name for child in children]
    words = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    homes = [reader.homes[child].address_id for child in children if child in reader.homes]
    place = reader.around.addresses[homes[0]].lines[:1] if homes else []
    return " at ".join(["the home of " + words, *place])
