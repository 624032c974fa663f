"""A database of its own for a measure."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

from tests.databases import PostgresCopies


def made(kind: str, folder: Path, prepare: Callable[[str], None]) -> tuple[str, Callable[[], None]]:
    """The address of a prepared database of its own, and what ends it."""
    if kind == "postgresql":
        server = PostgresCopies(prepare)
        return server.copy(), server.stop
    url = f"sqlite:///{folder / uuid.uuid4().hex}.sqlite3"
    prepare(url)
    return url, lambda: None
