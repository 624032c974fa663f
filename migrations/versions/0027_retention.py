"""Retention: the schedule, legal holds, files under review, certificates. Rows that are never deleted go with a file that is destroyed.

A trigger that refuses to delete what was said steps aside while a certificate stands unfinished, which none does outside the
transaction that destroys. The audit is never deleted from.

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import Moment, json_type

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

UNLESS = "WHEN NOT EXISTS (SELECT 1 FROM destruction WHERE finished_at IS NULL) "
AUDIT = ("audit_event", "audit_event_subject")
UNFINISHED = sa.text("finished_at IS NULL")
# table, operation, condition on OLD, words
RULES = (
    ("retention_rule", "update", None, "an adopted rule is never changed"),
    ("retention_rule", "delete", None, "an adopted rule is never deleted"),
    ("destruction", "update", "OLD.finished_at IS NOT NULL", "a certificate is never changed"),
    ("destruction", "delete", None, "a certificate is never deleted"),
)


def upgrade() -> None:
    op.create_table(
        "retention_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("class_code", sa.String(20), nullable=False),
        sa.Column("trigger", sa.String(20), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint(
            "\"trigger\" IN ('birth', 'closed', 'last_contact', 'death')", name=op.f("ck_retention_rule_known_trigger")
        ),
        sa.CheckConstraint("years BETWEEN 1 AND 120", name=op.f("ck_retention_rule_sensible")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_retention_rule_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rule")),
    )
    op.create_index(op.f("ix_retention_rule_class_code"), "retention_rule", ["class_code"])
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("everybody", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("placed_at", Moment(), nullable=False),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", Moment(), nullable=True),
        sa.Column("lifted_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name=op.f("ck_legal_hold_lifted_by_somebody")),
        sa.ForeignKeyConstraint(["placed_by"], ["account.id"], name=op.f("fk_legal_hold_placed_by_account")),
        sa.ForeignKeyConstraint(["lifted_by"], ["account.id"], name=op.f("fk_legal_hold_lifted_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_table(
        "legal_hold_record",
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("source_record_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["hold_id"], ["legal_hold.id"], name=op.f("fk_legal_hold_record_hold_id_legal_hold")),
        sa.ForeignKeyConstraint(
            ["source_record_id"], ["source_record.id"], name=op.f("fk_legal_hold_record_source_record_id_source_record")
        ),
        sa.PrimaryKeyConstraint("hold_id", "source_record_id", name=op.f("pk_legal_hold_record")),
    )
    op.create_index(op.f("ix_legal_hold_record_source_record_id"), "legal_hold_record", ["source_record_id"])
    _create_reviews()
    _create_certificates()
    for table, operation, condition, words in RULES:
        _refuse(table, operation, condition, words)
    _step_aside()


def _create_reviews() -> None:
    op.create_table(
        "retention_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("class_code", sa.String(20), nullable=False),
        sa.Column("rule", sa.String(200), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("found_at", Moment(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", Moment(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=True),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("status IN ('waiting', 'asked', 'kept', 'destroyed')", name=op.f("ck_retention_review_known_status")),
        sa.CheckConstraint("answered_by <> asked_by", name=op.f("ck_retention_review_second_person")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_retention_review_asked_by_account")),
        sa.ForeignKeyConstraint(["answered_by"], ["account.id"], name=op.f("fk_retention_review_answered_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_review")),
    )
    op.create_index(op.f("ix_retention_review_status_ended_on"), "retention_review", ["status", "ended_on"])
    op.create_table(
        "retention_review_person",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["retention_review.id"], name=op.f("fk_retention_review_person_review_id_retention_review")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_retention_review_person_person_id_person")),
        sa.PrimaryKeyConstraint("review_id", "person_id", name=op.f("pk_retention_review_person")),
    )
    op.create_index(op.f("ix_retention_review_person_person_id"), "retention_review_person", ["person_id"])


def _create_certificates() -> None:
    op.create_table(
        "destruction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("class_code", sa.String(20), nullable=False),
        sa.Column("rule", sa.String(200), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("counts", json_type(), nullable=False),
        sa.CheckConstraint("confirmed_by <> asked_by", name=op.f("ck_destruction_second_person")),
        sa.ForeignKeyConstraint(["review_id"], ["retention_review.id"], name=op.f("fk_destruction_review_id_retention_review")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_destruction_asked_by_account")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name=op.f("fk_destruction_confirmed_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destruction")),
        sa.UniqueConstraint("review_id", name=op.f("uq_destruction_review_id")),
    )
    op.create_index(
        "ix_destruction_unfinished", "destruction", ["started_at"], sqlite_where=UNFINISHED, postgresql_where=UNFINISHED
    )


def downgrade() -> None:
    for table, operation, _condition, _words in reversed(RULES):
        op.execute(f"DROP TRIGGER {table}_refuse_{operation}" + (f" ON {table}" if _postgresql() else ""))
    _stand_firm()
    op.drop_index("ix_destruction_unfinished", table_name="destruction", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED)
    op.drop_table("destruction")
    op.drop_table("retention_review_person")
    op.drop_table("retention_review")
    op.drop_table("legal_hold_record")
    op.drop_table("legal_hold")
    op.drop_table("retention_rule")


def _postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def _refuse(table: str, operation: str, condition: str | None, words: str) -> None:
    when = f"WHEN ({condition}) " if condition else ""
    start = f"CREATE TRIGGER {table}_refuse_{operation} BEFORE {operation.upper()} ON {table} FOR EACH ROW {when}"
    done = f"EXECUTE FUNCTION refuse_change('{words}')" if _postgresql() else f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
    op.execute(start + done)


def _deletions() -> list[tuple[str, str, str]]:
    """Each trigger that refuses to delete what a file holds: its name, its table and how it was made."""
    own = {table for table, *_rest in RULES} | set(AUDIT)
    if _postgresql():
        found = op.get_bind().execute(
            sa.text(
                "SELECT t.tgname, c.relname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                "WHERE NOT t.tgisinternal AND t.tgname LIKE '%refuse_delete'"
            )
        )
    else:
        found = op.get_bind().execute(
            sa.text("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%refuse_delete'")
        )
    return [(name, table, made) for name, table, made in found if table not in own]


def _step_aside() -> None:
    if _postgresql():
        op.execute(
            "CREATE FUNCTION refuse_unless_destroying() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF EXISTS (SELECT 1 FROM destruction WHERE finished_at IS NULL) THEN RETURN OLD; END IF; "
            "RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for name, table, made in _deletions():
        if _postgresql():
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(made.replace("refuse_change(", "refuse_unless_destroying("))
        else:
            op.execute(f"DROP TRIGGER {name}")
            before, found, rest = made.partition("BEGIN SELECT RAISE")
            also = before.replace("WHEN (", f"{UNLESS}AND (") if "WHEN (" in before else before + UNLESS
            op.execute(also + found + rest)


def _stand_firm() -> None:
    for name, table, made in _deletions():
        if _postgresql():
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(made.replace("refuse_unless_destroying(", "refuse_change("))
        else:
            op.execute(f"DROP TRIGGER {name}")
            op.execute(made.replace(f"{UNLESS}AND (", "WHEN (").replace(UNLESS, ""))
    if _postgresql():
        op.execute("DROP FUNCTION refuse_unless_destroying()")
