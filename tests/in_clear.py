"""Which columns hold text in clear: those that the models have, those that docs/sealing.md names, those in which a word is found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import JSON, String, inspect, text

from safeguard.kernel.database import db

_PAGE = Path(__file__).parents[1] / "docs" / "sealing.md"
# Anything shorter is a code or a number.
_SHORT = 40
# Filled by the service alone, with no word of anybody's.
_MADE_BY_THE_SERVICE = re.compile(
    r"sha256$|_hash$|fingerprint$|_version$|\.evidence_id$|\.subject_id$|^audit_event\.(mac|action)$|^sign_in_try\.key$"
)


def named() -> set[str]:
    """The columns that the page names, as table.column."""
    found: set[str] = set()
    for line in _PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3:
            tables, columns, _why = cells
            found |= {f"{table}.{column}" for table in tables.split(", ") for column in columns.split(", ")}
    return found


def texts() -> Iterator[str]:
    """Every column in which words could stand."""
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            words = isinstance(column.type, String) and (column.type.length is None or column.type.length > _SHORT)
            one = f"{table.name}.{column.name}"
            if (words or isinstance(column.type, JSON)) and not _MADE_BY_THE_SERVICE.search(one):
                yield one


def holding(words: str) -> set[str]:
    """The columns in which these words, in lower case, are found, read as the database has them."""
    found: set[str] = set()
    with db.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            rows = connection.execute(text(f'SELECT * FROM "{table}"')).mappings()
            found |= {f"{table}.{name}" for row in rows for name, value in row.items() if words in _read(value).casefold()}
    return found


def _read(value: object) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
