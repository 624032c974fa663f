"""How, and how recently, the actor of a request proved who they are: what the second gate of the policy reads.

A session that still waits for its second factor is no session: its owner is nobody yet. So where this installation asks
a role for a second factor, whoever holds that role and is signed in has proved it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

# After this a person is asked again before a step that would be worth stealing a session for.
FRESH_FOR = timedelta(minutes=10)


class Assurance(IntEnum):
    """What stands behind a request, weakest first. FRESH: everything the account asks for, proved just now."""

    MACHINE = 1
    PASSWORD = 2
    SECOND_FACTOR = 3
    FRESH = 4


@dataclass(frozen=True, slots=True)
class Proof:
    """What a session, or a service's token, was opened with, and the moment it was last proved."""

    level: Assurance
    at: datetime


def proved(proof: Proof | None, at: datetime) -> tuple[Assurance | None, datetime | None]:
    """The level that `proof` has at the moment `at`, and when it was proved; (None, None) where there is none.

    A machine's token is never fresh, whenever it was issued.
    """
    if proof is None:
        return None, None
    fresh = proof.level is not Assurance.MACHINE and at - proof.at <= FRESH_FOR
    return (Assurance.FRESH if fresh else proof.level), proof.at


def is_fresh(proof: Proof | None, at: datetime) -> bool:
    """Whether the actor proved who they are in the last ten minutes."""
    return proved(proof, at)[0] is Assurance.FRESH
