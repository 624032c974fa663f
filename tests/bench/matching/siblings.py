"""Brothers, sisters and twins of known children, asked for themselves unknown: none may be taken for the other."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tqdm import tqdm

from safeguard.people.matching.decide import Candidate, decide
from safeguard.people.matching.settings import MatchSettings
from tests.bench.matching.corruption import Corruption
from tests.bench.matching.population import Population

_PEOPLE = 20_000


@dataclass(slots=True)
class Tries:
    """How many unknown children were asked for, how many of them twins, and those taken for somebody else."""

    tries: int = 0
    twins: int = 0
    bands: Counter[str] = field(default_factory=Counter)
    merged: list[str] = field(default_factory=list)


def tries_at_siblings(tries: int, seed: int, settings: MatchSettings) -> Tries:
    """Ask for `tries` children, each as badly stated as anybody, against all of the household that is known."""
    found = Tries()
    random = Random(seed)
    with tqdm(total=tries, desc="Twins and siblings", unit="") as bar:
        while found.tries < tries:
            population = Population(_PEOPLE, random.randrange(10**9))
            corruption = Corruption(random, population)
            for household in population:
                for child in household.unknown:
                    if found.tries == tries:
                        return found
                    said = corruption.of(child, "unknown")
                    candidates = [Candidate(one.id, (one,)) for one in household.people]
                    decision = decide(said, candidates, settings)
                    found.tries += 1
                    found.twins += any(one.birth_date == child.birth_date for one in household.people)
                    found.bands[decision.band] += 1
                    if decision.band == "match":
                        other = next(one for one in household.people if one.id == decision.person_id)
                        found.merged.append(f"{child} stated as {said} matched {other}: {decision.reason}")
                    bar.update()
    return found
