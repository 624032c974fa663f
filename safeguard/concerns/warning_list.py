"""The warnings that somebody has to do something about: review overdue, waiting for approval, review soon. Paged in the database."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.concerns.model import Address, WarningNote, WarningNoteStep
from safeguard.concerns.warnings import NoteInFull, notes_in_full
from safeguard.kernel.errors import NotPermitted
from safeguard.kernel.numbers import pages_of
from safeguard.people.candidates import clusters_of
from safeguard.people.identity import identity_of

VIEWS: Mapping[str, str] = {
    "overdue": "Review overdue",
    "waiting": "Waiting for approval",
    "soon": "Review within 30 days",
    "all": "All in force",
}
PAGE = 25
_SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Listed:
    """A note, and the name or the address it is on."""

    full: NoteInFull
    whom: str


@dataclass(frozen=True, slots=True)
class WarningList:
    """One page of a view of the list, the earliest review first; `counts` are those of every view."""

    rows: Sequence[Listed]
    counts: Mapping[str, int]
    page: int
    pages: int


def warning_list(session: Session, actor: Actor, view: str, *, page: int, today: date) -> WarningList:
    """The notes that have not ended, of one of `VIEWS`, in a fixed number of statements.

    Raises:
        NotPermitted: the actor may not record warnings.
    """
    if not permits(actor, "warning.record"):
        raise NotPermitted("warning note")
    counts = {name: session.scalar(_of(select(func.count()).select_from(WarningNote), name, today)) or 0 for name in VIEWS}
    pages = pages_of(counts[view], PAGE)
    page = min(max(page, 1), pages)
    chosen = _of(select(WarningNote.id), view, today).order_by(_review_on(), WarningNote.id)
    ids = list(session.scalars(chosen.limit(PAGE).offset((page - 1) * PAGE)))
    notes = {full.note.id: full for full in notes_in_full(session, ids)}
    shown = [notes[key] for key in ids if key in notes]
    names = _names(session, shown)
    return WarningList([Listed(full, names[full.note.id]) for full in shown], counts, page, pages)


def _of(query: Select[Any], view: str, today: date) -> Select[Any]:
    query = query.where(~_has("ended"))
    if view == "overdue":
        return query.where(_review_on() <= today)
    if view == "waiting":
        return query.where(~_has("approved"))
    if view == "soon":
        return query.where(_review_on() > today, _review_on() <= today + _SOON)
    return query


def _has(kind: str) -> ColumnElement[bool]:
    return exists().where(WarningNoteStep.note_id == WarningNote.id, WarningNoteStep.kind == kind).correlate(WarningNote)


def _review_on() -> ColumnElement[date]:
    last = (
        select(WarningNoteStep.review_on)
        .where(WarningNoteStep.note_id == WarningNote.id, WarningNoteStep.kind == "reviewed")
        .order_by(WarningNoteStep.at.desc(), WarningNoteStep.id.desc())
        .limit(1)
        .correlate(WarningNote)
        .scalar_subquery()
    )
    return func.coalesce(last, WarningNote.review_on)


def _names(session: Session, notes: Sequence[NoteInFull]) -> dict[uuid.UUID, str]:
    people = clusters_of(session, {full.person_id for full in notes if full.person_id})
    addresses = {full.note.address_id for full in notes if full.note.address_id}
    where = {row.id: row.one_line for row in session.scalars(select(Address).where(Address.id.in_(addresses)))}
    return {
        full.note.id: identity_of(people[full.person_id]).name if full.person_id and people.get(full.person_id)
        else where.get(full.note.address_id or full.note.id, "Somebody not known any more")
        for full in notes
    }  # fmt: skip
