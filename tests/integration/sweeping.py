"""Running the sweep in tests, and reading what it said and found."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from safeguard.kernel.database import db, transaction
from safeguard.people.duplicates import duplicate_page
from tests.integration.help import somebody


def run(context: Flask, *options: str) -> str:
    done = context.test_cli_runner().invoke(args=["matching", "sweep", "--quiet", *options])
    db.session.remove()
    assert done.exit_code == 0, done.output
    return str(done.output)


def compared(said: str) -> int:
    found = re.search(r"Compared ([\d,]+) records", said)
    assert found
    return int(found[1].replace(",", ""))


def waiting_pairs() -> list[frozenset[Any]]:
    with transaction() as session:
        found = duplicate_page(session, somebody(session), page=1)
        return [frozenset(key for key, _who, _records in row.people) for row in found.rows]
