"""Joining and parting people: changes of identity, and verdicts between the source records of two sides.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# A verdict so far names a record and a person: its other side is what that person consisted of at the time.
_SIDES = (
    "INSERT INTO match_verdict_record (verdict_id, source_record_id, side) SELECT id, source_record_id, 'one' FROM match_verdict",
    "INSERT INTO match_verdict_record (verdict_id, source_record_id, side) "
    "SELECT DISTINCT v.id, l.source_record_id, 'other' FROM match_verdict v JOIN person_link l ON l.person_id = v.person_id "
    "AND l.made_at <= v.at AND (l.superseded_at IS NULL OR l.superseded_at >= v.at) AND l.source_record_id <> v.source_record_id",
)
# table, condition on OLD and NEW (SQL understood by both databases), what a person is told
_RULES = (
    (
        "person_link",
        "OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL OR NEW.person_id <> OLD.person_id "
        "OR NEW.source_record_id <> OLD.source_record_id OR NEW.made_at <> OLD.made_at OR NEW.reason <> OLD.reason",
        "a link is superseded, never changed",
    ),
    ("match_verdict", None, "a verdict is never changed"),
    ("match_verdict_record", None, "a verdict is never changed"),
)


def upgrade() -> None:
    op.create_table('identity_change',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('other_person_id', sa.Uuid(), nullable=False),
    sa.Column('undoes_id', sa.Uuid(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('why_two', sa.Text(), nullable=True),
    sa.Column('answer_reason', sa.Text(), nullable=True),
    sa.Column('answered_by', sa.Uuid(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('merge', 'split', 'undo')", name=op.f('ck_identity_change_known_kind')),
    sa.CheckConstraint("status IN ('waiting', 'done', 'refused')", name=op.f('ck_identity_change_known_status')),
    sa.CheckConstraint('person_id <> other_person_id', name=op.f('ck_identity_change_two_people')),
    sa.CheckConstraint('answered_by <> asked_by', name=op.f('ck_identity_change_second_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_identity_change_person_id_person')),
    sa.ForeignKeyConstraint(['other_person_id'], ['person.id'], name=op.f('fk_identity_change_other_person_id_person')),
    sa.ForeignKeyConstraint(['undoes_id'], ['identity_change.id'], name=op.f('fk_identity_change_undoes_id_identity_change')),
    sa.ForeignKeyConstraint(['asked_by'], ['account.id'], name=op.f('fk_identity_change_asked_by_account')),
    sa.ForeignKeyConstraint(['answered_by'], ['account.id'], name=op.f('fk_identity_change_answered_by_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity_change')),
    sa.UniqueConstraint('undoes_id', name=op.f('uq_identity_change_undoes_id'))
    )
    op.create_index(op.f('ix_identity_change_person_id_asked_at'), 'identity_change', ['person_id', 'asked_at'], unique=False)
    op.create_index(op.f('ix_identity_change_other_person_id_asked_at'), 'identity_change', ['other_person_id', 'asked_at'], unique=False)
    op.create_index(op.f('ix_identity_change_status_asked_at'), 'identity_change', ['status', 'asked_at'], unique=False)
    op.create_index(op.f('uq_identity_change_waiting'), 'identity_change', ['person_id', 'other_person_id'], unique=True, sqlite_where=sa.text("status = 'waiting'"), postgresql_where=sa.text("status = 'waiting'"))

    for table, columns in _NEW_COLUMNS:
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.add_column(sa.Column(column, sa.Uuid(), nullable=True))
                batch.create_foreign_key(op.f(f'fk_{table}_{column}_identity_change'), 'identity_change', [column], ['id'])
                # Nearly no link has a change behind it: only those that do are indexed.
                some = sa.text('change_id IS NOT NULL') if table == 'person_link' else None
                batch.create_index(op.f(f'ix_{table}_{column}'), [column], unique=False, sqlite_where=some, postgresql_where=some)
            if table == 'match_verdict':
                batch.alter_column('source_record_id', existing_type=sa.Uuid(), nullable=True)

    op.create_table('match_verdict_record',
    sa.Column('verdict_id', sa.Uuid(), nullable=False),
    sa.Column('source_record_id', sa.Uuid(), nullable=False),
    sa.Column('side', sa.String(length=5), nullable=False),
    sa.CheckConstraint("side IN ('one', 'other')", name=op.f('ck_match_verdict_record_known_side')),
    sa.ForeignKeyConstraint(['verdict_id'], ['match_verdict.id'], name=op.f('fk_match_verdict_record_verdict_id_match_verdict')),
    sa.ForeignKeyConstraint(['source_record_id'], ['source_record.id'], name=op.f('fk_match_verdict_record_source_record_id_source_record')),
    sa.PrimaryKeyConstraint('verdict_id', 'source_record_id', name=op.f('pk_match_verdict_record'))
    )
    op.create_index(op.f('ix_match_verdict_record_source_record_id'), 'match_verdict_record', ['source_record_id'], unique=False)
    for statement in _SIDES:
        op.execute(statement)
    for table, condition, words in _RULES:
        op.execute(_trigger(table, condition, words))


_NEW_COLUMNS = (
    ('person_link', ('change_id',)),
    ('match_proposal', ('opened_by_change', 'closed_by_change')),
    ('match_verdict', ('change_id',)),
)


def _trigger(table: str, condition: str | None, words: str) -> str:
    when = f"WHEN ({condition}) " if condition else ""
    start = f"CREATE TRIGGER {table}_refuse_update BEFORE UPDATE ON {table} FOR EACH ROW {when}"
    if op.get_bind().dialect.name == "postgresql":
        return f"{start}EXECUTE FUNCTION refuse_change('{words}')"
    return f"{start}BEGIN SELECT RAISE(ABORT, '{words}'); END"


def downgrade() -> None:
    """Verdicts between whole people name no record and cannot be said in the older form: they go."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table, _condition, _words in reversed(_RULES):
        op.execute(f"DROP TRIGGER {table}_refuse_update" + (f" ON {table}" if postgresql else ""))
    op.drop_table('match_verdict_record')
    op.execute("DELETE FROM match_verdict WHERE source_record_id IS NULL")
    for table, columns in reversed(_NEW_COLUMNS):
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_index(op.f(f'ix_{table}_{column}'))
                batch.drop_constraint(op.f(f'fk_{table}_{column}_identity_change'), type_='foreignkey')
                batch.drop_column(column)
            if table == 'match_verdict':
                batch.alter_column('source_record_id', existing_type=sa.Uuid(), nullable=False)
    op.drop_table('identity_change')
