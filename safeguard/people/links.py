"""Links from source records to people: made, superseded, never changed."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from safeguard.kernel.database import new_id
from safeguard.kernel.record_key import RecordKey
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
) -> PersonLink:
    """Have the matcher say that a source record belongs to a person. `reason`: its own words, which stay in clear."""
    made = PersonLink(
        id=new_id(), source_record_id=record_id, person_id=person_id, made_by="matcher", made_at=at, band=band, reason=reason,
        lines=lines or [], matcher_version=version,
    )  # fmt: skip
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
    """Supersede current links, and link their records to another person. `reason`: what somebody typed, which is sealed."""
    for current in links:
        current.superseded_at = at
    session.flush()
    keys = RecordKey.of_all(session, "record", [current.source_record_id for current in links])
    session.add_all(
        PersonLink(
            id=new_id(), source_record_id=one.source_record_id, person_id=person_id, key=keys[one.source_record_id], made_by="person",
            account_id=account_id, made_at=at, band=band, reason="", said=reason, lines=[], change_id=change_id,
        )
        for one in links
    )  # fmt: skip
    session.flush()


def with_words(session: Session, links: Collection[PersonLink]) -> None:
    """Load the keys of what people typed about these links, in one statement, or none where the matcher made them all."""
    typed = [link for link in links if link.said_sealed is not None]
    if typed:
        found = {key.id: key for key in session.scalars(select(RecordKey).where(RecordKey.id.in_([one.source_record_id for one in typed])))}
        for link in typed:
            set_committed_value(link, "key", found.get(link.source_record_id))


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
