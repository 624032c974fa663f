"""`python -m tests.bench.linking`: linking public labelled sets, beside the peers in the same run.

The peers live in an environment of their own, so that nothing of theirs is needed to run or test the service:

    python3 -m venv .venv-bench && .venv-bench/bin/pip install --require-hashes -r requirements-bench.txt

Every threshold is chosen before scoring: a probability of one half, after one-to-one assignment where two files are linked.
Labels are read for the score alone.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

from click.testing import CliRunner

from safeguard.ops.demo.names import COMMUNITIES
from safeguard.ops.matching_link_command import link_files

_PEERS = Path(__file__).with_name("peers.py")
_FEBRL = {
    "rec_id": "id", "given_name": "given", "surname": "surname", "street_number": "address", "address_1": "address",
    "address_2": "ignore", "suburb": "place", "postcode": "postcode", "state": "country", "date_of_birth": "dob", "soc_sec_id": "ignore",
}  # fmt: skip
_TOWN = {
    "id": "id", "first": "given", "last": "surname", "dob": "dob", "no": "address", "street": "address", "postcode": "postcode",
    "town": "place",
}  # fmt: skip
_SYLLABLES = "bar ton wick ley ham ford by thor mar den cas well hol bro sten wor fin gil ash pen".split()


def main() -> None:
    """Score ours and, where there are any, the peers."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.linking", description="Link public labelled sets, beside peers.")
    parser.add_argument("--peers", type=Path, default=Path(".venv-bench/bin/python"), help="the Python that has recordlinkage and splink")
    parser.add_argument("--records", type=int, nargs="*", default=[50_000], help="sizes of the made-up file to de-duplicate")
    asked = parser.parse_args()
    if not asked.peers.exists():
        raise SystemExit(
            f"There is no {asked.peers}. The public sets and the peers come with it:\n"
            "  python3 -m venv .venv-bench && .venv-bench/bin/pip install --require-hashes -r requirements-bench.txt"
        )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([asked.peers, "-P", _PEERS, "data", folder], check=True)
        for number in (1, 2, 3):
            _compare(asked.peers, folder, [f"febrl{number}"], _FEBRL, ["splink"])
        _compare(asked.peers, folder, ["febrl4a", "febrl4b"], _FEBRL, ["splink", "ecm"])
        _compare(asked.peers, folder, ["febrl4a", "febrl4b"], {**_FEBRL, "soc_sec_id": "local_id"}, ["splink"])
        for records in asked.records:
            _made_up(folder / f"town{records}.csv", records)
            _compare(asked.peers, folder, [f"town{records}"], _TOWN, ["splink"])


def _compare(peers: Path, folder: Path, names: list[str], columns: dict[str, str], rivals: list[str]) -> None:
    number = columns.get("soc_sec_id") == "local_id"
    print(f"\n{' with '.join(names)}{', with its social security number' if number else ''}")
    ours = _ours(folder, names, columns)
    parts = f"precision {ours['precision']:.4f}, recall {ours['recall']:.4f}"
    print(f"  ours           F1 {ours['f1']:.4f} at one half ({parts}), {ours['seconds']:.1f} s")
    for rival in rivals:
        asked = [peers, "-P", _PEERS, rival, folder, *names, *(["--number"] if number else [])]
        found = json.loads(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)
        ratio = ours["seconds"] / found["seconds"]
        parts = f"{found['best_f1']:.4f} at its best"
        print(f"  {rival:<14} F1 {found['f1']:.4f} at one half, {parts}, {found['seconds']:.1f} s; time ratio {ratio:.2f}")


def _ours(folder: Path, names: list[str], columns: dict[str, str]) -> dict[str, float]:
    """The command itself, trained on the files, as anybody would run it."""
    (folder / "map.json").write_text(json.dumps(columns), encoding="utf-8")
    files = [str(folder / f"{name}.csv") for name in names]
    started = time.perf_counter()
    asked = [*files, "--columns", str(folder / "map.json"), "--out", str(folder / "pairs.csv"), "--train"]
    result = CliRunner().invoke(link_files, asked)
    seconds = time.perf_counter() - started
    if not (folder / "pairs.csv").exists():
        raise SystemExit(f"linking failed: {result.output}")
    with (folder / "pairs.csv").open(encoding="utf-8", newline="") as handle:
        kept = [row for row in csv.DictReader(handle) if float(row["probability"]) >= 0.5]
    counts = [Counter(_entities(Path(file), columns)) for file in files]
    if len(files) > 1:
        total = sum(count * counts[1][key] for key, count in counts[0].items())
    else:
        total = sum(count * (count - 1) // 2 for count in counts[0].values())
    right = sum(row["id_a"].split("-")[1] == row["id_b"].split("-")[1] for row in kept)
    precision, recall = right / max(1, len(kept)), right / total
    return {"f1": 2 * right / (len(kept) + total), "precision": precision, "recall": recall, "seconds": seconds}


def _entities(file: Path, columns: dict[str, str]) -> list[str]:
    key = next(column for column, field in columns.items() if field == "id")
    with file.open(encoding="utf-8", newline="") as handle:
        return [row[key].split("-")[1] for row in csv.DictReader(handle)]


def _made_up(path: Path, records: int) -> None:
    """A register of invented people, two in five of them entered more than once, with slips, gaps and moves."""
    chance = random.Random(5)
    given = [name for one in COMMUNITIES for name in (*one.girls, *one.boys)]
    family = [name for one in COMMUNITIES for name in one.surnames]
    family += ["".join(chance.sample(_SYLLABLES, chance.choice([2, 3]))).title() for _ in range(20_000)]
    with path.open("w", encoding="utf-8", newline="") as handle:
        rows = csv.writer(handle)
        rows.writerow(_TOWN)
        written = person = 0
        while written < records:
            facts = _facts(chance, given, family)
            copies = 1 if chance.random() < 0.6 else chance.choice([2, 2, 3])
            for copy in range(min(copies, records - written)):
                rows.writerow([f"r-{person}-{copy}", *(_worn(facts, chance, given, family) if copy else facts)])
                written += 1
            person += 1


def _facts(chance: random.Random, given: list[str], family: list[str]) -> list[str]:
    born = f"{chance.randint(1950, 2020)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    street = f"{chance.choice(_SYLLABLES).title()}{chance.choice(_SYLLABLES)} {chance.choice(['Street', 'Road', 'Close'])}"
    code = f"QQ{chance.randint(1, 20)} {chance.randint(1, 9)}{chance.choice('ABDEFGH')}{chance.choice('ABDEFGH')}"
    town = chance.choice(["Aldermoor", "Brackenby", "Cotterham", "Dunmere"])
    return [chance.choice(given), chance.choice(family), born, str(chance.randint(1, 200)), street, code, town]


def _worn(facts: list[str], chance: random.Random, given: list[str], family: list[str]) -> list[str]:
    said = []
    for fact in facts:
        luck = chance.random()
        said.append(_slip(fact, chance) if luck < 0.08 else "" if luck < 0.12 else fact)
    if chance.random() < 0.1:
        said[3:6] = _facts(chance, given, family)[3:6]
    return said


def _slip(word: str, chance: random.Random) -> str:
    if len(word) < 3:
        return word
    at, luck = chance.randrange(len(word) - 1), chance.random()
    if luck < 0.3:
        return word[:at] + word[at + 1 :]
    if luck < 0.6:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + chance.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :]


if __name__ == "__main__":
    main()
