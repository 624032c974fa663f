"""Something to compare with: a bare Flask route that writes one row to a database of the same kind and settings."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine, event
from sqlalchemy.pool import NullPool


def bare_client(url: str) -> Any:
    """A client of an application that does nothing but insert and commit, durably, in a table beside ours."""
    engine = create_engine(url, poolclass=NullPool) if url.startswith("sqlite") else create_engine(url)
    if url.startswith("sqlite"):

        @event.listens_for(engine, "connect")
        def _pragmas(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")

    metadata = MetaData()
    row = Table("bench_row", metadata, Column("id", Integer, primary_key=True), Column("words", Text))
    metadata.create_all(engine)
    app = Flask("bare")

    @app.post("/row")
    def write() -> Any:
        with engine.begin() as connection:
            connection.execute(row.insert().values(words="one row"))
        return "written", 201

    return app.test_client()
