"""Sweeps for people who are known twice, the links they have covered, and the couples they found.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "sweep",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(length=3), nullable=False),
        sa.Column("matcher_version", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reached", sa.Uuid(), nullable=True),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("scope IN ('new', 'all')", name=op.f("ck_sweep_known_scope")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweep")),
    )
    op.create_index(
        op.f("uq_sweep_unfinished"), "sweep", ["scope"], unique=True,
        sqlite_where=sa.text("finished_at IS NULL"), postgresql_where=sa.text("finished_at IS NULL"),
    )  # fmt: skip
    op.create_index(op.f("ix_sweep_started_at"), "sweep", ["started_at"])
    op.create_table(
        "swept_link",
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_swept_link")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "probable_duplicate",
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("band", sa.String(length=10), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lines", JSON, nullable=False),
        sa.Column("matcher_version", sa.String(length=40), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sweep_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_probable_duplicate_once")),
        sa.ForeignKeyConstraint(["one_id"], ["person.id"], name=op.f("fk_probable_duplicate_one_id_person")),
        sa.ForeignKeyConstraint(["other_id"], ["person.id"], name=op.f("fk_probable_duplicate_other_id_person")),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweep.id"], name=op.f("fk_probable_duplicate_sweep_id_sweep")),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_probable_duplicate")),
    )
    for column in ("other_id", "sweep_id", "weight"):
        op.create_index(op.f(f"ix_probable_duplicate_{column}"), "probable_duplicate", [column])


def downgrade() -> None:
    for column in ("other_id", "sweep_id", "weight"):
        op.drop_index(op.f(f"ix_probable_duplicate_{column}"), table_name="probable_duplicate")
    op.drop_table("probable_duplicate")
    op.drop_table("swept_link")
    op.drop_index(op.f("ix_sweep_started_at"), table_name="sweep")
    op.drop_index(op.f("uq_sweep_unfinished"), table_name="sweep")
    op.drop_table("sweep")
