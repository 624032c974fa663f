"""Sealed columns: opened only when a service reads the attribute, so that a list of rows decrypts nothing."""

from __future__ import annotations

from typing import Any, overload

from flask import Flask, current_app
from sqlalchemy import Table

from safeguard.kernel.database import Base, new_id
from safeguard.kernel.key_ring import KeyRing

_RING = "safeguard_key_ring"
# Every sealed column of the service, for `flask keys`.
SEALED: list[tuple[type[Base], str]] = []


def keep(app: Flask, ring: KeyRing) -> None:
    """Give `app` its key ring."""
    app.extensions[_RING] = ring


def ring() -> KeyRing:
    """The key ring of the running application."""
    found: KeyRing = current_app.extensions[_RING]
    return found


def place_of(table: Table | str, column: str, row: object) -> str:
    """The place of one value, which it is bound to."""
    return f"{table}.{column}:{row}"


class Sealed:
    """The text kept sealed in the column `column` of the same row. The row's id is given first, and the text after it.

    `secret = Sealed("secret_sealed")` beside `secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)`.
    """

    def __init__(self, column: str) -> None:
        self.column = column

    def __set_name__(self, owner: type[Base], name: str) -> None:
        SEALED.append((owner, self.column))

    @overload
    def __get__(self, row: None, owner: type[Any]) -> Sealed: ...
    @overload
    def __get__(self, row: Any, owner: type[Any]) -> str | None: ...

    def __get__(self, row: Any, owner: type[Any]) -> Sealed | str | None:
        if row is None:
            return self
        kept = getattr(row, self.column)
        return None if kept is None else ring().open(bytes(kept), self._place(row)).decode()

    def __set__(self, row: Any, text: str | None) -> None:
        if row.id is None:
            row.id = new_id()
        setattr(row, self.column, None if text is None else ring().seal(text.encode(), self._place(row)))

    def _place(self, row: Any) -> str:
        return place_of(row.__tablename__, self.column, row.id)
