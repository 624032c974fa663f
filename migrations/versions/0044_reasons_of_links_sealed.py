"""Seal what somebody typed when a record was linked: the reason of a link that a person made, under a key of its source record's.

The matcher's own words stay as they are. Going down opens the others again.

Revision ID: 0044
Revises: 0042
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.moving_words import SealedTable, Words, seal, unseal

revision = "0044"
down_revision = "0042"
branch_labels = None
depends_on = None

TABLES = (
    SealedTable(
        "person_link", "source_record_id", "record",
        (Words("said_sealed", {"said": sa.Text()}, needed=False, nullable=("said",)),), keyed=False, only="said IS NOT NULL",
    ),
)  # fmt: skip


TRIGGER = "person_link_refuse_update"
CHANGED = (
    "OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL OR NEW.person_id <> OLD.person_id "
    "OR NEW.source_record_id <> OLD.source_record_id OR NEW.made_at <> OLD.made_at OR NEW.reason <> OLD.reason"
)
REFUSED = "a link is superseded, never changed"


def upgrade() -> None:
    _let_go()
    op.add_column("person_link", sa.Column("said", sa.Text(), nullable=True))
    op.execute("UPDATE person_link SET said = reason, reason = '' WHERE made_by = 'person'")
    seal(TABLES)
    differs = "IS DISTINCT FROM" if _postgresql() else "IS NOT"
    _refuse(f"{CHANGED} OR NEW.said_sealed {differs} OLD.said_sealed")


def downgrade() -> None:
    _let_go()
    unseal(TABLES)
    op.execute("UPDATE person_link SET reason = said WHERE said IS NOT NULL")
    op.drop_column("person_link", "said")
    _refuse(CHANGED)


def _let_go() -> None:
    op.execute(f"DROP TRIGGER {TRIGGER}" + (" ON person_link" if _postgresql() else ""))


def _refuse(condition: str) -> None:
    start = f"CREATE TRIGGER {TRIGGER} BEFORE UPDATE ON person_link FOR EACH ROW WHEN ({condition}) "
    refuse = f"EXECUTE FUNCTION refuse_change('{REFUSED}')" if _postgresql() else f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    op.execute(start + refuse)


def _postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
