"""Restricted records for tests."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from safeguard.agencies.service import actor_for
from safeguard.kernel.clock import now
from safeguard.people.restricted.model import Restriction
from safeguard.people.restricted.placing import Proposed, place

PLACED = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)


def restricted(session: Session, *people: uuid.UUID, readers: tuple[str, ...] = ("manager", "decider"), **more: object) -> Restriction:
    """Restrict these people (or what `more` says) for everybody but the demo accounts named."""
    at = now()
    manager = actor_for(session, "manager@demo.example")
    named = [actor_for(session, f"{who}@demo.example").account_id for who in readers]
    return place(
        session, manager, Proposed("A colleague's family", (at + timedelta(days=30)).date(), named, people=people, **more), at=at  # type: ignore[arg-type]
    )
