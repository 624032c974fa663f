"""Small steps that integration tests share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.agencies.model import Agency
from safeguard.agencies.service import actor_for, agencies_by_slug
from safeguard.kernel.clock import told_time
from safeguard.kernel.database import transaction

MONDAY = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)


@contextmanager
def transaction_at(at: datetime = MONDAY) -> Iterator[tuple[Session, datetime]]:
    """A transaction in which it is `at`."""
    with told_time(at), transaction() as session:
        yield session, at


def agency(session: Session, slug: str = "oakfield-primary-school") -> Agency:
    return agencies_by_slug(session)[slug]


def somebody(session: Session, who: str = "screener") -> Actor:
    return actor_for(session, f"{who}@demo.example")
