"""Structured facts on events, corrections that supersede, marks that join events, and the status of a link.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("relationship") as table:
        table.add_column(sa.Column("status", sa.String(length=12), nullable=False, server_default="stated"))
    op.execute("UPDATE relationship SET status = 'alleged' WHERE kind = 'alleged_perpetrator'")
    with op.batch_alter_table("case_event") as table:
        table.add_column(sa.Column("facts", JSON, nullable=False, server_default=sa.text("'{}'")))
        table.add_column(sa.Column("recorded_by", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("supersedes_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_case_event_recorded_by_account"), "account", ["recorded_by"], ["id"])
        table.create_foreign_key(op.f("fk_case_event_supersedes_id_case_event"), "case_event", ["supersedes_id"], ["id"])
        table.create_unique_constraint(op.f("uq_case_event_supersedes_id"), ["supersedes_id"])
    op.create_table(
        "event_mark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_event_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("mark", sa.String(length=80), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["case_event_id"], ["case_event.id"], name=op.f("fk_event_mark_case_event_id_case_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_mark")),
    )
    op.create_index(op.f("ix_event_mark_case_event_id"), "event_mark", ["case_event_id"])
    op.create_index(op.f("ix_event_mark_kind_mark"), "event_mark", ["kind", "mark"])
    words = "an event is never changed: record a correction"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER case_event_refuse_update BEFORE UPDATE ON case_event "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_change('{words}')"
        )
    else:
        op.execute(
            "CREATE TRIGGER case_event_refuse_update BEFORE UPDATE ON case_event FOR EACH ROW "
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        )


def downgrade() -> None:
    on = " ON case_event" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER case_event_refuse_update{on}")
    op.drop_table("event_mark")
    with op.batch_alter_table("case_event") as table:
        table.drop_constraint(op.f("uq_case_event_supersedes_id"), type_="unique")
        table.drop_constraint(op.f("fk_case_event_supersedes_id_case_event"), type_="foreignkey")
        table.drop_constraint(op.f("fk_case_event_recorded_by_account"), type_="foreignkey")
        table.drop_column("supersedes_id")
        table.drop_column("recorded_by")
        table.drop_column("facts")
    with op.batch_alter_table("relationship") as table:
        table.drop_column("status")
