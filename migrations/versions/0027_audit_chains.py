"""Let the audit have several chains beside each other, so that writers on PostgreSQL do not wait for each other's disk.

The rows that are there stay chain 0 as they are. On PostgreSQL new ones go on chains that start where it ended.
Going down is refused while rows stand in them: an audit is never taken apart.

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

COUNTED = sa.text("place IS NOT NULL")


def upgrade() -> None:
    op.add_column("audit_event", sa.Column("chain", sa.SmallInteger(), nullable=False, server_default=sa.text("0")))
    op.add_column("audit_event", sa.Column("place", sa.BigInteger(), nullable=True))
    op.create_index(
        "uq_audit_event_place", "audit_event", ["chain", "place"], unique=True, sqlite_where=COUNTED, postgresql_where=COUNTED
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE SEQUENCE audit_event_number AS bigint")
        op.execute("SELECT setval('audit_event_number', 1 + coalesce((SELECT max(seq) FROM audit_event), 0), false)")


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT 1 FROM audit_event WHERE chain > 0 LIMIT 1")).scalar():
        raise RuntimeError("the audit has rows in several chains, which an older version cannot read: restore a copy instead")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SEQUENCE audit_event_number")
    op.drop_index("uq_audit_event_place", table_name="audit_event", sqlite_where=COUNTED, postgresql_where=COUNTED)
    op.drop_column("audit_event", "place")
    op.drop_column("audit_event", "chain")
