"""Requests for one's own data: what was found, what was decided of each part, and what was given.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import Moment

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# Sealed columns stay free to be turned to a newer key; nothing else of these rows is ever changed.
FIXED = {
    "subject_access_step": ("request_id", "place", "act", "reason", "account_id", "at"),
    "subject_access_item": ("request_id", "place", "kind", "day", "about_others", "fingerprint"),
    "subject_access_choice": ("item_id", "place", "choice", "exemption", "reason", "account_id", "at"),
    "subject_access_bundle": ("request_id", "number", "content_sha256", "made_by", "made_at"),
}
WORDS = "what was done with a request is never changed"


def upgrade() -> None:
    _table(
        "subject_access_request",
        sa.Column("reference", sa.String(12), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asker", sa.String(20), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("asker IN ('self', 'parent', 'representative')", name=op.f("ck_subject_access_request_known_asker")),
        sa.CheckConstraint(
            "status IN ('open', 'answered', 'refused', 'withdrawn')", name=op.f("ck_subject_access_request_known_status")
        ),
        sa.UniqueConstraint("reference", name=op.f("uq_subject_access_request_reference")),
        keys={"person_id": "person", "opened_by": "account"},
    )
    op.create_index(op.f("ix_subject_access_request_person_id"), "subject_access_request", ["person_id"])
    op.create_index(op.f("ix_subject_access_request_status_due_on"), "subject_access_request", ["status", "due_on"])
    _table(
        "subject_access_step",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint(
            "act IN ('opened', 'gathered', 'extended', 'answered', 'refused', 'withdrawn')", name=op.f("ck_subject_access_step_known_act")
        ),
        sa.UniqueConstraint("request_id", "place", name=op.f("uq_subject_access_step_request_id_place")),
        keys={"request_id": "subject_access_request", "account_id": "account"},
    )
    _table(
        "subject_access_item",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("about_others", sa.Boolean(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("request_id", "place", name=op.f("uq_subject_access_item_request_id_place")),
        sa.UniqueConstraint("request_id", "fingerprint", name=op.f("uq_subject_access_item_request_id_fingerprint")),
        keys={"request_id": "subject_access_request"},
    )
    _table(
        "subject_access_choice",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(10), nullable=False),
        sa.Column("exemption", sa.String(20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("phrases_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("choice IN ('disclose', 'redact', 'withhold')", name=op.f("ck_subject_access_choice_known_choice")),
        sa.UniqueConstraint("item_id", "place", name=op.f("uq_subject_access_choice_item_id_place")),
        keys={"item_id": "subject_access_item", "account_id": "account"},
    )
    _table(
        "subject_access_bundle",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.UniqueConstraint("request_id", "number", name=op.f("uq_subject_access_bundle_request_id_number")),
        keys={"request_id": "subject_access_request", "made_by": "account"},
    )
    for table, columns in FIXED.items():
        _refuse(table, "update", f"UPDATE OF {', '.join(columns)}")
        _refuse(table, "delete", "DELETE")


def downgrade() -> None:
    for table in reversed(FIXED):
        for operation in ("update", "delete"):
            where = f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""
            op.execute(f"DROP TRIGGER {table}_refuse_{operation}{where}")
    for table in ("subject_access_bundle", "subject_access_choice", "subject_access_item", "subject_access_step"):
        op.drop_table(table)
    op.drop_index(op.f("ix_subject_access_request_status_due_on"), table_name="subject_access_request")
    op.drop_index(op.f("ix_subject_access_request_person_id"), table_name="subject_access_request")
    op.drop_table("subject_access_request")


def _table(name: str, *columns: sa.schema.SchemaItem, keys: dict[str, str]) -> None:
    """A table with an id, and foreign keys to the ids of others."""
    op.create_table(
        name, sa.Column("id", sa.Uuid(), nullable=False), *columns,
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{name}_{column}_{other}"))
            for column, other in keys.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )  # fmt: skip


def _refuse(table: str, operation: str, what: str) -> None:
    start = f"CREATE TRIGGER {table}_refuse_{operation} BEFORE {what} ON {table} FOR EACH ROW "
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"{start}EXECUTE FUNCTION refuse_change('{WORDS}')")
    else:
        op.execute(f"{start}BEGIN SELECT RAISE(ABORT, '{WORDS}'); END")
