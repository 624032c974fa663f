"""What an account proves itself with besides its password: authenticator, recovery codes, passkeys, single sign-on, tokens."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from safeguard.audit.changes import follow
from safeguard.kernel.database import Base, Moment, json_type, new_id
from safeguard.kernel.sealed import Sealed


class Authenticator(Base):
    """The app that shows codes (RFC 6238). `last_step` is the newest step that was accepted: no code opens twice."""

    __tablename__ = "authenticator"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), unique=True)
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    last_step: Mapped[int | None] = mapped_column(BigInteger)

    secret = Sealed("secret_sealed")


class RecoveryCode(Base):
    """One of ten codes for whoever lost their authenticator; the first character says which, the hash is Argon2id."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index(None, "account_id", "place", unique=True),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    place: Mapped[int] = mapped_column(Integer)
    code_hash: Mapped[str] = mapped_column(String(200))
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class Passkey(Base):
    """A WebAuthn credential: the public half of a key that never leaves its device."""

    __tablename__ = "passkey"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime] = mapped_column(Moment)
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)


class PasskeyChallenge(Base):
    """A challenge that was given out and not answered yet. Answering takes it away, so that no answer counts twice."""

    __tablename__ = "passkey_challenge"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(Moment, index=True)


class FederatedIdentity(Base):
    """Who an account is at a provider of single sign-on: issuer and subject, never an email address."""

    __tablename__ = "federated_identity"
    __table_args__ = (Index(None, "issuer", "subject", unique=True), Index(None, "account_id", "issuer", unique=True))

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[datetime] = mapped_column(Moment)


class ServiceToken(Base):
    """What a machine shows instead of signing in: hashed, for some scopes, until a day. `account_id` is the machine's account."""

    __tablename__ = "service_token"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(json_type())
    made_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)


class AccountLink(Base):
    """A link in an email, to set a password once. Only the SHA-256 of its code is kept."""

    __tablename__ = "account_link"
    __table_args__ = (CheckConstraint("purpose IN ('invitation', 'reset')", name="known_purpose"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(12))
    code_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class Mail(Base):
    """An email to be sent: which words, and to whom. A link is made when it is sent, so none waits here to be read.

    A wish for a new password holds the address as typed, sealed: whether it has an account is looked up when it is sent.
    `about_id`: of what a room above writes the email about, and knows to whom.
    """

    __tablename__ = "mail"
    __table_args__ = (Index(None, "sent_at", "due_at"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    about_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    made_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(Integer, default=0)

    address = Sealed("address_sealed")


follow(ServiceToken, {"scopes": "scopes", "expires_at": "end", "revoked_at": "revoked"})
