"""Writing tables anew, so that nothing lies any more in pages that a database has marked as free.

What was changed or deleted stays in the files of a database until its place is used again: words that stood in clear before a
migration sealed them, and what was destroyed at the end of a file.
"""

from __future__ import annotations

from sqlalchemy import Engine, inspect

from safeguard.kernel.record_key import UNDER_RECORD_KEYS
from safeguard.kernel.sealed import SEALED


class StillRead(RuntimeError):
    """Somebody reads the SQLite file: what lies in its journal could not be taken away."""


def tables_with_sealed_words() -> list[str]:
    """The tables in which words are sealed, that may have stood in clear before."""
    return sorted({kind.__tablename__ for kind, _column in (*UNDER_RECORD_KEYS, *SEALED)})


def write_anew(engine: Engine, *, everything: bool) -> int:
    """Write tables anew on PostgreSQL, each locked meanwhile, or the whole file on SQLite; how many tables it were.

    Args:
        everything: every table, as after the end of files, and not only those with sealed words. SQLite always writes all.

    Raises:
        StillRead: on SQLite, while another process reads.
    """
    there = inspect(engine).get_table_names()
    if engine.dialect.name == "sqlite":
        _sqlite(engine)
        return len(there)
    names = [one for one in there if everything or one in tables_with_sealed_words()]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        quote = connection.dialect.identifier_preparer.quote
        for name in names:
            connection.exec_driver_sql(f"VACUUM FULL {quote(name)}")
    return len(names)


def _sqlite(engine: Engine) -> None:
    """On the driver's own connection: the engine's would begin a transaction, in which SQLite refuses this."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (busy, _pages, _moved) = cursor.fetchall()[0]
        cursor.close()
    finally:
        raw.close()
    if busy:
        raise StillRead
