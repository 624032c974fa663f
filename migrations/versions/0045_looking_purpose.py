"""For what people open a file, as they said before it opened.

Revision ID: 0045
Revises: 0044
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import Moment

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "looking_purpose",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("said_at", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.CheckConstraint("(person_id IS NULL) <> (referral_id IS NULL)", name=op.f("ck_looking_purpose_one_file")),
        sa.CheckConstraint(
            "purpose IN ('contact', 'case', 'strategy', 'quality', 'rights', 'other')", name=op.f("ck_looking_purpose_known_purpose")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_looking_purpose_account_id_account")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_looking_purpose_person_id_person")),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_looking_purpose_referral_id_referral")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looking_purpose")),
    )
    op.create_index(op.f("ix_looking_purpose_account_id_until"), "looking_purpose", ["account_id", "until"])
    op.create_index(op.f("ix_looking_purpose_person_id"), "looking_purpose", ["person_id"])
    op.create_index(op.f("ix_looking_purpose_referral_id"), "looking_purpose", ["referral_id"])


def downgrade() -> None:
    op.execute("DELETE FROM record_key WHERE kind = 'purpose'")
    op.drop_table("looking_purpose")
