"""Searches for known people, kept for minutes; and an index for each fact that is looked up without a name.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
LOOKED_UP = ("birth_date", "phone", "postcode")


def upgrade() -> None:
    op.create_table(
        "person_search",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("typed", sa.String(length=200), nullable=False),
        sa.Column("broad", sa.Boolean(), nullable=False),
        sa.Column("problems", JSON, nullable=False),
        sa.Column("found", JSON, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_person_search_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_search")),
    )
    op.create_index(op.f("ix_person_search_asked_at"), "person_search", ["asked_at"])
    for column in LOOKED_UP:
        op.create_index(op.f(f"ix_source_record_{column}"), "source_record", [column])


def downgrade() -> None:
    for column in LOOKED_UP:
        op.drop_index(op.f(f"ix_source_record_{column}"), table_name="source_record")
    op.drop_index(op.f("ix_person_search_asked_at"), table_name="person_search")
    op.drop_table("person_search")
