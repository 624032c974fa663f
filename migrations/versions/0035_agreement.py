"""Which text an account's owner agreed to before they worked here.

Revision ID: 0035
Revises: 0034
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("agreed", sa.String(16), nullable=True))


def downgrade() -> None:
    op.drop_column("account", "agreed")
