"""What partners are told of a submitted referral. The desk, which sits above this room, says it through a hook."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app
from sqlalchemy.orm import Session

from safeguard.people.sight import sees_everything

_EXTENSION = "safeguard_referral_standings"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a referral stands, in words for the people who sent it.

    Attributes:
        words: one short line, such as "Being looked at".
        stage: "received", "screening" or "decided".
        outcome: the outcome in words, once decided.
        feedback: what the front door wrote for the referrer.
        at: when it came to stand there, if known.
    """

    words: str
    stage: str
    outcome: str | None = None
    feedback: str | None = None
    at: datetime | None = None


Told = Callable[[Session, Sequence[uuid.UUID]], Mapping[uuid.UUID, Standing]]
RECEIVED = Standing("Received", "received")


def told_by(app: Flask, function: Told) -> None:
    """Let `function` say how referrals stand in `app`; it answers for many at once in a fixed number of statements."""
    app.extensions[_EXTENSION] = function


@sees_everything
def standings(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Standing]:
    """The standing of each referral of `ids`: "Received" where nobody has said more."""
    function: Told | None = current_app.extensions.get(_EXTENSION)
    said = function(session, ids) if function and ids else {}
    return {one: said.get(one, RECEIVED) for one in ids}
