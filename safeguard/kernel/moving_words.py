"""Moving the words of tables under the keys of records, and back again: what migrations share. Rows go by pages, by their id."""

from __future__ import annotations

import json
import os
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.record_key import as_text, open_with, seal_with, unwrapped_key, wrapped_key
from safeguard.kernel.sealed import place_of, ring

_PAGE = 500
_KEYS = sa.table("record_key", sa.column("id", sa.Uuid()), sa.column("kind", sa.String()), sa.column("wrapped", sa.LargeBinary()))
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """Columns in clear, by their types, that go together into the sealed column `into`.

    One text column is sealed as it is. Several are sealed as an object of them (`whole`), with `empty` standing for an answer
    that is NULL; a JSON column as the object that it holds (`flat`). `needed`: the sealed column, and going back the clear ones,
    are NOT NULL; `nullable` names those that are not.
    """

    into: str
    columns: Mapping[str, Any]
    whole: bool = False
    flat: bool = False
    needed: bool = True
    empty: Mapping[str, Any] = field(default_factory=dict)
    nullable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table whose words are moved. `key` is the id of each row's key, in SQL; where there is none yet it is made as a `kind`.

    `keyed`: the table gets a column `key_id` of it. `beside` says what else is set from what a row says in clear. `ids`: its primary
    key. `only`: which rows say anything, in SQL, where an empty text stands for nothing said; the others stay NULL and need no key.
    """

    name: str
    key: str
    kind: str
    words: tuple[Words, ...]
    keyed: bool = True
    beside: Callable[[Row], Mapping[str, Any]] | None = None
    ids: tuple[str, ...] = ("id",)
    only: str = ""


def seal(tables: Sequence[SealedTable]) -> None:
    """Move the words of these tables under keys and take their columns away."""
    for table in tables:
        renamed = {name: words.into for words in table.words for name in words.columns}
        triggers = _take_triggers(table.name)
        for words in table.words:
            _add(table.name, sa.Column(words.into, sa.LargeBinary(), nullable=not words.needed), _nothing())
        if table.keyed:
            _add_key(table)
        _make_keys(table)
        keys: dict[uuid.UUID, bytes] = {}
        for page in _pages(table, [*renamed], "key_id" if table.keyed else table.key, table.only):
            _store(table, [_sealed(table, row, _key_of(row["of"], keys)) for row in page])
        for name in renamed:
            op.drop_column(table.name, name)
        _put_triggers(triggers, renamed)


def unseal(tables: Sequence[SealedTable], *, forget: Sequence[str] = ()) -> None:
    """Open the words of these tables again. `forget`: the kinds of key that nothing hangs on any more."""
    for table in reversed(tables):
        renamed = {words.into: ", ".join(words.columns) for words in table.words}
        triggers = _take_triggers(table.name)
        for words in table.words:
            for name, kind in words.columns.items():
                needed = (words.needed or bool(table.only)) and name not in words.nullable
                _add(table.name, sa.Column(name, kind, nullable=not needed), _blank(kind))
        keys: dict[uuid.UUID, bytes] = {}
        said = f"{table.words[0].into} IS NOT NULL" if table.only else ""
        for page in _pages(table, [*renamed], "key_id" if table.keyed else table.key, said):
            _store(table, [_opened(table, row, _key_of(row["of"], keys)) for row in page])
        for name in (*renamed, *(["key_id"] if table.keyed else [])):
            op.drop_column(table.name, name)
        _put_triggers(triggers, renamed)
    op.execute(_KEYS.delete().where(_KEYS.c.kind.in_(forget)))


def _sealed(table: SealedTable, row: Row, key: bytes) -> dict[str, Any]:
    values: dict[str, Any] = {**{name: row[name] for name in table.ids}, **(table.beside(row) if table.beside else {})}
    for words in table.words:
        said = {name: words.empty.get(name) if row[name] is None else row[name] for name in words.columns}
        one: Any = said if words.whole else next(iter(said.values()))
        text = as_text(one) if words.whole or words.flat else one
        values[words.into] = None if text is None else seal_with(key, text.encode(), place_of(table.name, words.into, _place(table, row)))
    return values


def _opened(table: SealedTable, row: Row, key: bytes) -> dict[str, Any]:
    values: dict[str, Any] = {name: row[name] for name in table.ids}
    for words in table.words:
        kept = row[words.into]
        text = None if kept is None else open_with(key, bytes(kept), place_of(table.name, words.into, _place(table, row))).decode()
        read: Any = json.loads(text) if text is not None and (words.whole or words.flat) else text
        values.update(read if words.whole and read is not None else dict.fromkeys(words.columns, read))
    return values


def _place(table: SealedTable, row: Row) -> str:
    return ":".join(str(row[name]) for name in table.ids)


def _pages(table: SealedTable, columns: Sequence[str], key: str, only: str) -> Iterator[Sequence[Row]]:
    kinds = {name: kind for words in table.words for name, kind in {**words.columns, words.into: sa.LargeBinary()}.items()}
    rows = sa.table(table.name, *(sa.column(name, sa.Uuid()) for name in table.ids), *(sa.column(name, kinds[name]) for name in columns))
    ids = [rows.c[name] for name in table.ids]
    of = sa.literal_column(f"({key})", sa.Uuid()).label("of")
    query = sa.select(*ids, of, *(rows.c[name] for name in columns)).order_by(*ids).limit(_PAGE)
    if only:
        query = query.where(sa.text(only))
    last: list[Any] = []
    while True:
        after = sa.tuple_(*ids) > sa.tuple_(*(sa.literal(one, sa.Uuid()) for one in last)) if last else sa.true()
        page = op.get_bind().execute(query.where(after)).mappings().all()
        if not page:
            return
        yield [dict(row) for row in page]
        last = [page[-1][name] for name in table.ids]


def _store(table: SealedTable, values: Sequence[dict[str, Any]]) -> None:
    """Set the columns of each row that its values name besides its ids."""
    kinds = {one["name"]: one["type"] for one in sa.inspect(op.get_bind()).get_columns(table.name)}
    names = [one for one in values[0] if one not in table.ids]
    rows = sa.table(table.name, *(sa.column(one, sa.Uuid()) for one in table.ids), *(sa.column(one, kinds[one]) for one in names))
    here = [rows.c[one] == sa.bindparam(f"of_{one}") for one in table.ids]
    change = rows.update().where(*here).values({one: sa.bindparam(f"to_{one}") for one in names})
    prefix = {one: f"of_{one}" if one in table.ids else f"to_{one}" for one in values[0]}
    op.get_bind().execute(change, [{prefix[key]: value for key, value in one.items()} for one in values])


def _key_of(record_id: uuid.UUID, known: dict[uuid.UUID, bytes]) -> bytes:
    if record_id not in known:
        if len(known) >= _PAGE:
            known.clear()
        wrapped = op.get_bind().execute(sa.select(_KEYS.c.wrapped).where(_KEYS.c.id == record_id)).scalar_one()
        known[record_id] = unwrapped_key(ring(), record_id, bytes(wrapped))
    return known[record_id]


def _make_keys(table: SealedTable) -> None:
    """A key for every row that hangs on none yet."""
    of = sa.literal_column("key_id" if table.keyed else f"({table.key})", sa.Uuid()).label("of")
    rows = sa.select(of).select_from(sa.table(table.name)).where(sa.text(table.only) if table.only else sa.true())
    there = rows.distinct().subquery()
    missing = sa.select(there.c.of).where(there.c.of.not_in(sa.select(_KEYS.c.id)))
    found = op.get_bind().execute(missing).scalars().all()
    made = [{"id": one, "kind": table.kind, "wrapped": wrapped_key(ring(), one, os.urandom(32))} for one in found]
    for start in range(0, len(made), _PAGE):
        op.bulk_insert(_KEYS, made[start : start + _PAGE])


def _add_key(table: SealedTable) -> None:
    op.add_column(table.name, sa.Column("key_id", sa.Uuid(), nullable=_postgresql(), server_default=None if _postgresql() else ""))
    rows = sa.table(table.name, sa.column("key_id", sa.Uuid()))
    op.execute(rows.update().values(key_id=sa.literal_column(f"({table.key})")))
    if _postgresql():
        op.alter_column(table.name, "key_id", nullable=False)


def _add(table: str, column: sa.Column[Any], blank: Any) -> None:
    """Add a column. A default is for the rows that are there: PostgreSQL forgets it again, SQLite cannot."""
    if not column.nullable:
        column.server_default = sa.DefaultClause(blank)
    op.add_column(table, column)
    if _postgresql() and not column.nullable:
        op.alter_column(table, column.name, server_default=None)


def _blank(kind: Any) -> Any:
    return sa.text("'{}'") if isinstance(kind, sa.JSON) else sa.text("''")


def _nothing() -> Any:
    return sa.text("''" if _postgresql() else "x''")


def _postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def _take_triggers(table: str) -> list[str]:
    """Drop the triggers that refuse updates of a table; how each was made."""
    if _postgresql():
        found = op.get_bind().execute(
            sa.text(
                "SELECT t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                "WHERE NOT t.tgisinternal AND c.relname = :name"
            ),
            {"name": table},
        ).all()  # fmt: skip
    else:
        found = op.get_bind().execute(
            sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name"), {"name": table}
        ).all()  # fmt: skip
    refusing = [(name, made) for name, made in found if " BEFORE UPDATE " in made]
    for name, _made in refusing:
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if _postgresql() else ""))
    return [made for _name, made in refusing]


def _put_triggers(made: Sequence[str], renamed: Mapping[str, str]) -> None:
    """Make them again, watching the columns that stand where the others stood."""
    for one in made:
        watched = re.match(r"(.* BEFORE UPDATE OF )(.*?)( ON .*)", one, re.DOTALL)
        statement = one
        if watched:
            columns = [renamed.get(name.strip(), name.strip()) for name in watched[2].split(",")]
            statement = watched[1] + ", ".join(dict.fromkeys(columns)) + watched[3]
        op.execute(sa.text(statement.replace(":", r"\:")))
