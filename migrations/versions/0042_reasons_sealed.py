"""Seal the reasons of restrictions, emergencies, conflicts of interest, holds, the end of files, requests for one's own data, and verdicts.

A verdict goes under a key of its person's, everything else under one of its own. Going down opens them again.

Revision ID: 0042
Revises: 0041
"""

from __future__ import annotations

import sqlalchemy as sa

from safeguard.kernel.moving_words import SealedTable, Words, seal, unseal

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def _words(*needed: str, maybe: tuple[str, ...] = ()) -> tuple[Words, ...]:
    return tuple(Words(f"{name}_sealed", {name: sa.Text()}, needed=name in needed) for name in (*needed, *maybe))


_OF_CHOICE = "(SELECT i.request_id FROM subject_access_item i WHERE i.id = subject_access_choice.item_id)"
TABLES = (
    SealedTable("restriction", "id", "restriction", _words(maybe=("instead",)), keyed=False),
    SealedTable("restriction_step", "restriction_id", "restriction", _words("reason"), keyed=False),
    SealedTable("break_glass", "restriction_id", "restriction", _words("reason", maybe=("outcome_reason",)), keyed=False),
    SealedTable("conflict_of_interest", "id", "conflict", _words("reason", maybe=("ended_reason",)), keyed=False),
    SealedTable("unusual_looking", "id", "looking", _words(maybe=("outcome_reason",)), keyed=False),
    SealedTable("legal_hold", "id", "hold", _words("reason", maybe=("lifted_reason",)), keyed=False),
    SealedTable("retention_review", "id", "review", _words(maybe=("reason", "answer_reason")), keyed=False),
    SealedTable("subject_access_request", "id", "request", _words("proof"), keyed=False),
    SealedTable("subject_access_step", "request_id", "request", _words(maybe=("reason",)), keyed=False),
    SealedTable("subject_access_choice", _OF_CHOICE, "request", _words(maybe=("reason",)), keyed=False),
    SealedTable("identity_change", "id", "change", _words("reason", maybe=("why_two", "answer_reason")), keyed=False),
    SealedTable("match_verdict", "person_id", "person", _words("reason"), keyed=False),
)  # fmt: skip


def upgrade() -> None:
    seal(TABLES)


def downgrade() -> None:
    unseal(TABLES, forget=("restriction", "conflict", "looking", "hold", "review", "request", "change"))
