"""Restricted records, protected addresses and sealed events; who passes; emergencies; conflicts of interest; the roles of the hub.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import Moment, json_type

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OLD_ROLES = "role IN ('referrer', 'agency_lead', 'screener', 'manager', 'auditor')"
ROLES = (
    "role IN ('referrer', 'agency_lead', 'responder', 'screener', 'decision_maker', 'partner', 'chair', 'minute_taker', "
    "'manager', 'governance', 'auditor', 'administrator', 'machine')"
)
NEVER = "a restriction is never changed: it is reviewed or lifted"


def upgrade() -> None:
    _know_roles(OLD_ROLES, ROLES)
    op.create_table(
        "restriction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("address_id", sa.Uuid(), nullable=True),
        sa.Column("case_event_id", sa.Uuid(), nullable=True),
        sa.Column("instead", sa.Text(), nullable=True),
        sa.Column("placed_at", Moment(), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'address', 'event')", name=op.f("ck_restriction_known_kind")),
        sa.CheckConstraint("(kind = 'address') = (address_id IS NOT NULL)", name=op.f("ck_restriction_address_of_address")),
        sa.CheckConstraint("(kind = 'event') = (case_event_id IS NOT NULL)", name=op.f("ck_restriction_event_of_event")),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_restriction_address_id_address")),
        sa.ForeignKeyConstraint(["case_event_id"], ["case_event.id"], name=op.f("fk_restriction_case_event_id_case_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction")),
    )
    op.create_index(op.f("ix_restriction_address_id"), "restriction", ["address_id"])
    op.create_index(op.f("ix_restriction_case_event_id"), "restriction", ["case_event_id"])
    _anchors("restriction_record", "restriction", "restriction_id")
    op.create_table(
        "restriction_reader",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("restriction_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(40), nullable=True),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.CheckConstraint("(account_id IS NULL) <> (role IS NULL)", name=op.f("ck_restriction_reader_account_or_role")),
        sa.ForeignKeyConstraint(["restriction_id"], ["restriction.id"], name=op.f("fk_restriction_reader_restriction_id_restriction")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_restriction_reader_account_id_account")),
        sa.ForeignKeyConstraint(["added_by"], ["account.id"], name=op.f("fk_restriction_reader_added_by_account")),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name=op.f("fk_restriction_reader_ended_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction_reader")),
    )
    for column in ("restriction_id", "account_id"):
        op.create_index(op.f(f"ix_restriction_reader_{column}"), "restriction_reader", [column])
    op.create_table(
        "restriction_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("restriction_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("act IN ('placed', 'reviewed', 'lifted')", name=op.f("ck_restriction_step_known_act")),
        sa.ForeignKeyConstraint(["restriction_id"], ["restriction.id"], name=op.f("fk_restriction_step_restriction_id_restriction")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_restriction_step_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction_step")),
    )
    op.create_index(op.f("ix_restriction_step_restriction_id_place"), "restriction_step", ["restriction_id", "place"], unique=True)
    lifted = sa.text("act = 'lifted'")
    op.create_index(
        op.f("uq_restriction_step_lifted"), "restriction_step", ["restriction_id"], unique=True,
        sqlite_where=lifted, postgresql_where=lifted,
    )  # fmt: skip
    op.create_table(
        "break_glass",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("restriction_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("outcome", sa.String(20), nullable=True),
        sa.Column("outcome_reason", sa.Text(), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", Moment(), nullable=True),
        sa.CheckConstraint("outcome IN ('justified', 'not_justified', 'referred')", name=op.f("ck_break_glass_known_outcome")),
        sa.CheckConstraint("reviewed_by <> account_id", name=op.f("ck_break_glass_second_person")),
        sa.ForeignKeyConstraint(["restriction_id"], ["restriction.id"], name=op.f("fk_break_glass_restriction_id_restriction")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_break_glass_account_id_account")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["account.id"], name=op.f("fk_break_glass_reviewed_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
    )
    op.create_index(op.f("ix_break_glass_restriction_id"), "break_glass", ["restriction_id"])
    op.create_index(op.f("ix_break_glass_account_id_until"), "break_glass", ["account_id", "until"])
    waiting = sa.text("reviewed_at IS NULL")
    op.create_index(
        op.f("ix_break_glass_to_review"), "break_glass", ["opened_at"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_table(
        "conflict_of_interest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=True),
        sa.Column("noted_at", Moment(), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.CheckConstraint("kind IN ('declared', 'suspected')", name=op.f("ck_conflict_of_interest_known_kind")),
        sa.CheckConstraint("ended_by <> account_id", name=op.f("ck_conflict_of_interest_second_person")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_conflict_of_interest_account_id_account")),
        sa.ForeignKeyConstraint(["noted_by"], ["account.id"], name=op.f("fk_conflict_of_interest_noted_by_account")),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name=op.f("fk_conflict_of_interest_ended_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_of_interest")),
    )
    op.create_index(op.f("ix_conflict_of_interest_account_id_ended_at"), "conflict_of_interest", ["account_id", "ended_at"])
    _anchors("conflict_of_interest_record", "conflict_of_interest", "conflict_id")
    op.create_table(
        "access_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("by_account_id", sa.Uuid(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("read_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_access_notice_account_id_account")),
        sa.ForeignKeyConstraint(["by_account_id"], ["account.id"], name=op.f("fk_access_notice_by_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_notice")),
    )
    op.create_index(op.f("ix_access_notice_account_id_at"), "access_notice", ["account_id", "at"])
    op.create_table(
        "account_home",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("postcode", sa.String(10), nullable=False),
        sa.Column("told_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_home_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_home")),
    )
    op.create_index(op.f("ix_account_home_postcode"), "account_home", ["postcode"])
    op.create_table(
        "unusual_looking",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("facts", json_type(), nullable=False),
        sa.Column("found_at", Moment(), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=True),
        sa.Column("outcome_reason", sa.Text(), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", Moment(), nullable=True),
        sa.CheckConstraint("outcome IN ('justified', 'not_justified', 'referred')", name=op.f("ck_unusual_looking_known_outcome")),
        sa.CheckConstraint("reviewed_by <> account_id", name=op.f("ck_unusual_looking_second_person")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_unusual_looking_account_id_account")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["account.id"], name=op.f("fk_unusual_looking_reviewed_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unusual_looking")),
    )
    op.create_index(
        op.f("ix_unusual_looking_account_id_rule_day"), "unusual_looking", ["account_id", "rule", "day"], unique=True
    )
    for table in ("restriction", "restriction_record", "restriction_step"):
        for operation in ("update", "delete"):
            op.execute(_trigger(table, operation))


def _anchors(table: str, parent: str, column: str) -> None:
    op.create_table(
        table,
        sa.Column(column, sa.Uuid(), nullable=False),
        sa.Column("source_record_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}_{parent}")),
        sa.ForeignKeyConstraint(["source_record_id"], ["source_record.id"], name=op.f(f"fk_{table}_source_record_id_source_record")),
        sa.PrimaryKeyConstraint(column, "source_record_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_source_record_id"), table, ["source_record_id"])


def _trigger(table: str, operation: str) -> str:
    start = f"CREATE TRIGGER {table}_refuse_{operation} BEFORE {operation.upper()} ON {table} FOR EACH ROW "
    if op.get_bind().dialect.name == "postgresql":
        return f"{start}EXECUTE FUNCTION refuse_change('{NEVER}')"
    return f"{start}BEGIN SELECT RAISE(ABORT, '{NEVER}'); END"


def _know_roles(before: str, after: str) -> None:
    """Change which roles an account may have."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_account_known_role"), "account", type_="check")
        op.create_check_constraint(op.f("ck_account_known_role"), "account", after)
        return
    # A table that others refer to cannot be made anew while references are checked. SQLite's own way to change a check:
    # https://www.sqlite.org/lang_altertable.html#otheralter, the simpler procedure.
    number = connection.exec_driver_sql("PRAGMA schema_version").scalar()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'account'", (before, after)
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {int(number or 0) + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def downgrade() -> None:
    for table in (
        "unusual_looking", "account_home", "access_notice", "conflict_of_interest_record", "conflict_of_interest", "break_glass", "restriction_step", "restriction_reader",
        "restriction_record", "restriction",
    ):
        op.drop_table(table)
    # The roles are unknown before: whoever holds one cannot sign in until somebody gives them another.
    op.execute(
        sa.text("UPDATE account SET role = 'referrer', active = :no WHERE NOT (" + OLD_ROLES + ")").bindparams(no=False)
    )
    _know_roles(ROLES, OLD_ROLES)
