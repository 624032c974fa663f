"""`python -m tests.bench.matching.calibrating`: the table from sums of weights to probabilities, for settings.toml.

It is fitted on made-up populations of other seeds than those on which it is measured.
"""

from __future__ import annotations

import argparse
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from safeguard import create_app
from safeguard.kernel.database import db
from safeguard.people.candidates import candidates_for
from safeguard.people.matching.calibration import KINDS, Calibration, Trust, line_through
from safeguard.people.matching.doubts import trust
from safeguard.people.matching.judge import Weighed, weigh
from safeguard.people.matching.keys import blocking_keys
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.training import calibration_lines
from tests.bench.matching.corruption import Corruption
from tests.bench.matching.population import Population
from tests.bench.matching.queries import Asked, Query, drawn
from tests.bench.matching.store import store
from tests.conftest import prepared, settings_for

_SEED = 1955
# Statements of children who are not held, for each of somebody who is.
_NOT_HELD = 0.43


def main() -> None:
    """Make the populations, ask, fit, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.matching.calibrating", description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[60_000, 300_000], help="sizes of the populations")
    parser.add_argument("--queries", type=int, default=60_000, help="about how many people who are held are asked for, of each")
    asked = parser.parse_args()
    pairs: dict[Trust, list[tuple[float, bool]]] = {kind: [] for kind in KINDS}
    with TemporaryDirectory() as folder:
        for number, people in enumerate(asked.people):
            more = MatchSettings.load().for_people(people).calibration.more
            for one, right in _weighed(f"sqlite:///{Path(folder) / f'{people}.sqlite3'}", people, asked.queries, _SEED + number):
                pairs[trust(one.doubts)].append((one.weight + more, right))
    print("#", ", ".join(f"{len(those):,} comparisons that are {kind}" for kind, those in pairs.items()))
    print(*calibration_lines(Calibration({kind: line_through(those) for kind, those in pairs.items()})), sep="\n")


def _weighed(url: str, people: int, queries: int, seed: int) -> Iterator[tuple[Weighed, bool]]:
    """Every comparison that queries lead to, and whether it is of one person; three queries in ten are of nobody who is held.

    Left out are those which names, birth and numbers alone tell apart.
    """
    prepared(url)
    settings = MatchSettings.load().for_people(people)
    asked = Asked()
    population = Population(people, seed)
    with create_app(settings_for(url)).app_context():
        store(drawn(population, people=people, known=queries, seed=people + seed, asked=asked), people)
        known = [query for query in asked.queries if query.truth]
        unknown = [child for household in Population(people, seed) for child in household.unknown]
        corruption = Corruption(Random(seed), population)
        times = round(_NOT_HELD * len(known) / len(unknown))
        strangers = (Query(corruption.of(child, "q"), None, child) for child in unknown for _ in range(times))
        with Session(db.engine) as session:
            for query in (*known, *strangers):
                record_id = uuid.UUID(int=1)
                said = replace(query.said, id=str(record_id))
                for candidate in candidates_for(session, {record_id: blocking_keys(said)})[record_id]:
                    weighed = weigh(said, candidate, settings)
                    if weighed is not None:
                        yield weighed, candidate.person_id == query.truth


if __name__ == "__main__":
    main()
