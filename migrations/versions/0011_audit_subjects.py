"""Finding audit rows by every person they are about, and by day.

The index by kind and subject goes: the new table answers what it was for.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLE = "audit_event_subject"
WORDS = "the audit is append-only"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["audit_event.seq"], name=op.f("fk_audit_event_subject_seq_audit_event")),
        sa.PrimaryKeyConstraint("subject_id", "seq", name=op.f("pk_audit_event_subject")),
        sqlite_with_rowid=False,
    )
    op.execute(f"INSERT INTO {TABLE} (subject_id, seq) SELECT subject_id, seq FROM audit_event WHERE subject_id IS NOT NULL")
    op.create_index(op.f("ix_audit_event_at"), "audit_event", ["at"])
    op.drop_index(op.f("ix_audit_event_subject_kind_subject_id"), table_name="audit_event")
    for operation in ("update", "delete"):
        start = f"CREATE TRIGGER {TABLE}_refuse_{operation} BEFORE {operation.upper()} ON {TABLE} FOR EACH ROW "
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"{start}EXECUTE FUNCTION refuse_change('{WORDS}')")
        else:
            op.execute(f"{start}BEGIN SELECT RAISE(ABORT, '{WORDS}'); END")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {TABLE}_refuse_truncate BEFORE TRUNCATE ON {TABLE} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('{WORDS}')"
        )


def downgrade() -> None:
    op.create_index(op.f("ix_audit_event_subject_kind_subject_id"), "audit_event", ["subject_kind", "subject_id"])
    op.drop_index(op.f("ix_audit_event_at"), table_name="audit_event")
    op.drop_table(TABLE)
