"""Seal warnings for staff, what is said of relationships, deaths and what protects a child, and what agencies were asked and told.

A warning goes under a key of its own, what hangs on a source record under the record's, and the rest under the referral's. Going
down opens them again.

Revision ID: 0041
Revises: 0040
"""

from __future__ import annotations

import sqlalchemy as sa

from safeguard.kernel.database import json_type
from safeguard.kernel.moving_words import SealedTable, Words, seal, unseal

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_OF_CHECK = "(SELECT c.referral_id FROM agency_check c WHERE c.id = {}.check_id)"
TABLES = (
    SealedTable(
        "warning_note", "id", "warning",
        (Words("words_sealed", {"words": sa.Text()}), Words("told_words_sealed", {"told_words": sa.Text()})), keyed=False,
    ),
    SealedTable("warning_note_step", "note_id", "warning", (Words("reason_sealed", {"reason": sa.Text()}),), keyed=False),
    SealedTable(
        "relationship_word", "(SELECT r.from_record_id FROM relationship r WHERE r.id = relationship_word.relationship_id)", "record",
        (Words("reason_sealed", {"reason": sa.Text()}),),
    ),
    SealedTable(
        "person_statement", "source_record_id", "record", (Words("words_sealed", {"words": sa.Text()}, needed=False),), keyed=False,
        only="words <> ''",
    ),
    SealedTable(
        "protective_factor", "source_record_id", "record",
        (Words("reason_sealed", {"reason": sa.Text()}), Words("ended_reason_sealed", {"ended_reason": sa.Text()}, needed=False)),
        keyed=False,
    ),
    SealedTable("agency_check", "referral_id", "referral", (Words("question_sealed", {"question": sa.Text()}),), keyed=False),
    SealedTable(
        "agency_check_person", _OF_CHECK.format("agency_check_person"), "referral",
        (Words("told_sealed", {"told": json_type()}, flat=True),), keyed=False, ids=("check_id", "source_record_id"),
    ),
    SealedTable(
        "agency_check_step", _OF_CHECK.format("agency_check_step"), "referral",
        (Words("reason_sealed", {"reason": sa.Text()}, needed=False),), keyed=False, only="reason <> ''",
    ),
    SealedTable(
        "strategy_discussion", "referral_id", "referral", (Words("override_sealed", {"override": sa.Text()}, needed=False),), keyed=False,
        only="override <> ''",
    ),
    SealedTable(
        "strategy_discussion_action",
        "(SELECT d.referral_id FROM strategy_discussion d WHERE d.id = strategy_discussion_action.discussion_id)", "referral",
        (Words("owner_sealed", {"owner": sa.String(200)}),), keyed=False,
    ),
)  # fmt: skip


def upgrade() -> None:
    seal(TABLES)


def downgrade() -> None:
    unseal(TABLES, forget=("warning",))
