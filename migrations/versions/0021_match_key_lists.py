"""Blocking keys of a record in one row on PostgreSQL, under an inverted index: less than half the room.

The keys that are there are carried over in both directions. SQLite keeps them as they are.

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# Without its settings the planner may prefer to read the whole table, since it knows nothing of how rare a key is.
HOLDERS = """
CREATE FUNCTION match_key_holders(wanted bigint[], most integer) RETURNS TABLE (key bigint, held text)
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET jit = off AS $$
BEGIN
    RETURN QUERY
    SELECT one.key, (
        SELECT string_agg(encode(uuid_send(holder.source_record_id), 'hex'), '')
        FROM (SELECT list.source_record_id FROM match_key_list AS list WHERE list.keys @> ARRAY[one.key] LIMIT most) AS holder
    )
    FROM unnest(wanted) AS one(key);
END
$$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.create_table(
        "match_key_list",
        sa.Column("source_record_id", sa.Uuid(), nullable=False),
        sa.Column("keys", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.PrimaryKeyConstraint("source_record_id", name=op.f("pk_match_key_list")),
    )
    op.execute("INSERT INTO match_key_list SELECT source_record_id, array_agg(key ORDER BY key) FROM match_key GROUP BY source_record_id")
    op.create_index(
        op.f("ix_match_key_list_keys"), "match_key_list", ["keys"], postgresql_using="gin", postgresql_with={"fastupdate": "off"}
    )
    op.drop_table("match_key")
    op.execute(HOLDERS)


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP FUNCTION match_key_holders(bigint[], integer)")
    op.create_table(
        "match_key",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source_record_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("key", "source_record_id", name=op.f("pk_match_key")),
    )
    op.execute("INSERT INTO match_key SELECT unnest(keys), source_record_id FROM match_key_list")
    op.drop_table("match_key_list")
