"""Whose a referral is, from when to when, who said so and why.

Revision ID: 0039
Revises: 0038
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import Moment

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "allocation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("end_reason_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_allocation_ended_by_somebody")),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_allocation_referral_id_referral")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_allocation_account_id_account")),
        sa.ForeignKeyConstraint(["given_by"], ["account.id"], name=op.f("fk_allocation_given_by_account")),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name=op.f("fk_allocation_ended_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
    )
    current = sa.text("ended_at IS NULL")
    op.create_index("uq_allocation_current", "allocation", ["referral_id"], unique=True, sqlite_where=current, postgresql_where=current)
    op.create_index(op.f("ix_allocation_referral_id_at"), "allocation", ["referral_id", "at"])
    op.create_index(op.f("ix_allocation_account_id_ended_at"), "allocation", ["account_id", "ended_at"])


def downgrade() -> None:
    op.drop_table("allocation")
