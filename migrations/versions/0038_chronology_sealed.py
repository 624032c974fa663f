"""Seal what entries of the chronology say, what was made of them, and flags with what they rest on and what was answered.

An entry goes under the key of the referral that told it, or else of the source record it hangs on; a flag under one of its person's.
Going down opens them again.

Revision ID: 0038
Revises: 0037
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import json_type
from safeguard.kernel.moving_words import SealedTable, Words, seal, unseal

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

INDEX = "ix_case_event_adult"
IN_CLEAR = {"adult_fact": 40, "adult_status": 20, "adult_review_on": 10}


def _adult(row: Mapping[str, Any]) -> dict[str, Any]:
    """What of a fact about an adult who may pose a risk a list goes by."""
    said = row["facts"].get("adult_history")
    asked = {"adult_fact": str(said.get("fact") or ""), "adult_status": said.get("status"), "adult_review_on": said.get("review_on")} if said else {}
    return {name: None if asked.get(name) is None else str(asked[name])[:length] for name, length in IN_CLEAR.items()}


def _of_flag(table: str) -> str:
    return f"SELECT person_id FROM flag WHERE flag.id = {table}.flag_id"


TABLES = (
    SealedTable(
        "case_event", "coalesce(referral_id, source_record_id)", "record",
        (Words("told_sealed", {"summary": sa.Text(), "facts": json_type()}, whole=True, empty={"facts": {}}),), beside=_adult,
    ),
    SealedTable(
        "chronology_remark",
        "coalesce((SELECT e.key_id FROM case_event e WHERE e.id = chronology_remark.case_event_id), source_record_id)", "record",
        (Words("analysis_sealed", {"analysis": sa.Text()}),),
    ),
    SealedTable(
        "flag", "person_id", "person",
        (
            Words("told_sealed", {"sentence": sa.Text(), "clears": sa.Text(), "gaps": json_type()}, whole=True, empty={"gaps": []},
                  nullable=("gaps",)),
            Words("outcome_reason_sealed", {"outcome_reason": sa.Text()}, needed=False),
            Words("closed_words_sealed", {"closed_words": sa.Text()}, needed=False),
        ), keyed=False,
    ),
    SealedTable("flag_evidence", f"({_of_flag('flag_evidence')})", "person", (Words("words_sealed", {"words": sa.Text()}),)),
    SealedTable("flag_step", f"({_of_flag('flag_step')})", "person", (Words("reason_sealed", {"reason": sa.Text()}, needed=False),)),
)  # fmt: skip


def upgrade() -> None:
    op.drop_index(INDEX, "case_event")
    for name, length in IN_CLEAR.items():
        op.add_column("case_event", sa.Column(name, sa.String(length), nullable=True))
    seal(TABLES)
    there = sa.text("adult_fact IS NOT NULL")
    op.create_index(INDEX, "case_event", ["known_on"], sqlite_where=there, postgresql_where=there)


def downgrade() -> None:
    op.drop_index(INDEX, "case_event")
    unseal(TABLES, forget=("record", "person"))
    for name in IN_CLEAR:
        op.drop_column("case_event", name)
    op.create_index(
        INDEX, "case_event", ["known_on"],
        sqlite_where=sa.text("json_extract(facts, '$.adult_history') IS NOT NULL"),
        postgresql_where=sa.text("jsonb_exists(facts, 'adult_history')"),
    )  # fmt: skip
