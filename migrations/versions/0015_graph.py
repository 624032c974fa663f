"""The concern graph: words on relationships, schools and practices, warning notes; statements that cannot be changed.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

from safeguard.concerns.place_key import BELONGS, place_key
from safeguard.kernel.database import Moment

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# table, operation, what a person is told
RULES = (
    ("relationship", "update", "what was stated of a relationship is never changed"),
    ("residence", "update", "what was stated of a home is never changed"),
    ("enrolment", "update", "what was stated of a school or practice is never changed"),
    ("relationship_word", "update", "a word on a relationship is never changed"),
    ("relationship_word", "delete", "a word on a relationship is never deleted"),
    ("warning_note", "update", "a warning note is never changed"),
    ("warning_note", "delete", "a warning note is never deleted"),
    ("warning_note_step", "update", "a step of a warning note is never changed"),
    ("warning_note_step", "delete", "a step of a warning note is never deleted"),
)
STATED = ("relationship", "residence")
PAGE = 5_000


def upgrade() -> None:
    for table in STATED:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("recorded_by", sa.Uuid(), nullable=True))
            batch.create_foreign_key(op.f(f"fk_{table}_recorded_by_account"), "account", ["recorded_by"], ["id"])
    op.create_table(
        "relationship_word",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("word", sa.String(length=10), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("word IN ('confirmed', 'disputed', 'ended', 'stated')", name=op.f("ck_relationship_word_known_word")),
        sa.CheckConstraint("(word = 'ended') = (ended_on IS NOT NULL)", name=op.f("ck_relationship_word_ended_when")),
        sa.ForeignKeyConstraint(["relationship_id"], ["relationship.id"], name=op.f("fk_relationship_word_relationship_id_relationship")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_relationship_word_agency_id_agency")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_relationship_word_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_word")),
    )
    op.create_index(op.f("ix_relationship_word_relationship_id"), "relationship_word", ["relationship_id"])
    op.create_table(
        "place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("match_key", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind IN ('school', 'practice', 'venue', 'online')", name=op.f("ck_place_known_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
    )
    op.create_index(op.f("ix_place_kind_match_key"), "place", ["kind", "match_key"], unique=True)
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_record_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("stated_at", Moment(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["source_record_id"], ["source_record.id"], name=op.f("fk_enrolment_source_record_id_source_record")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_enrolment_place_id_place")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_enrolment_agency_id_agency")),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_enrolment_recorded_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
    )
    op.create_index(op.f("ix_enrolment_source_record_id"), "enrolment", ["source_record_id"])
    op.create_index(op.f("ix_enrolment_place_id"), "enrolment", ["place_id"])
    _create_warning_notes()
    _fill_enrolments()
    _protect()


def _create_warning_notes() -> None:
    op.create_table(
        "warning_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_record_id", sa.Uuid(), nullable=True),
        sa.Column("address_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("told", sa.String(length=3), nullable=False),
        sa.Column("told_words", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.CheckConstraint("(source_record_id IS NULL) <> (address_id IS NULL)", name=op.f("ck_warning_note_one_subject")),
        sa.CheckConstraint("told IN ('yes', 'no')", name=op.f("ck_warning_note_known_told")),
        sa.ForeignKeyConstraint(["source_record_id"], ["source_record.id"], name=op.f("fk_warning_note_source_record_id_source_record")),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_warning_note_address_id_address")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_warning_note_agency_id_agency")),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_warning_note_recorded_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning_note")),
    )
    op.create_index(op.f("ix_warning_note_source_record_id"), "warning_note", ["source_record_id"])
    op.create_index(op.f("ix_warning_note_address_id"), "warning_note", ["address_id"])
    op.create_table(
        "warning_note_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("kind IN ('approved', 'reviewed', 'ended')", name=op.f("ck_warning_note_step_known_kind")),
        sa.CheckConstraint("(kind = 'reviewed') = (review_on IS NOT NULL)", name=op.f("ck_warning_note_step_review_when")),
        sa.ForeignKeyConstraint(["note_id"], ["warning_note.id"], name=op.f("fk_warning_note_step_note_id_warning_note")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_warning_note_step_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning_note_step")),
    )
    op.create_index(op.f("ix_warning_note_step_note_id"), "warning_note_step", ["note_id"])


def _fill_enrolments() -> None:
    """The schools and practices that records have named so far."""
    bind = op.get_bind()
    record = sa.table(
        "source_record", sa.column("id", sa.Uuid()), sa.column("agency_id", sa.Uuid()), sa.column("stated_at", Moment()),
        sa.column("other", sa.JSON()),
    )
    place = sa.table("place", *(sa.column(name, sa.Uuid() if name == "id" else sa.Text()) for name in ("id", "kind", "match_key", "name")))
    enrolment = sa.table(
        "enrolment", *(sa.column(name, sa.Uuid()) for name in ("id", "source_record_id", "place_id", "agency_id")),
        sa.column("stated_at", Moment()),
    )
    known: dict[tuple[str, str], uuid.UUID] = {}
    after = uuid.UUID(int=0)
    while rows := bind.execute(sa.select(record).where(record.c.id > after).order_by(record.c.id).limit(PAGE)).all():
        after = rows[-1].id
        stated = []
        for row in rows:
            for answer, kind in BELONGS.items():
                key = place_key(str((row.other or {}).get(answer) or ""))
                if key is None:
                    continue
                if (kind, key) not in known:
                    known[kind, key] = uuid.uuid4()
                    name = str(row.other[answer])[:200]
                    bind.execute(sa.insert(place).values(id=known[kind, key], kind=kind, match_key=key, name=name))
                stated.append({
                    "id": uuid.uuid4(), "source_record_id": row.id, "place_id": known[kind, key], "agency_id": row.agency_id,
                    "stated_at": row.stated_at,
                })
        if stated:
            bind.execute(sa.insert(enrolment), stated)


def _protect() -> None:
    for table, operation, words in RULES:
        start = f"CREATE TRIGGER {table}_refuse_{operation} BEFORE {operation.upper()} ON {table} FOR EACH ROW "
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"{start}EXECUTE FUNCTION refuse_change('{words}')")
        else:
            op.execute(f"{start}BEGIN SELECT RAISE(ABORT, '{words}'); END")


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table, operation, _words in reversed(RULES):
        op.execute(f"DROP TRIGGER {table}_refuse_{operation}" + (f" ON {table}" if postgresql else ""))
    for table in ("warning_note_step", "warning_note", "enrolment", "place", "relationship_word"):
        op.drop_table(table)
    for table in STATED:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"fk_{table}_recorded_by_account"), type_="foreignkey")
            batch.drop_column("recorded_by")
