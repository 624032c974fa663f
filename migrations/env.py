"""Alembic's environment: the application's own engine and metadata, inside its context."""

from __future__ import annotations

from alembic import context
from flask import current_app

from safeguard.kernel.database import kept_on

database = current_app.extensions["migrate"].db


def run() -> None:
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            compare_type=True,
            compare_server_default=True,
            include_object=kept_on(connection.dialect.name),
            render_as_batch=connection.dialect.name == "sqlite",
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations run against a database, not into a script: their triggers depend on it.")
run()
