"""Let the audit have several chains beside each other, so that writers on PostgreSQL do not wait for each other's disk.

The rows that are there stay chain 0 as they are. On PostgreSQL new ones go on chains that start where it ended. Going down
reads every chain first, and stops where one does not hold; then the rows go on chain 0 in the order of their numbers, under
new numbers and MACs. Anchors of several chains are of no more use after that: take a new one before and after.

Revision ID: 0029
Revises: 0028
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op
from flask import current_app

from safeguard.audit.chain import GENESIS, Link, first_break, mac
from safeguard.kernel.database import Moment, json_type

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_EVENT = sa.table(
    "audit_event", sa.column("seq", sa.BigInteger()), sa.column("at", Moment()), sa.column("actor_id", sa.Uuid()),
    sa.column("actor_role", sa.String()), sa.column("agency_id", sa.Uuid()), sa.column("action", sa.String()),
    sa.column("subject_kind", sa.String()), sa.column("subject_id", sa.String()), sa.column("details", json_type()),
    sa.column("request_id", sa.String()), sa.column("mac", sa.String()), sa.column("chain", sa.SmallInteger()),
    sa.column("place", sa.BigInteger()),
)  # fmt: skip
_SUBJECT = sa.table("audit_event_subject", sa.column("subject_id", sa.String()), sa.column("seq", sa.BigInteger()))
COUNTED = sa.text("place IS NOT NULL")


def upgrade() -> None:
    op.add_column("audit_event", sa.Column("chain", sa.SmallInteger(), nullable=False, server_default=sa.text("0")))
    op.add_column("audit_event", sa.Column("place", sa.BigInteger(), nullable=True))
    op.create_index(
        "uq_audit_event_place", "audit_event", ["chain", "place"], unique=True, sqlite_where=COUNTED, postgresql_where=COUNTED
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE SEQUENCE audit_event_number AS bigint")
        op.execute("SELECT setval('audit_event_number', 1 + coalesce((SELECT max(seq) FROM audit_event), 0), false)")


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        _one_chain_again()
        op.execute("DROP SEQUENCE audit_event_number")
    op.drop_index("uq_audit_event_place", table_name="audit_event", sqlite_where=COUNTED, postgresql_where=COUNTED)
    op.drop_column("audit_event", "place")
    op.drop_column("audit_event", "chain")


def _one_chain_again() -> None:
    key, bind = current_app.extensions["safeguard_audit_key"], op.get_bind()
    first = list(bind.execute(sa.select(_EVENT).where(_EVENT.c.chain == 0).order_by(_EVENT.c.seq)).mappings())
    seq, previous = (first[-1]["seq"], first[-1]["mac"]) if first else (0, GENESIS)
    chains: dict[int, list[Any]] = defaultdict(list)
    for row in bind.execute(sa.select(_EVENT).where(_EVENT.c.chain > 0).order_by(_EVENT.c.chain, _EVENT.c.place)).mappings():
        chains[row["chain"]].append(row)
    for chain, rows in [(0, first), *chains.items()]:
        after = (0, previous if chain else GENESIS)
        if broken := first_break(key, ((_link(row), row["mac"]) for row in rows), after=after):
            raise RuntimeError(f"the audit does not hold: {broken.words}")
    moved = sorted((row for rows in chains.values() for row in rows), key=lambda row: row["seq"])
    for table in ("audit_event", "audit_event_subject"):
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    about: dict[int, list[str]] = defaultdict(list)
    if moved:
        for subject_id, of in bind.execute(sa.select(_SUBJECT).where(_SUBJECT.c.seq >= moved[0]["seq"])).tuples():
            about[of].append(subject_id)
        bind.execute(sa.delete(_SUBJECT).where(_SUBJECT.c.seq >= moved[0]["seq"]))
        bind.execute(sa.delete(_EVENT).where(_EVENT.c.seq >= moved[0]["seq"]))
    for row in moved:
        seq += 1
        values = {**row, "seq": seq, "chain": 0, "place": None}
        previous = mac(key, previous, _link(values))
        bind.execute(_EVENT.insert().values(**{**values, "mac": previous}))
        if about[row["seq"]]:
            bind.execute(_SUBJECT.insert(), [{"subject_id": one, "seq": seq} for one in about[row["seq"]]])
    for table in ("audit_event", "audit_event_subject"):
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _link(row: Mapping[str, Any]) -> Link:
    return Link(
        seq=row["seq"], at=row["at"].astimezone(UTC), actor_id=row["actor_id"] and str(row["actor_id"]), actor_role=row["actor_role"],
        agency_id=row["agency_id"] and str(row["agency_id"]), action=row["action"], subject_kind=row["subject_kind"],
        subject_id=row["subject_id"], details=row["details"], request_id=row["request_id"], chain=row["chain"], counted=row["place"],
    )  # fmt: skip
