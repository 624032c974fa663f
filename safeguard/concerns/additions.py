"""What was added to referrals after they were sent, as a room above tells it. The graph asks through a hook."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable

from flask import Flask, current_app
from sqlalchemy.orm import Session

from safeguard.concerns.stated import KnownAddition

_EXTENSION = "safeguard_graph_additions"

Told = Callable[[Session, Collection[uuid.UUID]], Iterable[KnownAddition]]


def told_by(app: Flask, function: Told) -> None:
    """Let `function` say what was added to some referrals in `app`, oldest first, in one statement; of a referral that is
    hidden from whoever the session acts for, nothing."""
    app.extensions[_EXTENSION] = function


def additions_to(session: Session, referral_ids: Collection[uuid.UUID]) -> list[KnownAddition]:
    """What was added to these referrals, oldest first; nothing where no room above has said so."""
    function: Told | None = current_app.extensions.get(_EXTENSION)
    return list(function(session, referral_ids)) if function and referral_ids else []
