"""Finding what was stated lately of people outside each other's families, whatever the population.

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INDEX = "ix_relationship_outside_family"
WHERE = sa.text("kind IN ('alleged_perpetrator', 'alleged_victim_of', 'associate', 'missing_with', 'seen_with')")


def upgrade() -> None:
    op.create_index(INDEX, "relationship", ["stated_at"], sqlite_where=WHERE, postgresql_where=WHERE)


def downgrade() -> None:
    op.drop_index(INDEX, table_name="relationship")
