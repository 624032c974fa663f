"""Entries of population registers, and an index to find who else is said to have an NHS number.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "register_entry",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("register", sa.String(length=40), nullable=False),
        sa.Column("local_id", sa.String(length=60), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("source_record_id", sa.Uuid(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_register_entry_agency_id_agency")),
        sa.ForeignKeyConstraint(["source_record_id"], ["source_record.id"], name=op.f("fk_register_entry_source_record_id_source_record")),
        sa.PrimaryKeyConstraint("agency_id", "register", "local_id", name=op.f("pk_register_entry")),
        sa.UniqueConstraint("source_record_id", name=op.f("uq_register_entry_source_record_id")),
    )
    stated = sa.text("nhs_number IS NOT NULL")
    op.create_index(
        op.f("ix_source_record_nhs_number"), "source_record", ["nhs_number"], sqlite_where=stated, postgresql_where=stated
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_source_record_nhs_number"), table_name="source_record")
    op.drop_table("register_entry")
