"""What is asked of the population: people it holds, as others would state them, and children it does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from safeguard.people.matching.statement import Statement
from tests.bench.matching.corruption import Corruption
from tests.bench.matching.population import Household, Population

# Few children are not held; asked for this much oftener they make three queries in ten.
_UNKNOWN_OFTENER = 12


@dataclass(frozen=True, slots=True)
class Query:
    """A statement, and the id of the person it is about; None where the register does not hold them."""

    said: Statement
    truth: str | None
    about: Statement


@dataclass(slots=True)
class Asked:
    """Queries drawn while a population is made, an even sample of it."""

    queries: list[Query] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def drawn(population: Population, *, people: int, known: int, seed: int, asked: Asked) -> Iterator[Statement]:
    """Hand on every registered person, and draw queries on the way.

    Args:
        people: the size of the population, from which about `known` are asked for.
        asked: takes the names of all, and the queries: about `known` of people who are held, and others of children
            who are not, brothers, sisters and twins of those who are.
    """
    random = Random(seed)
    corruption = Corruption(random, population)
    share = known / people
    for household in population:
        for person in household.people:
            asked.names.append(f"{person.given_names} {person.surname}")
            if random.random() < share:
                asked.queries.append(Query(corruption.of(person, "q"), person.id, person))
            yield person
        _unknown(random, corruption, household, share, asked)


def _unknown(random: Random, corruption: Corruption, household: Household, share: float, asked: Asked) -> None:
    for child in household.unknown:
        if random.random() < share * _UNKNOWN_OFTENER:
            asked.queries.append(Query(corruption.of(child, "q"), None, child))
