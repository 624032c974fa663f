"""Drafts of the risk policy that were tried, and the policies that were adopted.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import Moment, json_type

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_trial",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("compared_with", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("gathered_to", sa.Uuid(), nullable=True),
        sa.Column("gathered", sa.Boolean(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_policy_trial_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_trial")),
    )
    op.create_table(
        "policy_trial_child",
        sa.Column("trial_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("read", sa.Boolean(), nullable=False),
        sa.Column("found", json_type(), nullable=True),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["policy_trial.id"], name=op.f("fk_policy_trial_child_trial_id_policy_trial")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_policy_trial_child_person_id_person")),
        sa.PrimaryKeyConstraint("trial_id", "person_id", name=op.f("pk_policy_trial_child")),
    )
    op.create_index(op.f("ix_policy_trial_child_trial_id_read"), "policy_trial_child", ["trial_id", "read"])
    op.create_table(
        "policy_adoption",
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("trial_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["trial_id"], ["policy_trial.id"], name=op.f("fk_policy_adoption_trial_id_policy_trial")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_policy_adoption_account_id_account")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_policy_adoption")),
    )
    for operation in ("update", "delete"):
        op.execute(_trigger("policy_adoption", operation, "an adopted policy is never changed"))


def _trigger(table: str, operation: str, words: str) -> str:
    start = f"CREATE TRIGGER {table}_refuse_{operation} BEFORE {operation.upper()} ON {table} FOR EACH ROW "
    if op.get_bind().dialect.name == "postgresql":
        return f"{start}EXECUTE FUNCTION refuse_change('{words}')"
    return f"{start}BEGIN SELECT RAISE(ABORT, '{words}'); END"


def downgrade() -> None:
    for table in ("policy_adoption", "policy_trial_child", "policy_trial"):
        op.drop_table(table)
