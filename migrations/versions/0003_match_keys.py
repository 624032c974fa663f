"""Blocking keys as 64-bit numbers, clustered by key, and how far the index of them is made.

The keys of the records already there are derived anew, in both directions.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime, timezone
from types import SimpleNamespace

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

RECORDS_A_STEP = 20_000
STATED = (
    "role", "given_names", "surname", "known_as", "birth_date", "expected_date", "estimated_age", "sex", "nhs_number",
    "upn", "phone", "address_lines", "postcode", "uprn", "family", "stated_at",
)  # fmt: skip


class Stated(SimpleNamespace):
    """A source record of this revision; what later ones add to it was not said."""

    def __getattr__(self, name):
        return None


def upgrade() -> None:
    from safeguard.people.matching.keys import blocking_keys, key_rules

    op.drop_table("match_key")
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "match_key",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source_record_id", sa.LargeBinary(16) if sqlite else sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("key", "source_record_id", name=op.f("pk_match_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "match_index",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rules", sa.String(length=32), nullable=False),
        sa.Column("reached", sa.Uuid(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_index")),
    )
    derive(blocking_keys, lambda record_id: record_id.bytes if sqlite else record_id)
    index = sa.table("match_index", sa.column("id"), sa.column("rules"), sa.column("finished_at", sa.DateTime(timezone=True)))
    op.bulk_insert(index, [{"id": 1, "rules": key_rules(), "finished_at": datetime.now(timezone.utc)}])


def downgrade() -> None:
    op.drop_table("match_index")
    op.drop_table("match_key")
    op.create_table(
        "match_key",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("source_record_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_record_id"], ["source_record.id"], name=op.f("fk_match_key_source_record_id_source_record")
        ),
        sa.PrimaryKeyConstraint("key", "source_record_id", name=op.f("pk_match_key")),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    derive(former_keys, lambda record_id: record_id.hex if sqlite else record_id)


def derive(keys_of, as_stored) -> None:
    """Fill `match_key` from the source records, in the order of their ids."""
    from safeguard.people.statements import statement_of

    connection = op.get_bind()
    reached = None
    while True:
        where = "WHERE id > :reached" if reached is not None else ""
        rows = connection.execute(
            sa.text(f"SELECT id, {', '.join(STATED)} FROM source_record {where} ORDER BY id LIMIT :most"),
            {"most": RECORDS_A_STEP} | ({"reached": reached} if reached is not None else {}),
        ).mappings().all()
        if not rows:
            return
        reached = rows[-1]["id"]
        keys = sorted(
            (key, as_stored(uuid.UUID(str(row["id"])))) for row in rows for key in keys_of(statement_of(Stated(**plain(row))))
        )
        if keys:
            connection.execute(
                sa.text("INSERT INTO match_key (key, source_record_id) VALUES (:key, :record)"),
                [{"key": key, "record": record} for key, record in keys],
            )


def plain(row) -> dict:
    """The values of a row as Python knows them: SQLite keeps days, moments and JSON as text."""
    said = dict(row) | {"id": uuid.UUID(str(row["id"]))}
    for name in ("birth_date", "expected_date"):
        if isinstance(said[name], str):
            said[name] = date.fromisoformat(said[name])
    for name in ("address_lines", "family"):
        if isinstance(said[name], str):
            said[name] = json.loads(said[name])
    if isinstance(said["stated_at"], str):
        said["stated_at"] = datetime.fromisoformat(said["stated_at"])
    if said["stated_at"].tzinfo is None:
        said["stated_at"] = said["stated_at"].replace(tzinfo=timezone.utc)
    return said


def former_keys(statement) -> set[str]:
    """The keys as text by which the version before this one finds people: the kinds that find nearly all."""
    from safeguard.people.identifiers import is_nhs_number, is_pseudo_postcode, normalise_nhs_number, normalise_postcode
    from safeguard.people.matching.phone import phone_figures
    from safeguard.people.matching.names import masculine, names_of, sound
    from safeguard.people.matching.settings import MatchSettings

    names = names_of(statement, MatchSettings.load().names)
    given, family = names.called, (*names.surname, *names.title)[:2]
    keys = set()
    number = normalise_nhs_number(statement.nhs_number or "")
    if is_nhs_number(number):
        keys.add(f"nhs:{number}")
    if statement.upn:
        keys.add(f"upn:{statement.upn.upper()}")
    if phone_figures(statement.phone):
        keys.add(f"tel:{phone_figures(statement.phone)}")
    born = statement.birth_date
    if born:
        low, high = sorted((born.day, born.month))
        day = f"{born.year}-{low:02d}-{high:02d}"
        keys |= {f"gd:{word[:3]}:{day}" for word in given[:2]} | {f"sd:{sound(masculine(word))}:{day}" for word in family}
    postcode = normalise_postcode(statement.postcode) if statement.postcode else None
    if postcode and not is_pseudo_postcode(postcode):
        place = postcode.replace(" ", "")
        keys |= {f"pg:{place}:{word[:2]}" for word in given[:3]} | {f"ps:{place}:{sound(masculine(word))[:3]}" for word in family}
    for one, other in {tuple(sorted((sound(g), sound(masculine(f))))) for g in given[:2] for f in family}:
        if born:
            keys.add(f"ny:{one}:{other}:{born.year}")
        if statement.kind == "adult":
            keys.add(f"na:{one}:{other}")
    return {key[:64] for key in keys}
