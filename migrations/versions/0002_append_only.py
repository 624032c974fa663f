"""Triggers that refuse to change what was said: audit rows, source records, submitted referrals.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# table, operation, condition on OLD (SQL understood by both databases), what a person is told
RULES = (
    ("audit_event", "update", None, "the audit is append-only"),
    ("audit_event", "delete", None, "the audit is append-only"),
    ("source_record", "update", None, "a source record is never changed"),
    ("referral", "update", "OLD.status = 'submitted'", "a submitted referral is never changed"),
    ("referral", "delete", "OLD.status = 'submitted'", "a submitted referral is never deleted"),
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_event_refuse_truncate BEFORE TRUNCATE ON audit_event "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('the audit is append-only')"
        )
    for table, operation, condition, words in RULES:
        op.execute(_trigger(table, operation, condition, words))


def _trigger(table: str, operation: str, condition: str | None, words: str) -> str:
    when = f"WHEN ({condition}) " if condition else ""
    start = f"CREATE TRIGGER {table}_refuse_{operation} BEFORE {operation.upper()} ON {table} FOR EACH ROW {when}"
    if op.get_bind().dialect.name == "postgresql":
        return f"{start}EXECUTE FUNCTION refuse_change('{words}')"
    return f"{start}BEGIN SELECT RAISE(ABORT, '{words}'); END"


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table, operation, _condition, _words in reversed(RULES):
        op.execute(f"DROP TRIGGER {table}_refuse_{operation}" + (f" ON {table}" if postgresql else ""))
    if postgresql:
        op.execute("DROP TRIGGER audit_event_refuse_truncate ON audit_event")
        op.execute("DROP FUNCTION refuse_change()")
