"""What people do about a flag, step by step; where each child stands on the list; protective factors.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import Moment, json_type

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FLAG_COLUMNS = (
    ("gaps", json_type()),
    ("due_at", Moment()),
    ("waiting_since", Moment()),
    ("closed_reason", sa.String(20)),
    ("closed_words", sa.Text()),
    ("changed_at", Moment()),
)


def upgrade() -> None:
    for name, kind in FLAG_COLUMNS:
        op.add_column("flag", sa.Column(name, kind, nullable=True))
    # SQLite takes a reference with the column or not at all; PostgreSQL understands the same words.
    account_key = "UUID" if op.get_bind().dialect.name == "postgresql" else "CHAR(32)"
    op.execute(
        f"ALTER TABLE flag ADD COLUMN owner_id {account_key} CONSTRAINT fk_flag_owner_id_account REFERENCES account (id)"
    )
    op.create_table(
        "flag_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("to_account_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint(
            "act IN ('acknowledged', 'owned', 'released', 'answered', 'confirmed', 'sent_back')",
            name=op.f("ck_flag_step_known_act"),
        ),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_flag_step_flag_id_flag")),
        sa.ForeignKeyConstraint(["to_account_id"], ["account.id"], name=op.f("fk_flag_step_to_account_id_account")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_flag_step_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_step")),
    )
    op.create_index(op.f("ix_flag_step_flag_id_place"), "flag_step", ["flag_id", "place"], unique=True)
    for operation in ("update", "delete"):
        op.execute(_trigger("flag_step", operation, "what was done about a flag is never changed"))
    op.create_table(
        "risk_standing",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("family", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("reds", sa.Integer(), nullable=False),
        sa.Column("ambers", sa.Integer(), nullable=False),
        sa.Column("groups", sa.Integer(), nullable=False),
        sa.Column("newest_red", sa.Date(), nullable=True),
        sa.Column("last_seen", sa.Date(), nullable=True),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("unborn", sa.Boolean(), nullable=False),
        sa.Column("outward", sa.String(5), nullable=True),
        sa.CheckConstraint("level IN ('same_day', '72_hours', 'single')", name=op.f("ck_risk_standing_known_level")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_risk_standing_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_risk_standing")),
    )
    op.create_index(op.f("ix_risk_standing_level"), "risk_standing", ["level"])
    op.create_table(
        "risk_standing_agency",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_risk_standing_agency_person_id_person")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_risk_standing_agency_agency_id_agency")),
        sa.PrimaryKeyConstraint("person_id", "agency_id", name=op.f("pk_risk_standing_agency")),
    )
    op.create_index(op.f("ix_risk_standing_agency_agency_id"), "risk_standing_agency", ["agency_id"])
    op.create_table(
        "protective_factor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_record_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_record_id"], ["source_record.id"], name=op.f("fk_protective_factor_source_record_id_source_record")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_protective_factor_account_id_account")),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name=op.f("fk_protective_factor_ended_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protective_factor")),
    )
    op.create_index(op.f("ix_protective_factor_source_record_id"), "protective_factor", ["source_record_id"])


def _trigger(table: str, operation: str, words: str) -> str:
    start = f"CREATE TRIGGER {table}_refuse_{operation} BEFORE {operation.upper()} ON {table} FOR EACH ROW "
    if op.get_bind().dialect.name == "postgresql":
        return f"{start}EXECUTE FUNCTION refuse_change('{words}')"
    return f"{start}BEGIN SELECT RAISE(ABORT, '{words}'); END"


def downgrade() -> None:
    for table in ("protective_factor", "risk_standing_agency", "risk_standing", "flag_step"):
        op.drop_table(table)
    # By statement: a batch would copy the table, and lose its partial index on the way.
    for name in ("owner_id", *(name for name, _kind in reversed(FLAG_COLUMNS))):
        op.execute(f"ALTER TABLE flag DROP COLUMN {name}")
