"""What agencies state of people besides who they are: that they died, and how they are reached; and remarks on every kind of entry.

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import Moment

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLE, WORDS = "person_statement", "what was stated of a person is never changed"
REMARK, REMARK_WORDS = "chronology_remark", "a remark on a chronology is never changed"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_record_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("value", sa.String(254), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("stated_at", Moment(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind IN ('died', 'alive', 'email')", name=op.f("ck_person_statement_known_kind")),
        sa.CheckConstraint("(kind = 'email') = (value IS NOT NULL)", name=op.f("ck_person_statement_valued")),
        sa.CheckConstraint("day IS NULL OR kind = 'died'", name=op.f("ck_person_statement_dated")),
        sa.ForeignKeyConstraint(["source_record_id"], ["source_record.id"], name=op.f("fk_person_statement_source_record_id_source_record")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_person_statement_agency_id_agency")),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_person_statement_recorded_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_statement")),
    )
    op.create_index(op.f("ix_person_statement_source_record_id"), TABLE, ["source_record_id"])
    given = sa.text("value IS NOT NULL")
    op.create_index("ix_person_statement_value", TABLE, ["value"], sqlite_where=given, postgresql_where=given)
    _keep(TABLE, WORDS)
    _let_go(REMARK)
    with op.batch_alter_table(REMARK) as table:
        table.alter_column("case_event_id", existing_type=sa.Uuid(), nullable=True)
        table.add_column(sa.Column("entry_kind", sa.String(10), nullable=True))
        table.add_column(sa.Column("entry_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("source_record_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_chronology_remark_source_record_id_source_record"), "source_record", ["source_record_id"], ["id"]
        )
        table.create_check_constraint(
            op.f("ck_chronology_remark_one_entry"),
            "(case_event_id IS NULL) = (entry_id IS NOT NULL) AND (entry_id IS NULL) = (entry_kind IS NULL) "
            "AND (entry_id IS NULL) = (source_record_id IS NULL)",
        )
    op.create_index(op.f("ix_chronology_remark_entry_id"), REMARK, ["entry_id"])
    op.create_index(op.f("ix_chronology_remark_source_record_id"), REMARK, ["source_record_id"])
    _keep(REMARK, REMARK_WORDS)


def downgrade() -> None:
    _let_go(REMARK)
    op.drop_index(op.f("ix_chronology_remark_source_record_id"), REMARK)
    op.drop_index(op.f("ix_chronology_remark_entry_id"), REMARK)
    op.execute("DELETE FROM chronology_remark WHERE case_event_id IS NULL")
    with op.batch_alter_table(REMARK) as table:
        table.drop_constraint(op.f("ck_chronology_remark_one_entry"), type_="check")
        table.drop_constraint(op.f("fk_chronology_remark_source_record_id_source_record"), type_="foreignkey")
        table.drop_column("source_record_id")
        table.drop_column("entry_id")
        table.drop_column("entry_kind")
        table.alter_column("case_event_id", existing_type=sa.Uuid(), nullable=False)
    _keep(REMARK, REMARK_WORDS)
    _let_go(TABLE)
    op.drop_table(TABLE)


def _keep(table: str, words: str) -> None:
    for operation in ("update", "delete"):
        start = f"CREATE TRIGGER {table}_refuse_{operation} BEFORE {operation.upper()} ON {table} FOR EACH ROW "
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"{start}EXECUTE FUNCTION refuse_change('{words}')")
        else:
            op.execute(f"{start}BEGIN SELECT RAISE(ABORT, '{words}'); END")


def _let_go(table: str) -> None:
    on = f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""
    for operation in ("delete", "update"):
        op.execute(f"DROP TRIGGER {table}_refuse_{operation}{on}")
