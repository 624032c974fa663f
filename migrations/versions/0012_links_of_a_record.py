"""Finding all links of a record by index, the earlier ones too: it is asked at every submission.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INDEX = "ix_person_link_source_record_id"


def upgrade() -> None:
    op.create_index(op.f(INDEX), "person_link", ["source_record_id"])


def downgrade() -> None:
    op.drop_index(op.f(INDEX), table_name="person_link")
