"""Changes of identity as they were asked for: one of them, and those that wait for a second person."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from safeguard.agencies.model import Account
from safeguard.kernel.errors import NotFound
from safeguard.people.candidates import clusters_of
from safeguard.people.identity import identity_of
from safeguard.people.model import IdentityChange

MOST_WAITING = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A change of identity with the name of who asked for it, and of the two people as they are known now."""

    change: IdentityChange
    asker: str
    names: tuple[str, str]


def asked(session: Session, change_id: uuid.UUID) -> Asked:
    """One change.

    Raises:
        NotFound: there is none.
    """
    found = session.execute(
        select(IdentityChange, Account.name)
        .join(Account, Account.id == IdentityChange.asked_by)
        .where(IdentityChange.id == change_id)
    ).first()
    if found is None:
        raise NotFound("change")
    return _named(session, [(found[0], found[1])])[0]


def asked_for(session: Session, person_id: uuid.UUID | None = None) -> list[Asked]:
    """The joinings that wait for a second person, of everybody or of one, longest waiting first, at most `MOST_WAITING`."""
    wanted = (
        select(IdentityChange, Account.name)
        .join(Account, Account.id == IdentityChange.asked_by)
        .where(IdentityChange.status == "waiting")
    )
    if person_id is not None:
        wanted = wanted.where(or_(IdentityChange.person_id == person_id, IdentityChange.other_person_id == person_id))
    rows = session.execute(wanted.order_by(IdentityChange.asked_at, IdentityChange.id).limit(MOST_WAITING)).tuples()
    return _named(session, list(rows))


def how_many_wait(session: Session) -> int:
    """How many joinings wait for a second person."""
    return session.scalar(select(func.count()).select_from(IdentityChange).where(IdentityChange.status == "waiting")) or 0


def _named(session: Session, rows: Sequence[tuple[IdentityChange, str]]) -> list[Asked]:
    ids = {key for change, _asker in rows for key in (change.person_id, change.other_person_id)}
    names = {key: identity_of(records).name for key, records in clusters_of(session, ids).items() if records}
    gone = "a person without records now"
    return [
        Asked(change, asker, (names.get(change.person_id, gone), names.get(change.other_person_id, gone)))
        for change, asker in rows
    ]
