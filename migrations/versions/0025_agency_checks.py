"""What agencies were asked about the people of a case, and what they answered.

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import Moment, json_type

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

WORDS = "what an agency was asked and answered is never changed"
FIXED = (
    "id, referral_id, agency_id, question, purpose, basis, family_told, fingerprint, rating, clock_version, asked_by, asked_at, "
    "half_at, due_at"
)
OPEN = sa.text("closed_at IS NULL")
# What may never be updated of each table.
KEPT = {
    "agency_check": f"UPDATE OF {FIXED}",
    "agency_check_person": "UPDATE",
    "agency_check_step": "UPDATE",
    "agency_check_answer": "UPDATE",
    "agency_check_fact": "UPDATE",
}


def upgrade() -> None:
    _checks()
    _people_and_steps()
    _answers()
    for table, changed in KEPT.items():
        for operation, what in (("update", changed), ("delete", "DELETE")):
            start = f"CREATE TRIGGER {table}_refuse_{operation} BEFORE {what} ON {table} FOR EACH ROW "
            if op.get_bind().dialect.name == "postgresql":
                op.execute(f"{start}EXECUTE FUNCTION refuse_change('{WORDS}')")
            else:
                op.execute(f"{start}BEGIN SELECT RAISE(ABORT, '{WORDS}'); END")


def _checks() -> None:
    op.create_table(
        "agency_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("basis", sa.String(20), nullable=False),
        sa.Column("family_told", sa.String(10), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("rating", sa.String(6), nullable=True),
        sa.Column("clock_version", sa.String(40), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("half_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("closed_as", sa.String(10), nullable=True),
        sa.CheckConstraint("closed_as IN ('answered', 'withdrawn')", name=op.f("ck_agency_check_known_end")),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_as IS NULL)", name=op.f("ck_agency_check_ended_somehow")),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_agency_check_referral_id_referral")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_agency_check_agency_id_agency")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_agency_check_asked_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_check")),
    )
    op.create_index(op.f("ix_agency_check_referral_id"), "agency_check", ["referral_id"])
    op.create_index(op.f("ix_agency_check_agency_id_asked_at"), "agency_check", ["agency_id", "asked_at"])
    op.create_index("ix_agency_check_open", "agency_check", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN)


def _people_and_steps() -> None:
    op.create_table(
        "agency_check_person",
        sa.Column("check_id", sa.Uuid(), nullable=False),
        sa.Column("source_record_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("told", json_type(), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["agency_check.id"], name=op.f("fk_agency_check_person_check_id_agency_check")),
        sa.ForeignKeyConstraint(
            ["source_record_id"], ["source_record.id"], name=op.f("fk_agency_check_person_source_record_id_source_record")
        ),
        sa.PrimaryKeyConstraint("check_id", "source_record_id", name=op.f("pk_agency_check_person")),
    )
    op.create_index(op.f("ix_agency_check_person_source_record_id"), "agency_check_person", ["source_record_id"])
    op.create_table(
        "agency_check_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("check_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("act IN ('opened', 'chased', 'withdrawn')", name=op.f("ck_agency_check_step_known_act")),
        sa.ForeignKeyConstraint(["check_id"], ["agency_check.id"], name=op.f("fk_agency_check_step_check_id_agency_check")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_agency_check_step_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_check_step")),
    )
    op.create_index(op.f("ix_agency_check_step_check_id_at"), "agency_check_step", ["check_id", "at"])


def _answers() -> None:
    op.create_table(
        "agency_check_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("check_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(15), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("refusal", sa.String(20), nullable=True),
        sa.Column("sharing", sa.String(10), nullable=False),
        sa.Column("told_by", sa.String(200), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('nothing_known', 'known', 'speak_to_us', 'refused')", name=op.f("ck_agency_check_answer_known_outcome")
        ),
        sa.CheckConstraint("sharing IN ('mash', 'strategy', 'referrer')", name=op.f("ck_agency_check_answer_known_sharing")),
        sa.CheckConstraint("(outcome = 'refused') = (refusal IS NOT NULL)", name=op.f("ck_agency_check_answer_refused_why")),
        sa.ForeignKeyConstraint(["check_id"], ["agency_check.id"], name=op.f("fk_agency_check_answer_check_id_agency_check")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_agency_check_answer_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_check_answer")),
        sa.UniqueConstraint("check_id", "place", name=op.f("uq_agency_check_answer_check_id_place")),
    )
    op.create_table(
        "agency_check_fact",
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("case_event_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["agency_check_answer.id"], name=op.f("fk_agency_check_fact_answer_id_agency_check_answer")
        ),
        sa.ForeignKeyConstraint(["case_event_id"], ["case_event.id"], name=op.f("fk_agency_check_fact_case_event_id_case_event")),
        sa.PrimaryKeyConstraint("answer_id", "case_event_id", name=op.f("pk_agency_check_fact")),
    )
    op.create_index(op.f("ix_agency_check_fact_case_event_id"), "agency_check_fact", ["case_event_id"])


def downgrade() -> None:
    for table in reversed(KEPT):
        where = f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""
        for operation in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_refuse_{operation}{where}")
        op.drop_table(table)
