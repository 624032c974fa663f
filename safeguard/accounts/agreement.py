"""What somebody agrees to before they work here: the authority's own text, asked for at the first sign-in and when it has changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import current_app
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.agencies.service import account_of
from safeguard.audit.service import record
from safeguard.kernel.errors import Conflict

_VERSION = 16


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


def agree(session: Session, actor: Actor, version: str) -> None:
    """Keep that `actor` agrees to the text of that version; the history of the account keeps which, and when.

    Raises:
        Conflict: another text is in force than the one they read.
    """
    now_in_force = in_force()
    if now_in_force is None or version != now_in_force.version:
        raise Conflict("the text changed while it was being read")
    account_of(session, actor).agreed = version
    record(session, actor, "account.agreed", subject_kind="account", subject_id=actor.account_id, version=version)
    session.flush()
