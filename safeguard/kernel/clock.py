"""The one place that asks what time it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_frozen: ContextVar[datetime | None] = ContextVar("frozen_time", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def wall_clock() -> datetime:
    """The present moment whatever time is told: the audit never pretends."""
    return datetime.now(UTC)


def today() -> date:
    """The date in England now."""
    return london_date(now())


def london_date(at: datetime) -> date:
    """The date in England at the aware moment `at`."""
    return at.astimezone(LONDON).date()


@contextmanager
def told_time(at: datetime) -> Iterator[None]:
    """Within the block it is `at` (aware), for imports that tell a history and for tests."""
    if at.tzinfo is None:
        raise ValueError("a told time must carry its time zone")
    token = _frozen.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
