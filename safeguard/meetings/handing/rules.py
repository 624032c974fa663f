"""What a link may be made with, how it stands, and a password as somebody may type it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from safeguard.kernel.errors import Problem

DAYS, MOST_DAYS = 7, 30
LONGEST_NAME, LONGEST_PURPOSE, LONGEST_EMAIL = 200, 2_000, 254
# Capitals and figures that nobody misreads on paper or mishears: no 0 or O, no 1, I or L.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
GROUP, GROUPS = 4, 5

STATES = {
    "unsent": "Email not sent yet", "waiting": "Waiting to be opened", "opened": "Opened", "expired": "Expired", "revoked": "Taken back",
}  # fmt: skip
# Why a file leaves without a password: codes, so that the audit can hold them.
UNPROTECTED = {
    "print": "It is printed here, for people in the room",
    "system": "It goes into a record system, which protects it",
    "court": "A court needs it without a password",
    "cannot": "Whoever gets it cannot open a file with a password, and asked for it without",
}


@dataclass(frozen=True, slots=True)
class Proposed:
    """A link as somebody wishes it. `inside`: for somebody with an account, who is then known by `email` alone."""

    inside: bool
    name: str
    email: str
    purpose: str
    days: int | None


def problems_of(asked: Proposed) -> list[Problem]:
    """What is missing or makes no sense, whoever is meant."""
    found = []
    if not asked.inside and not asked.name:
        found.append(Problem("name", "Enter who they are, such as: Alex Morgan, solicitor for the child"))
    if len(asked.name) > LONGEST_NAME:
        found.append(Problem("name", f"Use {LONGEST_NAME} characters or fewer for who they are. You entered {len(asked.name):,}"))
    if not _is_address(asked.email):
        found.append(Problem("email", "Enter an email address, like name@example.org"))
    if not asked.purpose:
        found.append(Problem("purpose", "Enter why they are given it"))
    elif len(asked.purpose) > LONGEST_PURPOSE:
        found.append(Problem("purpose", f"Use {LONGEST_PURPOSE:,} characters or fewer. You entered {len(asked.purpose):,}"))
    if asked.days is None or not 1 <= asked.days <= MOST_DAYS:
        found.append(Problem("days", f"Enter a number of days from 1 to {MOST_DAYS}"))
    return found


def _is_address(text: str) -> bool:
    """Whether mail can be sent to it: one @ with something on either side, and nothing that ends a header or begins another address."""
    local, at, domain = text.partition("@")
    plain = text.isascii() and text.isprintable() and not set(text) & set(' ,;:<>"()[]\\')
    return bool(local and at and "." in domain.strip(".") and "@" not in domain and plain and len(text) <= LONGEST_EMAIL)


def state_of(*, sent: bool, opened_at: datetime | None, revoked_at: datetime | None, expires_at: datetime, at: datetime) -> str:
    """How a link stands at the moment `at`: a key of `STATES`. Only one that is "waiting" opens anything."""
    if opened_at is not None:
        return "opened"
    if revoked_at is not None:
        return "revoked"
    if expires_at <= at:
        return "expired"
    return "waiting" if sent else "unsent"


def password_typed(text: str) -> str:
    """A password of ours as it was made, however somebody typed it: in small letters, without hyphens, with spaces."""
    plain = "".join(one for one in text.upper() if one.isalnum())
    if len(plain) != GROUP * GROUPS or not set(plain) <= set(ALPHABET):
        return text
    return "-".join(plain[place : place + GROUP] for place in range(0, len(plain), GROUP))
