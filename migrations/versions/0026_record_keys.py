"""Seal what a referral says, what was added to it and what was made of it, under a key of the referral's own.

Going down opens everything again; what a destroyed key sealed stays unreadable, and an empty text stands in its place.

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import json_type
from safeguard.kernel.record_key import fingerprint_with, open_with, seal_with, unwrapped_key, wrapped_key
from safeguard.kernel.sealed import place_of, ring
from safeguard.referrals.draft_document import children_named

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

PAGE = 500
DANGER = sa.text("immediate_danger")
SAID = "a submitted referral is never changed"
ADDED = "what was added to a referral is never changed"
FIXED = "id, referral_id, kind, {words}, fingerprint, agency_id, account_id, at"
_KEY = sa.table("record_key", sa.column("id", sa.Uuid()), sa.column("kind", sa.String()), sa.column("wrapped", sa.LargeBinary()))
_REFERRAL = sa.table(
    "referral", sa.column("id", sa.Uuid()), sa.column("document", json_type()), sa.column("document_sealed", sa.LargeBinary()),
    sa.column("children_sealed", sa.LargeBinary()), sa.column("immediate_danger", sa.Boolean()),
)  # fmt: skip
_ADDENDUM = sa.table(
    "addendum", sa.column("id", sa.Uuid()), sa.column("referral_id", sa.Uuid()), sa.column("kind", sa.String()),
    sa.column("words", sa.Text()), sa.column("told_by", sa.String(200)), sa.column("words_sealed", sa.LargeBinary()),
    sa.column("told_by_sealed", sa.LargeBinary()), sa.column("fingerprint", sa.String()),
)  # fmt: skip
_SUMMARY = sa.table(
    "case_summary", sa.column("id", sa.Uuid()), sa.column("referral_id", sa.Uuid()), sa.column("content", json_type()),
    sa.column("content_sealed", sa.LargeBinary()),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "record_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_key")),
    )
    _drop_triggers()
    _add("referral", sa.Column("document_sealed", sa.LargeBinary(), nullable=False, server_default=_nothing()))
    _add("referral", sa.Column("children_sealed", sa.LargeBinary(), nullable=False, server_default=_nothing()))
    _add("referral", sa.Column("immediate_danger", sa.Boolean(), nullable=False, server_default=sa.false()))
    _add("addendum", sa.Column("words_sealed", sa.LargeBinary(), nullable=False, server_default=_nothing()))
    op.add_column("addendum", sa.Column("told_by_sealed", sa.LargeBinary(), nullable=True))
    _add("case_summary", sa.Column("content_sealed", sa.LargeBinary(), nullable=False, server_default=_nothing()))
    for row in _rows(_REFERRAL):
        key = os.urandom(32)
        op.execute(_KEY.insert().values(id=row["id"], kind="referral", wrapped=wrapped_key(ring(), row["id"], key)))
        said = row["document"]
        _set(
            _REFERRAL, row,
            document_sealed=_sealed(key, "referral", "document_sealed", row, _written(said)),
            children_sealed=_sealed(key, "referral", "children_sealed", row, children_named(said)),
            immediate_danger=said.get("immediate_danger") == "yes",
        )  # fmt: skip
    for row in _rows(_ADDENDUM):
        key = _key_of(row["referral_id"])
        _set(
            _ADDENDUM, row,
            words_sealed=_sealed(key, "addendum", "words_sealed", row, row["words"]),
            told_by_sealed=row["told_by"] and _sealed(key, "addendum", "told_by_sealed", row, row["told_by"]),
            fingerprint=fingerprint_with(key, "\n".join((row["kind"], row["told_by"] or "", row["words"]))),
        )  # fmt: skip
    for row in _rows(_SUMMARY):
        content = _sealed(_key_of(row["referral_id"]), "case_summary", "content_sealed", row, _written(row["content"]))
        _set(_SUMMARY, row, content_sealed=content)
    for table, column in (("referral", "document"), ("addendum", "words"), ("addendum", "told_by"), ("case_summary", "content")):
        op.drop_column(table, column)
    op.create_index("ix_referral_danger", "referral", ["submitted_at"], sqlite_where=DANGER, postgresql_where=DANGER)
    _make_triggers("words_sealed, told_by_sealed")


def downgrade() -> None:
    op.drop_index("ix_referral_danger", table_name="referral", sqlite_where=DANGER, postgresql_where=DANGER)
    _drop_triggers()
    _add("referral", sa.Column("document", json_type(), nullable=False, server_default=sa.text("'{}'")))
    _add("addendum", sa.Column("words", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("addendum", sa.Column("told_by", sa.String(200), nullable=True))
    _add("case_summary", sa.Column("content", json_type(), nullable=False, server_default=sa.text("'{}'")))
    keys = _keys()
    for row in _rows(_REFERRAL):
        if row["id"] in keys:
            _set(_REFERRAL, row, document=json.loads(_opened(keys[row["id"]], "referral", "document_sealed", row)))
    for row in _rows(_ADDENDUM):
        if row["referral_id"] in keys:
            key = keys[row["referral_id"]]
            words = _opened(key, "addendum", "words_sealed", row)
            told_by = row["told_by_sealed"] and _opened(key, "addendum", "told_by_sealed", row)
            digest = hashlib.sha256("\n".join((row["kind"], told_by or "", words)).encode()).hexdigest()
            _set(_ADDENDUM, row, words=words, told_by=told_by, fingerprint=digest)
    for row in _rows(_SUMMARY):
        if row["referral_id"] in keys:
            _set(_SUMMARY, row, content=json.loads(_opened(keys[row["referral_id"]], "case_summary", "content_sealed", row)))
    for table, column in (
        ("referral", "document_sealed"), ("referral", "children_sealed"), ("referral", "immediate_danger"), ("addendum", "words_sealed"),
        ("addendum", "told_by_sealed"), ("case_summary", "content_sealed"),
    ):  # fmt: skip
        op.drop_column(table, column)
    op.drop_table("record_key")
    _make_triggers("words, told_by")


def _postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def _nothing() -> Any:
    return sa.text("''" if _postgresql() else "x''")


def _add(table: str, column: sa.Column[Any]) -> None:
    """Add a column that is never empty. The default is for the rows that are there: PostgreSQL forgets it again, SQLite cannot."""
    op.add_column(table, column)
    if _postgresql():
        op.alter_column(table, column.name, server_default=None)


def _rows(table: sa.TableClause) -> Iterator[Mapping[str, Any]]:
    """Every row, a page at a time by id."""
    last: uuid.UUID | None = None
    there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table.name)}
    while True:
        query = sa.select(*(one for one in table.c if one.name in there)).order_by(table.c.id).limit(PAGE)
        page = op.get_bind().execute(query.where(table.c.id > last) if last else query).mappings().all()
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1]["id"]


def _set(table: sa.TableClause, row: Mapping[str, Any], **values: Any) -> None:
    op.execute(table.update().where(table.c.id == row["id"]).values(**values))


def _written(said: Any) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _sealed(key: bytes, table: str, column: str, row: Mapping[str, Any], words: str) -> bytes:
    return seal_with(key, words.encode(), place_of(table, column, row["id"]))


def _opened(key: bytes, table: str, column: str, row: Mapping[str, Any]) -> str:
    return open_with(key, bytes(row[column]), place_of(table, column, row["id"])).decode()


def _key_of(record_id: uuid.UUID) -> bytes:
    wrapped = op.get_bind().execute(sa.select(_KEY.c.wrapped).where(_KEY.c.id == record_id)).scalar_one()
    return unwrapped_key(ring(), record_id, bytes(wrapped))


def _keys() -> dict[uuid.UUID, bytes]:
    return {row.id: unwrapped_key(ring(), row.id, bytes(row.wrapped)) for row in op.get_bind().execute(sa.select(_KEY))}


def _drop_triggers() -> None:
    for name, table in (("referral_refuse_update", "referral"), ("addendum_refuse_update", "addendum")):
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if _postgresql() else ""))


def _make_triggers(words: str) -> None:
    for start, refusal in (
        ("CREATE TRIGGER referral_refuse_update BEFORE UPDATE ON referral FOR EACH ROW WHEN (OLD.status = 'submitted') ", SAID),
        (f"CREATE TRIGGER addendum_refuse_update BEFORE UPDATE OF {FIXED.format(words=words)} ON addendum FOR EACH ROW ", ADDED),
    ):
        done = f"EXECUTE FUNCTION refuse_change('{refusal}')" if _postgresql() else f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        op.execute(start + done)
