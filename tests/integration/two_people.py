"""Two people in a test database who may be one: the same girl told of twice, from two addresses."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.people.links import current_links
from safeguard.people.merging import state_of
from safeguard.people.model import PersonLink
from safeguard.referrals.submission import receive
from tests.documents import about
from tests.integration.help import agency, transaction_at

JUNE = datetime(2026, 6, 16, 10, 0, tzinfo=UTC)
SEPTEMBER = datetime(2026, 9, 16, 10, 0, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 16, 10, 0, tzinfo=UTC)
_ELSEWHERE = [{"key": "h1", "lines": ["3 Mill Lane"], "postcode": "AM9 1ZZ"}]


@dataclass(frozen=True)
class TwoPeople:
    """`older` is known since June, `newer` since September; each has one record."""

    older: uuid.UUID
    newer: uuid.UUID
    older_record: uuid.UUID
    newer_record: uuid.UUID
    older_referral: uuid.UUID
    newer_referral: uuid.UUID


def tell_of(given: str, surname: str, born: str, reference: str, at: datetime, **changes: Any) -> Any:
    """A referral about one child, received at `at`."""
    with transaction_at(at) as (session, _at):
        return receive(session, agency(session), about(given, surname, born, client_reference=reference, **changes), at=at)


def two_people() -> TwoPeople:
    """Told of by the school from two addresses: a possible match that nobody has answered."""
    first = tell_of("Amelia", "Smith", "2015-03-27", "T-1", JUNE)
    second = tell_of("Amelia", "Smith", "2015-03-27", "T-2", SEPTEMBER, addresses=_ELSEWHERE)
    older, newer = first.people[0], second.people[0]
    assert older.person_id != newer.person_id
    return TwoPeople(
        older.person_id, newer.person_id, older.record.id, newer.record.id, first.referral.id, second.referral.id
    )


def seen(session: Session, *person_ids: uuid.UUID) -> str:
    """What a page open now would carry of these people."""
    return state_of([link for links in current_links(session, person_ids).values() for link in links])


def homes(session: Session) -> dict[uuid.UUID, uuid.UUID]:
    """Whose each record is now; fails where one has two homes."""
    rows = session.execute(
        select(PersonLink.source_record_id, PersonLink.person_id).where(PersonLink.superseded_at.is_(None))
    ).tuples().all()
    assert len({record for record, _person in rows}) == len(rows)
    return dict(rows)
