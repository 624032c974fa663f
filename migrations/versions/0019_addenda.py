"""What is told after a referral was sent.

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import Moment

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

WORDS = "what was added to a referral is never changed"
FIXED = "id, referral_id, kind, words, told_by, fingerprint, agency_id, account_id, at"
UNREAD = sa.text("read_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "addendum",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("told_by", sa.String(200), nullable=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("read_by", sa.Uuid(), nullable=True),
        sa.Column("read_at", Moment(), nullable=True),
        sa.CheckConstraint("kind IN ('information', 'correction')", name=op.f("ck_addendum_known_kind")),
        sa.CheckConstraint("(read_by IS NULL) = (read_at IS NULL)", name=op.f("ck_addendum_read_by_somebody")),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_addendum_referral_id_referral")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_addendum_agency_id_agency")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_addendum_account_id_account")),
        sa.ForeignKeyConstraint(["read_by"], ["account.id"], name=op.f("fk_addendum_read_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addendum")),
        sa.UniqueConstraint(
            "referral_id", "account_id", "fingerprint", name=op.f("uq_addendum_referral_id_account_id_fingerprint")
        ),
    )
    op.create_index(op.f("ix_addendum_referral_id"), "addendum", ["referral_id"])
    op.create_index("ix_addendum_unread", "addendum", ["at"], sqlite_where=UNREAD, postgresql_where=UNREAD)
    for operation, what in (("update", f"UPDATE OF {FIXED}"), ("delete", "DELETE")):
        start = f"CREATE TRIGGER addendum_refuse_{operation} BEFORE {what} ON addendum FOR EACH ROW "
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"{start}EXECUTE FUNCTION refuse_change('{WORDS}')")
        else:
            op.execute(f"{start}BEGIN SELECT RAISE(ABORT, '{WORDS}'); END")


def downgrade() -> None:
    for operation in ("update", "delete"):
        where = " ON addendum" if op.get_bind().dialect.name == "postgresql" else ""
        op.execute(f"DROP TRIGGER addendum_refuse_{operation}{where}")
    op.drop_index("ix_addendum_unread", table_name="addendum", sqlite_where=UNREAD, postgresql_where=UNREAD)
    op.drop_index(op.f("ix_addendum_referral_id"), table_name="addendum")
    op.drop_table("addendum")
