"""Links from source records to people: made, superseded, never changed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.kernel.database import new_id
from safeguard.people.model import Person, PersonLink


def new_person(session: Session, at: datetime) -> Person:
    """A person to whom nothing is linked yet."""
    person = Person(id=new_id(), created_at=at)
    session.add(person)
    session.flush()
    return person


def link(
    session: Session,
    record_id: uuid.UUID,
    person_id: uuid.UUID,
    *,
    band: str,
    reason: str,
    at: datetime,
    lines: list[dict[str, object]] | None = None,
    version: str | None = None,
    account_id: uuid.UUID | None = None,
    change_id: uuid.UUID | None = None,
) -> PersonLink:
    """Say that a source record belongs to a person. `account_id`: who said so; None where the matcher did."""
    made = PersonLink(
        id=new_id(),
        source_record_id=record_id,
        person_id=person_id,
        made_by="person" if account_id else "matcher",
        account_id=account_id,
        made_at=at,
        band=band,
        reason=reason,
        lines=lines or [],
        matcher_version=version,
        change_id=change_id,
    )
    session.add(made)
    return made


def move(
    session: Session,
    links: Sequence[PersonLink],
    person_id: uuid.UUID,
    *,
    band: str,
    reason: str,
    at: datetime,
    account_id: uuid.UUID,
    change_id: uuid.UUID | None = None,
) -> None:
    """Supersede current links, and link their records to another person."""
    for current in links:
        current.superseded_at = at
    session.flush()
    for current in links:
        link(
            session, current.source_record_id, person_id, band=band, reason=reason, at=at,
            account_id=account_id, change_id=change_id,
        )
    session.flush()


def take_turns(session: Session, person_ids: Iterable[uuid.UUID]) -> None:
    """Make everybody else who would change these people wait until this transaction ends.

    Those who only point at them, with an event's flag or another record's link, need not wait.
    """
    session.execute(
        select(Person.id).where(Person.id.in_(list(person_ids))).order_by(Person.id).with_for_update(key_share=True)
    )


def current_links(session: Session, person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[PersonLink]]:
    """The links that stand for each of these people, in the order they were made."""
    links: dict[uuid.UUID, list[PersonLink]] = {person_id: [] for person_id in person_ids}
    rows = session.scalars(
        select(PersonLink)
        .where(PersonLink.person_id.in_(list(links)), PersonLink.superseded_at.is_(None))
        .order_by(PersonLink.made_at, PersonLink.id)
        .execution_options(populate_existing=True)
    )
    for row in rows:
        links[row.person_id].append(row)
    return links
