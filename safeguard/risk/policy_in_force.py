"""The policy that flags are raised under now: the one adopted last, or the one shipped with the service."""

from __future__ import annotations

from sqlalchemy.orm import Session

from safeguard.risk.policy import Policy


def policy_in_force(session: Session) -> Policy:
    return Policy.load()
