"""Find accounts by name in small letters by index.

Revision ID: 0030
Revises: 0029
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_account_lower_name", "account", [sa.text("lower(name)")])


def downgrade() -> None:
    op.drop_index("ix_account_lower_name", table_name="account")
