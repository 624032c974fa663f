"""Seal why referrals were rated and decided as they were, what agencies answered, and the records of strategy discussions.

Each text goes under the key of the referral that it hangs on, as what the referral says does. Going down opens them again.

Revision ID: 0033
Revises: 0032
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import json_type
from safeguard.kernel.record_key import open_with, seal_with, unwrapped_key
from safeguard.kernel.sealed import place_of, ring

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

PAGE = 500
# Each table, the column that leads to its referral ("of": through another table), and its texts: whether each must be there.
TEXTS: dict[str, tuple[str, dict[str, bool]]] = {
    "rating": ("", {"rationale": True}),
    "decision": ("", {"rationale": True, "override_reason": False, "feedback": False, "feedback_withheld_reason": False}),
    "agency_check_answer": ("check_id agency_check", {"words": True, "told_by": False}),
    "strategy_discussion": ("", {"content": True}),
    "strategy_discussion_action": ("discussion_id strategy_discussion", {"words": True}),
    "strategy_discussion_addendum": ("discussion_id strategy_discussion", {"words": True}),
}
ANSWERED = "what an agency was asked and answered is never changed"
AGREED = "an agreed record of a strategy discussion is never changed"
# Triggers that refuse an update: table, name, the columns it watches, on which rows, and what it says.
REFUSING = (
    ("agency_check_answer", "update", "", "", ANSWERED),
    ("strategy_discussion", "update", "", "OLD.status = 'agreed'", AGREED),
    ("strategy_discussion_action", "update", " OF id, discussion_id, place, {words}, owner, due_on", "", AGREED),
    ("strategy_discussion_action", "done", "", "OLD.done_on IS NOT NULL", AGREED),
    ("strategy_discussion_addendum", "update", "", "", AGREED),
)


def upgrade() -> None:
    _drop_triggers()
    keys: dict[uuid.UUID, bytes] = {}
    for name, (through, texts) in TEXTS.items():
        for column, needed in texts.items():
            _add(name, sa.Column(f"{column}_sealed", sa.LargeBinary(), nullable=not needed, server_default=_nothing() if needed else None))
        for row in _rows(name, through, [*texts]):
            key = _key_of(row["of"], keys)
            said = {column: row[column] for column in texts if row[column] is not None}
            _set(name, row, {f"{column}_sealed": _sealed(key, name, column, row, words) for column, words in said.items()})
        for column in texts:
            op.drop_column(name, column)
    _make_triggers("words_sealed")


def downgrade() -> None:
    _drop_triggers()
    keys: dict[uuid.UUID, bytes] = {}
    for name, (through, texts) in TEXTS.items():
        for column, needed in texts.items():
            empty = sa.text("'{}'" if column == "content" else "''") if needed else None
            _add(name, sa.Column(column, _kind(name, column), nullable=not needed, server_default=empty))
        for row in _rows(name, through, [f"{column}_sealed" for column in texts]):
            key = _key_of(row["of"], keys)
            there = [column for column in texts if row[f"{column}_sealed"] is not None]
            _set(name, row, {column: _opened(key, name, column, row) for column in there})
        for column in texts:
            op.drop_column(name, f"{column}_sealed")
    _make_triggers("words")


def _kind(table: str, column: str) -> Any:
    return json_type() if column == "content" else sa.String(200) if column == "told_by" else sa.Text()


def _postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def _nothing() -> Any:
    return sa.text("''" if _postgresql() else "x''")


def _add(table: str, column: sa.Column[Any]) -> None:
    """Add a column. A default is for the rows that are there: PostgreSQL forgets it again, SQLite cannot."""
    op.add_column(table, column)
    if _postgresql() and column.server_default is not None:
        op.alter_column(table, column.name, server_default=None)


def _rows(name: str, through: str, columns: list[str]) -> Iterator[Mapping[str, Any]]:
    """Every row with the referral it is of, a page at a time by id."""
    kinds = {one: sa.LargeBinary() if one.endswith("_sealed") else _kind(name, one) for one in columns}
    leads, _space, other = through.partition(" ")
    table = sa.table(
        name, sa.column("id", sa.Uuid()), sa.column(leads or "referral_id", sa.Uuid()), *(sa.column(one, kinds[one]) for one in columns)
    )
    query = sa.select(table.c.id, *(table.c[one] for one in columns)).order_by(table.c.id).limit(PAGE)
    if other:
        parent = sa.table(other, sa.column("id", sa.Uuid()), sa.column("referral_id", sa.Uuid()))
        query = query.add_columns(parent.c.referral_id.label("of")).join(parent, parent.c.id == table.c[leads])
    else:
        query = query.add_columns(table.c.referral_id.label("of"))
    last: uuid.UUID | None = None
    while True:
        page = op.get_bind().execute(query.where(table.c.id > last) if last else query).mappings().all()
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1]["id"]


def _set(name: str, row: Mapping[str, Any], values: dict[str, Any]) -> None:
    kinds = {one: sa.LargeBinary() if one.endswith("_sealed") else _kind(name, one) for one in values}
    table = sa.table(name, sa.column("id", sa.Uuid()), *(sa.column(one, kinds[one]) for one in values))
    op.execute(table.update().where(table.c.id == row["id"]).values(**values))


def _sealed(key: bytes, table: str, column: str, row: Mapping[str, Any], said: Any) -> bytes:
    words = json.dumps(said, ensure_ascii=False, separators=(",", ":")) if column == "content" else said
    return seal_with(key, words.encode(), place_of(table, f"{column}_sealed", row["id"]))


def _opened(key: bytes, table: str, column: str, row: Mapping[str, Any]) -> Any:
    words = open_with(key, bytes(row[f"{column}_sealed"]), place_of(table, f"{column}_sealed", row["id"])).decode()
    return json.loads(words) if column == "content" else words


def _key_of(record_id: uuid.UUID, known: dict[uuid.UUID, bytes]) -> bytes:
    if record_id not in known:
        keys = sa.table("record_key", sa.column("id", sa.Uuid()), sa.column("wrapped", sa.LargeBinary()))
        wrapped = op.get_bind().execute(sa.select(keys.c.wrapped).where(keys.c.id == record_id)).scalar_one()
        if len(known) >= PAGE:
            known.clear()
        known[record_id] = unwrapped_key(ring(), record_id, bytes(wrapped))
    return known[record_id]


def _drop_triggers() -> None:
    for table, name, *_more in REFUSING:
        op.execute(f"DROP TRIGGER {table}_refuse_{name}" + (f" ON {table}" if _postgresql() else ""))


def _make_triggers(words: str) -> None:
    for table, name, watched, condition, said in REFUSING:
        start = f"CREATE TRIGGER {table}_refuse_{name} BEFORE UPDATE{watched.format(words=words)} ON {table} FOR EACH ROW "
        when = f"WHEN ({condition}) " if condition else ""
        done = f"EXECUTE FUNCTION refuse_change('{said}')" if _postgresql() else f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
        op.execute(start + when + done)
