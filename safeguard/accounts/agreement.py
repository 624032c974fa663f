"""What somebody agrees to before they work here: the authority's own text, asked for at the first sign-in and when it has changed."""

from __future__ import annotations

import hashlib
import re
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.accounts.agreement_model import AgreementGiven, AgreementText
from safeguard.agencies.service import account_of
from safeguard.audit.service import record
from safeguard.kernel.clock import now
from safeguard.kernel.errors import Conflict, NotFound

_VERSION = 16
_IS_VERSION = re.compile(rf"[0-9a-f]{{{_VERSION}}}")


@dataclass(frozen=True, slots=True)
class Agreement:
    """The text in force. `version` is worked out from its words, so that no change of them can be forgotten."""

    text: str

    @property
    def version(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:_VERSION]


def in_force() -> Agreement | None:
    """The text of this installation; None where it asks nobody."""
    text = current_app.config["SETTINGS"].agreement
    return Agreement(text) if text else None


@dataclass(frozen=True, slots=True)
class Given:
    """That somebody agreed to a text: which version, and when."""

    version: str
    at: datetime


def agree(session: Session, actor: Actor, version: str) -> None:
    """Keep that `actor` agrees to the text of that version, when, and the text itself, word for word.

    Raises:
        Conflict: another text is in force than the one they read.
    """
    now_in_force = in_force()
    if now_in_force is None or version != now_in_force.version:
        raise Conflict("the text changed while it was being read")
    _keep(session, now_in_force)
    session.add(AgreementGiven(account_id=actor.account_id, version=version, at=now()))
    account_of(session, actor).agreed = version
    record(session, actor, "account.agreed", subject_kind="account", subject_id=actor.account_id, version=version)
    session.flush()


def _keep(session: Session, told: Agreement) -> None:
    """Keep a text once, whoever agrees to it first, and two people at the same moment too."""
    if session.get(AgreementText, told.version) is not None:
        return
    with suppress(IntegrityError), session.begin_nested():
        session.add(AgreementText(version=told.version, text=told.text, kept_at=now()))


def given_by(session: Session, account_id: uuid.UUID) -> list[Given]:
    """What an account agreed to, the newest first."""
    rows = session.execute(
        select(AgreementGiven.version, AgreementGiven.at).where(AgreementGiven.account_id == account_id).order_by(AgreementGiven.at.desc())
    )
    return [Given(*row) for row in rows.tuples()]


def text_of(session: Session, version: str) -> Agreement:
    """A text that somebody agreed to.

    Raises:
        NotFound: nobody agreed to such a version.
    """
    kept = session.get(AgreementText, version) if _IS_VERSION.fullmatch(version) else None
    if kept is None:
        raise NotFound("agreement")
    return Agreement(kept.text)
