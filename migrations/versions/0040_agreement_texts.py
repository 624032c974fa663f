"""The text of each version of the agreement that somebody agreed to, and who agreed to which, when; neither is ever changed.

Revision ID: 0040
Revises: 0039
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import Moment

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

TEXT, GIVEN = "agreement_text", "agreement_given"
WORDS = "what somebody agreed to is never changed"


def upgrade() -> None:
    op.create_table(
        TEXT,
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kept_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f(f"pk_{TEXT}")),
    )
    op.create_table(
        GIVEN,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f(f"fk_{GIVEN}_account_id_account")),
        sa.ForeignKeyConstraint(["version"], [f"{TEXT}.version"], name=op.f(f"fk_{GIVEN}_version_{TEXT}")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{GIVEN}")),
    )
    op.create_index(op.f(f"ix_{GIVEN}_account_id_at"), GIVEN, ["account_id", "at"])
    for table in (TEXT, GIVEN):
        for what in ("update", "delete"):
            start = f"CREATE TRIGGER {table}_refuse_{what} BEFORE {what.upper()} ON {table} FOR EACH ROW "
            if op.get_bind().dialect.name == "postgresql":
                op.execute(f"{start}EXECUTE FUNCTION refuse_change('{WORDS}')")
            else:
                op.execute(f"{start}BEGIN SELECT RAISE(ABORT, '{WORDS}'); END")


def downgrade() -> None:
    for table in (GIVEN, TEXT):
        where = f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""
        for what in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_refuse_{what}{where}")
        op.drop_table(table)
