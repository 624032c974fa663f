"""The population that matching is measured on: the same from the same seed, and hard where it ought to be."""

from __future__ import annotations

from collections import Counter
from random import Random

from safeguard.people.identifiers import is_nhs_number
from safeguard.people.matching.keys import blocking_keys
from tests.bench.matching.corruption import RATES, Corruption
from tests.bench.matching.population import Household, Population
from tests.bench.matching.quality import Bin
from tests.bench.matching.queries import Asked, drawn
from tests.bench.matching.report import picture


def _people(seed: int, people: int = 3000) -> list[Household]:
    return list(Population(people, seed))


def test_one_seed_makes_one_population_and_one_set_of_queries() -> None:
    assert _people(5, 300) == _people(5, 300)
    assert _people(5, 300) != _people(6, 300)
    asked = [Asked(), Asked()]
    for one in asked:
        list(drawn(Population(500, 5), people=500, known=200, seed=1, asked=one))
    assert asked[0] == asked[1]
    fewer = list(drawn(Population(500, 5), people=500, known=20, seed=2, asked=Asked()))
    assert fewer == [one for household in Population(500, 5) for one in household.people]
    assert {query.truth is None for query in asked[0].queries} == {True, False}


def test_it_holds_what_makes_matching_hard() -> None:
    households = _people(1)
    children = [[one for one in household.people if one.kind == "child"] for household in households]
    births = [[one.birth_date for one in (*known, *household.unknown)] for known, household in zip(children, households, strict=True)]
    assert sum(len(days) > len(set(days)) for days in births) >= 15  # twins
    assert sum(bool(household.unknown) for household in households) >= 40
    for household in households:
        names = [(one.given_names or "").split()[0] for one in (*household.people, *household.unknown) if one.kind == "child"]
        assert len(names) == len(set(names))
    everybody = [one for household in households for one in household.people]
    assert all(is_nhs_number(one.nhs_number) and str(one.nhs_number).startswith("999") for one in everybody)
    assert len({one.id for one in everybody}) == len(everybody) >= 3000
    surnames = Counter(one.surname for one in everybody)
    assert len(surnames) > 600
    assert surnames["Smith"] > 3 * len(everybody) / len(surnames)


def test_statements_are_corrupted_at_the_rates_that_are_written_down() -> None:
    population = Population(3000, 1)
    corruption = Corruption(Random(3), population)
    pairs = [(one, corruption.of(one, "q")) for household in population for one in household.people]
    moved = sum(said.postcode not in {None, one.postcode} for one, said in pairs) / len(pairs)
    assert abs(moved - RATES["moved"]) < 0.03
    assert 0.01 < sum(said.birth_date not in {None, one.birth_date} for one, said in pairs) / len(pairs) < 0.05
    numbers = [said.nhs_number for _, said in pairs if said.kind == "child"]
    assert 0.4 < sum(number is not None for number in numbers) / len(numbers) < 0.5
    found = sum(bool(blocking_keys(one) & blocking_keys(said)) for one, said in pairs)
    assert found / len(pairs) >= 0.998


def test_the_picture_of_calibration_shows_every_span_that_holds_anything() -> None:
    drawing = picture([Bin(0, 0.5, pairs=400, predicted=100, right=98), Bin(0.5, 1, pairs=3, predicted=2.5, right=1), Bin(1, 1)])
    assert drawing.count("<circle") == 2
    assert "predicted 0.250, observed 0.245" in drawing
