"""Find what waits and what changed since yesterday by index, however many flags and proposals were answered before.

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_flag_raised_at"), "flag", ["raised_at"])
    op.create_index(op.f("ix_flag_status_status_at"), "flag", ["status", "status_at"])
    waiting = sa.text("answered_at IS NULL")
    op.create_index("ix_match_proposal_waiting", "match_proposal", ["source_record_id"], sqlite_where=waiting, postgresql_where=waiting)


def downgrade() -> None:
    op.drop_index("ix_match_proposal_waiting", "match_proposal")
    op.drop_index(op.f("ix_flag_status_status_at"), "flag")
    op.drop_index(op.f("ix_flag_raised_at"), "flag")
