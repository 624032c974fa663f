"""Keep what was changed, field by field.

The sealed values may be wrapped again when the ring turns; what is said of the change may not be changed.

Revision ID: 0031
Revises: 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import Moment

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

WORDS = "the history of a field is never changed"
FIXED = "id, entity, entity_id, field, account_id, at"


def upgrade() -> None:
    op.create_table(
        "field_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity", sa.String(40), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("old_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("new_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_change")),
    )
    op.create_index(op.f("ix_field_change_entity_entity_id_at"), "field_change", ["entity", "entity_id", "at"])
    op.create_index(op.f("ix_field_change_at_id"), "field_change", ["at", "id"])
    for operation, what in (("update", f"UPDATE OF {FIXED}"), ("delete", "DELETE")):
        start = f"CREATE TRIGGER field_change_refuse_{operation} BEFORE {what} ON field_change FOR EACH ROW "
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"{start}EXECUTE FUNCTION refuse_change('{WORDS}')")
        else:
            op.execute(f"{start}BEGIN SELECT RAISE(ABORT, '{WORDS}'); END")


def downgrade() -> None:
    for operation in ("update", "delete"):
        where = " ON field_change" if op.get_bind().dialect.name == "postgresql" else ""
        op.execute(f"DROP TRIGGER field_change_refuse_{operation}{where}")
    op.drop_table("field_change")
