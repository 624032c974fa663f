"""Where a referral stands, as its sender is told. The desk above tells it; the root introduces the two."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided for one child, as far as the sender is told. `feedback` is None where it is withheld."""

    child: str
    words: str
    feedback: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """`stage` is RECEIVED, SCREENED or DECIDED; `words` say it to the sender."""

    stage: str
    words: str
    outcomes: tuple[Outcome, ...] = ()


Teller = Callable[[Session, Sequence[uuid.UUID]], Mapping[uuid.UUID, Standing]]
_TELLER = "safeguard_standings"
RECEIVED = Standing("RECEIVED", "Received, waiting to be looked at")


def told_by(app: Flask, teller: Teller) -> None:
    """Let `teller` say where the referrals of `app` stand."""
    app.extensions[_TELLER] = teller


def standings(session: Session, referral_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, Standing]:
    """Where each of these referrals stands."""
    teller: Teller | None = current_app.extensions.get(_TELLER)
    known = teller(session, referral_ids) if teller and referral_ids else {}
    return {key: known.get(key, RECEIVED) for key in referral_ids}
