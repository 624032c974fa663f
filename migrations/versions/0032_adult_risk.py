"""Find what is recorded of adults by index, so that what is due for review can be listed.

Revision ID: 0032
Revises: 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_case_event_adult", "case_event", ["known_on"],
        sqlite_where=sa.text("json_extract(facts, '$.adult_history') IS NOT NULL"),
        postgresql_where=sa.text("jsonb_exists(facts, 'adult_history')"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_case_event_adult", "case_event")
