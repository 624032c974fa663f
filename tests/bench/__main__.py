"""`make bench`: the hot paths, each beside something outside in the same run.

Times on shared machines drift, so what counts are the ratios of one run. Without a name all are measured at their
usual sizes; with one, its own options choose more: `python -m tests.bench matching --people 1000000`.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.bench import absent, accounts, hidden, malformed, payloads, queue, risk, submission
from tests.bench.graph import command as graph
from tests.bench.matching import command as matching

_MEASURES = {
    "accounts": accounts, "submit": submission, "queue": queue, "malformed": malformed, "payloads": payloads, "matching": matching,
    "graph": graph, "risk": risk, "hidden": hidden, "absent": absent,
}  # fmt: skip


def main() -> None:
    """Run the measure named on the command line, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure the hot paths.")
    measures = parser.add_subparsers(dest="measure", metavar="|".join(_MEASURES))
    usual = {}
    for name, measure in _MEASURES.items():
        about = (measure.__doc__ or "").splitlines()[0]
        own = measures.add_parser(name, help=about, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
        measure.options(own)
        usual[name] = own.parse_args([])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, defaults in usual.items():
            if asked.measure in {None, name}:
                _MEASURES[name].run(defaults if asked.measure is None else asked, Path(folder))


if __name__ == "__main__":
    main()
