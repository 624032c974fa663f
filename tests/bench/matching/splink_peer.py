"""Splink as a peer, in a Python of its own: a population in CSV, then one record a line, answered with its seconds.

    python splink_peer.py people.csv < records.jsonl

Nothing of the project is imported: the other Python needs only `splink` and `pandas`.
"""

from __future__ import annotations

import json
import sys
import time
import warnings

import pandas
from splink import Linker, SettingsCreator, block_on
from splink import comparison_library as compared
from splink.internals.duckdb.database_api import DuckDBAPI

COLUMNS = ("unique_id", "given", "surname", "born", "postcode")


def main() -> None:
    """Load the population, train what needs training, and answer."""
    warnings.simplefilter("ignore")
    answers = sys.stdout
    sys.stdout = sys.stderr
    people = pandas.read_csv(sys.argv[1], dtype=str, keep_default_na=False).replace("", None)
    rules = [block_on("surname", "born"), block_on("given", "born"), block_on("given", "surname", "postcode")]
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=rules,
        comparisons=[
            compared.NameComparison("given"), compared.NameComparison("surname"),
            compared.DateOfBirthComparison("born", input_is_string=True), compared.ExactMatch("postcode"),
        ],
    )  # fmt: skip
    database = DuckDBAPI()
    known = database.register(people)
    linker = Linker(known, settings)
    for column in ("given", "surname"):
        linker.table_management.compute_tf_table(column)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    print("ready", file=answers, flush=True)
    for number, line in enumerate(sys.stdin):
        record = pandas.DataFrame([dict(zip(COLUMNS, json.loads(line), strict=True))])
        started, worked = time.perf_counter(), time.process_time()
        asked = database.register(record)
        found = linker.inference.predict_between(known, asked, threshold_match_probability=0.001)
        best = found.as_pandas_dataframe(limit=10)
        told = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - worked, "found": len(best), "query": number}
        print(json.dumps(told), file=answers, flush=True)


if __name__ == "__main__":
    main()
