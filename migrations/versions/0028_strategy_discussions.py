"""The records of strategy discussions. What is agreed is never changed, and goes only with a file that is destroyed.

Revision ID: 0028
Revises: 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import Moment, json_type

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

AGREED = "an agreed record of a strategy discussion is never changed"
MAIN, CHILD = "strategy_discussion", "strategy_discussion_child"
ACTION, ADDENDUM = "strategy_discussion_action", "strategy_discussion_addendum"
# What refuses to delete steps aside while a file is destroyed.
UNLESS = "NOT EXISTS (SELECT 1 FROM destruction WHERE finished_at IS NULL)"
# table, name of the trigger, what it stops, on which rows
RULES = (
    (MAIN, "update", "UPDATE", "OLD.status = 'agreed'"),
    (MAIN, "delete", "DELETE", "OLD.status = 'agreed'"),
    (ACTION, "update", "UPDATE OF id, discussion_id, place, words, owner, due_on", None),
    (ACTION, "done", "UPDATE", "OLD.done_on IS NOT NULL"),
    (ACTION, "delete", "DELETE", None),
    (ADDENDUM, "update", "UPDATE", None),
    (ADDENDUM, "delete", "DELETE", None),
)
CHILDREN_OF_AGREED = (("insert", "NEW"), ("update", "OLD"), ("delete", "OLD"))


def upgrade() -> None:
    _records()
    _what_hangs_on_them()
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table, name, what, condition in RULES:
        start = f"CREATE TRIGGER {table}_refuse_{name} BEFORE {what} ON {table} FOR EACH ROW "
        if postgresql:
            when = f"WHEN ({condition}) " if condition else ""
            op.execute(f"{start}{when}EXECUTE FUNCTION {'refuse_unless_destroying' if what == 'DELETE' else 'refuse_change'}('{AGREED}')")
        else:
            conditions = [one for one in (condition, UNLESS if what == "DELETE" else None) if one]
            when = f"WHEN {' AND '.join(conditions)} " if conditions else ""
            op.execute(f"{start}{when}BEGIN SELECT RAISE(ABORT, '{AGREED}'); END")
    if postgresql:
        op.execute(
            "CREATE FUNCTION refuse_agreed_child() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF (TG_OP <> 'DELETE' OR {UNLESS}) AND EXISTS (SELECT 1 FROM {MAIN} WHERE status = 'agreed' AND id = CASE TG_OP WHEN 'INSERT' THEN NEW.discussion_id "
            f"ELSE OLD.discussion_id END) THEN RAISE EXCEPTION '{AGREED}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            "RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END; END $$"
        )
    for operation, row in CHILDREN_OF_AGREED:
        start = f"CREATE TRIGGER {CHILD}_refuse_{operation} BEFORE {operation.upper()} ON {CHILD} FOR EACH ROW "
        agreed = f"EXISTS (SELECT 1 FROM {MAIN} WHERE id = {row}.discussion_id AND status = 'agreed')"
        agreed += f" AND {UNLESS}" if operation == "delete" else ""
        op.execute(
            f"{start}EXECUTE FUNCTION refuse_agreed_child()"
            if postgresql
            else f"{start}WHEN {agreed} BEGIN SELECT RAISE(ABORT, '{AGREED}'); END"
        )


def _records() -> None:
    op.create_table(
        MAIN,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("held_at", Moment(), nullable=True),
        sa.Column("content", json_type(), nullable=False),
        sa.Column("override", sa.Text(), nullable=False),
        sa.Column("decision", sa.String(10), nullable=True),
        sa.Column("conference_due", sa.Date(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("agreed_by", sa.Uuid(), nullable=True),
        sa.Column("agreed_at", Moment(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("status IN ('draft', 'agreed')", name=op.f("ck_strategy_discussion_known_status")),
        sa.CheckConstraint(
            "status = 'draft' OR (held_at IS NOT NULL AND agreed_by IS NOT NULL AND agreed_at IS NOT NULL)",
            name=op.f("ck_strategy_discussion_agreed_whole"),
        ),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_strategy_discussion_referral_id_referral")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_strategy_discussion_created_by_account")),
        sa.ForeignKeyConstraint(["agreed_by"], ["account.id"], name=op.f("fk_strategy_discussion_agreed_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strategy_discussion")),
    )
    op.create_index(op.f("ix_strategy_discussion_referral_id_created_at"), MAIN, ["referral_id", "created_at"])


def _what_hangs_on_them() -> None:
    op.create_table(
        CHILD,
        sa.Column("discussion_id", sa.Uuid(), nullable=False),
        sa.Column("source_record_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["discussion_id"], [f"{MAIN}.id"], name=op.f(f"fk_{CHILD}_discussion_id_{MAIN}")),
        sa.ForeignKeyConstraint(["source_record_id"], ["source_record.id"], name=op.f(f"fk_{CHILD}_source_record_id_source_record")),
        sa.PrimaryKeyConstraint("discussion_id", "source_record_id", name=op.f(f"pk_{CHILD}")),
    )
    op.create_index(op.f(f"ix_{CHILD}_source_record_id"), CHILD, ["source_record_id"])
    op.create_table(
        ACTION,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("discussion_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(done_on IS NULL) = (done_by IS NULL)", name=op.f(f"ck_{ACTION}_done_by_somebody")),
        sa.ForeignKeyConstraint(["discussion_id"], [f"{MAIN}.id"], name=op.f(f"fk_{ACTION}_discussion_id_{MAIN}")),
        sa.ForeignKeyConstraint(["done_by"], ["account.id"], name=op.f(f"fk_{ACTION}_done_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{ACTION}")),
    )
    op.create_index(op.f(f"ix_{ACTION}_discussion_id_place"), ACTION, ["discussion_id", "place"], unique=True)
    op.create_table(
        ADDENDUM,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("discussion_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["discussion_id"], [f"{MAIN}.id"], name=op.f(f"fk_{ADDENDUM}_discussion_id_{MAIN}")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f(f"fk_{ADDENDUM}_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{ADDENDUM}")),
    )
    op.create_index(op.f(f"ix_{ADDENDUM}_discussion_id_at"), ADDENDUM, ["discussion_id", "at"])


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    children = ((CHILD, operation) for operation, _row in CHILDREN_OF_AGREED)
    for table, name in (*((table, name) for table, name, _what, _condition in RULES), *children):
        op.execute(f"DROP TRIGGER {table}_refuse_{name}" + (f" ON {table}" if postgresql else ""))
    if postgresql:
        op.execute("DROP FUNCTION refuse_agreed_child()")
    for table in (ADDENDUM, ACTION, CHILD, MAIN):
        op.drop_table(table)
