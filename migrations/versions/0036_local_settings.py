"""Versions of local settings, kept as they were proposed and as they were answered.

Revision ID: 0036
Revises: 0035
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import Moment

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

WAITING = sa.text("answer IS NULL")
PROPOSED = ("id", "setting", "number", "content_json", "based_on", "reason", "from_day", "proposed_by", "proposed_at")
CHANGED = " OR ".join(["OLD.answer IS NOT NULL", *(f"NEW.{name} <> OLD.{name}" for name in PROPOSED)])
RULES = (("update", CHANGED, "a version is never changed"), ("delete", None, "a version is never deleted"))


def upgrade() -> None:
    op.create_table(
        "local_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("setting", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_json", sa.Text(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("answer", sa.String(10), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=True),
        sa.Column("starts_at", Moment(), nullable=True),
        sa.CheckConstraint("answer IN ('approved', 'declined', 'withdrawn')", name=op.f("ck_local_version_known_answer")),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_by IS NULL) AND (answer IS NULL) = (answered_at IS NULL)",
            name=op.f("ck_local_version_answered_whole"),
        ),
        sa.CheckConstraint("answer = 'withdrawn' OR answered_by <> proposed_by", name=op.f("ck_local_version_second_person")),
        sa.CheckConstraint(
            "(answer IS NOT NULL AND answer = 'approved') = (starts_at IS NOT NULL)", name=op.f("ck_local_version_starts_when_approved")
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f("fk_local_version_proposed_by_account")),
        sa.ForeignKeyConstraint(["answered_by"], ["account.id"], name=op.f("fk_local_version_answered_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_version")),
        sa.UniqueConstraint("setting", "number", name=op.f("uq_local_version_setting_number")),
    )
    op.create_index(op.f("ix_local_version_setting_starts_at"), "local_version", ["setting", "starts_at"])
    op.create_index(
        "ix_local_version_waiting", "local_version", ["setting"], unique=True, sqlite_where=WAITING, postgresql_where=WAITING
    )
    for operation, condition, words in RULES:
        when = f"WHEN ({condition}) " if condition else ""
        start = f"CREATE TRIGGER local_version_refuse_{operation} BEFORE {operation.upper()} ON local_version FOR EACH ROW {when}"
        done = f"EXECUTE FUNCTION refuse_change('{words}')" if _postgresql() else f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        op.execute(start + done)


def downgrade() -> None:
    for operation, _condition, _words in reversed(RULES):
        op.execute(f"DROP TRIGGER local_version_refuse_{operation}" + (" ON local_version" if _postgresql() else ""))
    op.drop_index("ix_local_version_waiting", table_name="local_version", sqlite_where=WAITING, postgresql_where=WAITING)
    op.drop_index(op.f("ix_local_version_setting_starts_at"), table_name="local_version")
    op.drop_table("local_version")


def _postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
