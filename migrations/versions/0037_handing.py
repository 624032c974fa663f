"""Files handed over by a link to a named recipient, and emails about something that a room above writes.

Revision ID: 0037
Revises: 0036
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import Moment

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("purpose_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("code_sha256", sa.String(64), nullable=True),
        sa.Column("password_sha256", sa.String(64), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind IN ('summary', 'bundle')", name=op.f("ck_handing_known_kind")),
        sa.CheckConstraint("(account_id IS NULL) = (email_sealed IS NOT NULL)", name=op.f("ck_handing_one_recipient")),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_handing_revoked_by_somebody")),
        sa.CheckConstraint("opened_at IS NULL OR revoked_at IS NULL", name=op.f("ck_handing_opened_or_revoked")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_handing_account_id_account")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_handing_made_by_account")),
        sa.ForeignKeyConstraint(["revoked_by"], ["account.id"], name=op.f("fk_handing_revoked_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handing")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_handing_code_sha256")),
    )
    op.create_index(op.f("ix_handing_document_id_made_at"), "handing", ["document_id", "made_at"])
    op.create_index(op.f("ix_handing_about_id"), "handing", ["about_id"])
    op.add_column("mail", sa.Column("about_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM mail WHERE about_id IS NOT NULL")
    op.drop_column("mail", "about_id")
    op.drop_table("handing")
