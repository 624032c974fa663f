"""What was changed, field by field: who, when, what stood there and what stands there now.

What was said of people is never changed, and what is done about a case is a row of its own. The rest, accounts, agencies,
tokens, holds and files under review, says beside its model which of its fields are followed (`follow`). The rows are made in
the flush of the change itself, so that nobody can forget them. Their values are sealed and read one at a time.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import g, has_request_context
from sqlalchemy import Index, LargeBinary, String, Uuid, event, inspect, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from safeguard.access.actor import Actor
from safeguard.kernel.clock import wall_clock
from safeguard.kernel.database import Base, Moment, new_id
from safeguard.kernel.sealed import Sealed

PAGE = 50
_FOLLOWED: dict[type, dict[str, str]] = {}


class FieldChange(Base):
    """One field of one row was changed. `account_id` is None where the service or a command did it. Never changed itself."""

    __tablename__ = "field_change"
    __table_args__ = (Index(None, "entity", "entity_id", "at"), Index(None, "at", "id"))

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    entity: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    field: Mapped[str] = mapped_column(String(40))
    account_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Moment)
    old_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    new_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    old = Sealed("old_sealed")
    new = Sealed("new_sealed")


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """Changes, newest first, and whether older ones follow."""

    rows: Sequence[FieldChange]
    more: bool


def follow(entity: type[Base], fields: dict[str, str]) -> None:
    """Keep the history of these fields of `entity`, each with its name in words. Secrets and hashes are not among them."""
    _FOLLOWED[entity] = fields


def followed() -> dict[str, dict[str, str]]:
    """The fields that are followed, in words, by table."""
    return {entity.__tablename__: fields for entity, fields in _FOLLOWED.items()}  # type: ignore[attr-defined]


def changes_page(session: Session, *, entity: str | None = None, entity_id: uuid.UUID | None = None, page: int = 1) -> ChangesPage:
    """The changes of all rows, of one table or of one row."""
    query = select(FieldChange).order_by(FieldChange.at.desc(), FieldChange.id).offset((page - 1) * PAGE).limit(PAGE + 1)
    if entity is not None:
        query = query.where(FieldChange.entity == entity)
    if entity_id is not None:
        query = query.where(FieldChange.entity_id == entity_id)
    rows = session.scalars(query).all()
    return ChangesPage(rows[:PAGE], more=len(rows) > PAGE)


@event.listens_for(Session, "before_flush")
def _note(session: Session, _context: Any, _instances: Any) -> None:
    actor = g.get("actor") if has_request_context() else None
    by = actor.account_id if isinstance(actor, Actor) else None
    for row in [one for one in session.dirty if type(one) in _FOLLOWED]:
        state = inspect(row)
        for field in _FOLLOWED[type(row)]:
            old, new = _both(state.attrs[field].history)
            if old == new:
                continue
            change = FieldChange(
                id=new_id(), entity=row.__tablename__, entity_id=row.id, field=field, account_id=by, at=wall_clock()
            )
            change.old, change.new = old, new
            session.add(change)


def _both(history: Any) -> tuple[str | None, str | None]:
    """The value before and after, as text; the same where nothing was changed."""
    if not history.has_changes():
        return None, None
    return _text(history.deleted[0] if history.deleted else None), _text(history.added[0] if history.added else None)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value)
