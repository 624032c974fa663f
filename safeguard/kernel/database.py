"""The database: base class, column types, pragmas, and the one way to open a transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import Flask, current_app
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, Engine, LargeBinary, MetaData, TypeDecorator, Uuid, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeEngine

_BUSY_TIMEOUT_MS = 15_000
_FIRST = "safeguard_first_transaction"


class Base(DeclarativeBase):
    """Base of every table; constraint names are fixed so that migrations can name them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
migrate = Migrate()


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. Naive values are refused rather than guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must carry its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CompactId(TypeDecorator[uuid.UUID]):
    """An id in 16 bytes on both databases, where `Uuid` takes 32 on SQLite. For tables of very many narrow rows."""

    impl = Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(LargeBinary(16) if dialect.name == "sqlite" else Uuid())

    def process_bind_param(self, value: uuid.UUID | None, dialect: Dialect) -> Any:
        return value.bytes if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> uuid.UUID | None:
        return uuid.UUID(bytes=value) if isinstance(value, bytes) else value


def json_type() -> Any:
    """JSON on SQLite, JSONB on PostgreSQL."""
    return JSON().with_variant(JSONB(), "postgresql")


# A condition on any number of ids in one unchanging text, which is put together and planned once: `id IN {AMONG[kind]}`
# with `listed(ids, kind)` bound as `ids`. For the hot paths; elsewhere `in_()` reads better.
AMONG = {
    "sqlite": "(SELECT value FROM json_each(:ids))",
    "postgresql": "(SELECT unnest(CAST(:ids AS uuid[])))",
}


def listed(ids: Iterable[uuid.UUID], kind: str) -> str | list[uuid.UUID]:
    """Ids as the parameter that `AMONG[kind]` asks for; `kind` is the name of the dialect."""
    return json.dumps([one.hex for one in ids]) if kind == "sqlite" else list(ids)


def new_id() -> uuid.UUID:
    return uuid.uuid4()


def only_on(kind: str) -> dict[str, str]:
    """`info` of a table that is kept on this kind of database alone; see `kept_on`."""
    return {"only_on": kind}


def kept_on(kind: str) -> Callable[..., bool]:
    """Alembic's `include_object` for a kind of database: everything but the tables that are kept on another alone."""

    def kept(found: Any, _name: object, of: str, *_more: object) -> bool:
        return of != "table" or found.info.get("only_on", kind) == kind

    return kept


def connect(app: Flask, url: str) -> None:
    """Bind `app` to the database at `url`."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    if url.startswith("sqlite"):
        # Kept open: the last connection to close empties the write-ahead log, and a new one starts with a cold cache.
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 4, "max_overflow": 12}
    else:
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_pre_ping": True, "pool_size": 8, "max_overflow": 8}
    db.init_app(app)
    migrate.init_app(app, db, directory=str(app.config["MIGRATIONS_DIR"]), compare_type=True)
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's own BEGIN below, not the driver's late one
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA secure_delete = ON")  # some builds of SQLite leave in free pages what was deleted
        cursor.execute("PRAGMA recursive_triggers = ON")  # without it REPLACE takes rows away and asks no trigger that refuses it
        cursor.execute("PRAGMA cache_size = -32768")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that writes takes its turn at once: upgrading a reader later could only fail.
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")


def check_first(app: Flask, check: Callable[[Session], None]) -> None:
    """Have `check` look at the database of `app` in its first transaction, and in each until it raises nothing."""
    app.extensions[_FIRST] = check


@contextmanager
def transaction() -> Iterator[Session]:
    """One command, all or nothing: commits when the block ends, rolls back when it raises.

    Only views and commands open one; services are handed its session and never commit.

    Raises:
        RuntimeError: a transaction is open already.
    """
    session = db.session()
    if session.info.get("in_transaction"):
        raise RuntimeError("a transaction is open already: pass its session on instead")
    session.rollback()  # ends the read that loaded the signed-in person
    session.info["in_transaction"] = True
    try:
        session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
        check = current_app.extensions.get(_FIRST)
        if check:
            check(session)
        yield session
        session.commit()
        current_app.extensions.pop(_FIRST, None)
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["in_transaction"] = False
