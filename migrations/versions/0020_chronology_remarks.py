"""What people at the desk make of events, beside the events and never in their place.

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import Moment

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLE, WORDS = "chronology_remark", "a remark on a chronology is never changed"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_event_id", sa.Uuid(), nullable=False),
        sa.Column("significance", sa.String(20), nullable=False),
        sa.Column("analysis", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint(
            "significance IN ('significant', 'not_significant', 'not_said')", name=op.f("ck_chronology_remark_known_significance")
        ),
        sa.ForeignKeyConstraint(["case_event_id"], ["case_event.id"], name=op.f("fk_chronology_remark_case_event_id_case_event")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_chronology_remark_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chronology_remark")),
    )
    op.create_index(op.f("ix_chronology_remark_case_event_id_at"), TABLE, ["case_event_id", "at"])
    for operation in ("update", "delete"):
        start = f"CREATE TRIGGER {TABLE}_refuse_{operation} BEFORE {operation.upper()} ON {TABLE} FOR EACH ROW "
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"{start}EXECUTE FUNCTION refuse_change('{WORDS}')")
        else:
            op.execute(f"{start}BEGIN SELECT RAISE(ABORT, '{WORDS}'); END")


def downgrade() -> None:
    on = f" ON {TABLE}" if op.get_bind().dialect.name == "postgresql" else ""
    for operation in ("delete", "update"):
        op.execute(f"DROP TRIGGER {TABLE}_refuse_{operation}{on}")
    op.drop_table(TABLE)
