"""Reading a population family by family from a database that is only read."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import islice
from pathlib import Path

from sqlalchemy import Select, String, cast, create_engine, func, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from safeguard.concerns.model import CaseEvent
from safeguard.concerns.neighbourhood import Neighbourhood, neighbourhood
from safeguard.kernel.errors import Problem, RuleBroken
from safeguard.people.model import PersonLink, SourceRecord
from safeguard.risk.facts import touched
from safeguard.risk.hindsight.as_of import families

# Few enough that no neighbourhood meets its limit of people, enough to share its statements.
_AT_ONCE = 12
_ROUTINE = '["routine_contact"]'


@contextmanager
def opened(where: str) -> Iterator[Session]:
    """A session on the database at `where`, an address or the path of a SQLite file, that cannot write.

    Raises:
        RuleBroken: there is no such database, or it is not one of this service at its present version.
    """
    session = Session(create_engine(_address(where), execution_options=_reading(where)), autoflush=False, expire_on_commit=False)
    try:
        session.execute(select(CaseEvent).limit(1)).all()
        yield session
    except SQLAlchemyError as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        words = f"This database cannot be read as one of this service ({kind}). Bring it up to date"
        raise RuleBroken([Problem("population", words)]) from error
    finally:
        session.close()
        bind = session.get_bind()
        getattr(bind, "dispose", lambda: None)()


def _address(where: str) -> str:
    if "://" in where and not where.startswith("sqlite:///"):
        return where
    path = Path(where.removeprefix("sqlite:///")).resolve()
    if not path.is_file():
        raise RuleBroken([Problem("population", f"There is no database file {path}")])
    return f"sqlite:///file:{path}?mode=ro&uri=true"


def _reading(where: str) -> dict[str, bool]:
    return {"postgresql_readonly": True} if where.startswith("postgresql") else {}


def children_in(session: Session) -> int:
    """How many children the population has."""
    counted = (
        select(func.count(func.distinct(PersonLink.person_id)))
        .join(SourceRecord, SourceRecord.id == PersonLink.source_record_id)
        .where(PersonLink.superseded_at.is_(None), SourceRecord.role != "adult")
    )
    return session.scalar(counted) or 0


def last_day(session: Session) -> date | None:
    """The day of the newest event."""
    return session.scalar(select(func.max(CaseEvent.known_on)))


def families_with_news(
    session: Session, at: date, told: Callable[[int], object] = lambda _done: None
) -> Iterator[Neighbourhood]:
    """Every family in which something other than routine is recorded, whole, each once; the focus is its children.

    Nothing is kept between families but who was met, so memory does not grow with the history.

    Args:
        told: called with the number of people done, for progress.
    """
    met: set[uuid.UUID] = set()
    people = _people_with_news(session)
    while batch := list(islice(people, _AT_ONCE)):
        fresh = [key for key in batch if key not in met]
        for focus in _parts(touched(neighbourhood(session, fresh, hops=2), at=at) if fresh else [], met):
            met.update(focus)
            yield from families(neighbourhood(session, focus, hops=2))
        session.expunge_all()
        told(len(batch))


def _parts(focus: Sequence[uuid.UUID], met: Collection[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    left = [key for key in focus if key not in met]
    for start in range(0, len(left), _AT_ONCE * 3):
        yield left[start : start + _AT_ONCE * 3]


def people_with_news(session: Session) -> int:
    """How many people something other than routine is recorded of."""
    return session.scalar(select(func.count()).select_from(_with_news().subquery())) or 0


def _people_with_news(session: Session) -> Iterator[uuid.UUID]:
    """In the order of ids, a page at a time, so that no cursor stays open."""
    after: uuid.UUID | None = None
    while True:
        page = _with_news().order_by(PersonLink.person_id).limit(2000)
        keys = list(session.scalars(page if after is None else page.where(PersonLink.person_id > after)))
        if not keys:
            return
        yield from keys
        after = keys[-1]


def _with_news() -> Select[uuid.UUID]:
    return (
        select(PersonLink.person_id)
        .join(CaseEvent, CaseEvent.source_record_id == PersonLink.source_record_id)
        .where(
            PersonLink.superseded_at.is_(None),
            or_(CaseEvent.kind != "professional_observation", cast(CaseEvent.categories, String) != _ROUTINE),
        )
        .distinct()
    )
