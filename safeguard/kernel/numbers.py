"""Numbers as people and pages write them. Pure."""

from __future__ import annotations

from typing import Any


def whole_number(text: Any, figures: int) -> int | None:
    """The number that `text` writes in ASCII figures alone, and in no more than `figures` of them; None where it writes none."""
    written = isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= figures
    return int(text) if written else None


def pages_of(rows: int, size: int) -> int:
    """How many pages of `size` rows each there are; a list without rows has one, that says so."""
    return max(1, -(-rows // size))
