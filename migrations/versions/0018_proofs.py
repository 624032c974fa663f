"""What accounts prove themselves with: authenticators, recovery codes, passkeys, single sign-on, service tokens, links by email.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from safeguard.kernel.database import Moment, json_type

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLES = (
    "authenticator", "recovery_code", "passkey", "passkey_challenge", "federated_identity", "service_token", "account_link", "mail",
)


def upgrade() -> None:
    _table(
        "authenticator",
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.UniqueConstraint("account_id", name=op.f("uq_authenticator_account_id")),
    )
    _table(
        "recovery_code",
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(200), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
    )
    op.create_index(op.f("ix_recovery_code_account_id_place"), "recovery_code", ["account_id", "place"], unique=True)
    _table(
        "passkey",
        sa.Column("credential_id", sa.LargeBinary(1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("last_used_at", Moment(), nullable=True),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_account_id"), "passkey", ["account_id"])
    _table(
        "passkey_challenge",
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        anybody=True,
    )
    op.create_index(op.f("ix_passkey_challenge_made_at"), "passkey_challenge", ["made_at"])
    _table(
        "federated_identity",
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("linked_at", Moment(), nullable=False),
    )
    op.create_index(op.f("ix_federated_identity_issuer_subject"), "federated_identity", ["issuer", "subject"], unique=True)
    op.create_index(op.f("ix_federated_identity_account_id_issuer"), "federated_identity", ["account_id", "issuer"], unique=True)
    _table(
        "service_token",
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("scopes", json_type(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.Column("last_used_at", Moment(), nullable=True),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_service_token_token_sha256")),
    )
    op.create_index(op.f("ix_service_token_account_id"), "service_token", ["account_id"])
    _table(
        "account_link",
        sa.Column("purpose", sa.String(12), nullable=False),
        sa.Column("code_sha256", sa.String(64), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.CheckConstraint("purpose IN ('invitation', 'reset')", name=op.f("ck_account_link_known_purpose")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_account_link_code_sha256")),
    )
    op.create_index(op.f("ix_account_link_account_id"), "account_link", ["account_id"])
    _table(
        "mail",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        anybody=True,
    )
    op.create_index(op.f("ix_mail_sent_at_due_at"), "mail", ["sent_at", "due_at"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _table(name: str, *columns: sa.schema.SchemaItem, anybody: bool = False) -> None:
    """A table about an account; `anybody`: it may be about none."""
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=anybody),
        *columns,
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f(f"fk_{name}_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
