"""Carry what staff once recorded on the chronology as protecting a child over to the store of protective factors.

The entry keeps what was said in it, since entries are never changed; from here on pages show the factor. What a referral
said stays with the referral: nobody at the hub had recorded it.

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import Moment, json_type

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_KINDS = frozenset({"safe_adult", "seen_alone_well", "explained", "stable_school", "support_accepted"})
_EVENT = sa.table(
    "case_event",
    sa.column("id", sa.Uuid()),
    sa.column("source_record_id", sa.Uuid()),
    sa.column("known_on", sa.Date()),
    sa.column("summary", sa.Text()),
    sa.column("facts", json_type()),
    sa.column("recorded_by", sa.Uuid()),
    sa.column("supersedes_id", sa.Uuid()),
    sa.column("recorded_at", Moment()),
)
_FACTOR = sa.table(
    "protective_factor",
    sa.column("id", sa.Uuid()),
    sa.column("source_record_id", sa.Uuid()),
    sa.column("kind", sa.String(30)),
    sa.column("observed_on", sa.Date()),
    sa.column("reason", sa.Text()),
    sa.column("account_id", sa.Uuid()),
    sa.column("at", Moment()),
    sa.column("version", sa.Integer()),
)


def upgrade() -> None:
    found = list(_found())
    if found:
        op.bulk_insert(_FACTOR, found)


def downgrade() -> None:
    for one in _found():
        op.execute(sa.delete(_FACTOR).where(_FACTOR.c.id == one["id"]))


def _found() -> Iterator[dict[str, Any]]:
    """One factor for each thing an entry of staff that stands names; the same ids each time."""
    corrected = sa.select(_EVENT.c.supersedes_id).where(_EVENT.c.supersedes_id.is_not(None))
    entries = op.get_bind().execute(
        sa.select(_EVENT).where(
            _EVENT.c.recorded_by.is_not(None),
            _EVENT.c.id.not_in(corrected),
            sa.cast(_EVENT.c.facts, sa.String).like('%"protective"%'),
        )
    )
    for entry in entries:
        said = entry.facts.get("protective") or {}
        for kind in said.get("factors", ()):
            if kind in _KINDS:
                yield {
                    "id": uuid.uuid5(entry.id, kind),
                    "source_record_id": entry.source_record_id,
                    "kind": kind,
                    "observed_on": entry.known_on,
                    "reason": entry.summary,
                    "account_id": entry.recorded_by,
                    "at": entry.recorded_at,
                    "version": 1,
                }
