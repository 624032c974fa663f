"""Who is read every night: everybody of whom anything is recorded, and everybody with an open flag.

Some signals fire because something is missing; others are over when their facts have grown old. People come in the order
of their ids, a page at a time, so that a pass that was stopped can go on. Whoever shares an address with somebody of the
page is read with them: what is known around a family is loaded once for all of it, however large the population.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

import networkx as nx
from sqlalchemy import ColumnElement, CompoundSelect, Exists, exists, func, select, union
from sqlalchemy.orm import Session

from safeguard.concerns.model import CaseEvent, Residence
from safeguard.people.model import PersonLink
from safeguard.risk.model import Flag

# People in one transaction: enough that commits do not count, few enough that nobody at the desk waits long.
PAGE = 100
# Of a hostel with hundreds of children, no more statements of where they live than this bring people along with a page.
_MOST_ROWS = 5 * PAGE


def people_to_read(session: Session) -> int:
    """How many people the pass reads."""
    return session.scalar(select(func.count()).select_from(_to_read().subquery())) or 0


def next_people(session: Session, after: uuid.UUID | None, page: int = PAGE) -> Sequence[uuid.UUID]:
    """The next page of people to read, in the order of their ids; empty at the end."""
    return session.scalars(_to_read(after, page).order_by("person_id").limit(page)).all()


def families_of(session: Session, people: Sequence[uuid.UUID], done: Collection[uuid.UUID] = ()) -> list[uuid.UUID]:
    """A page of people, without those `done` before, and whose turn comes later and who share an address with them.

    Returns:
        family by family, so that a part of the list is a few families whole.
    """
    fresh = [key for key in people if key not in done]
    if not fresh:
        return []
    homes = _homes(session, PersonLink.person_id.in_(fresh))
    later = (PersonLink.person_id > people[-1]) & Residence.address_id.in_(sorted({home for _person, home in homes})) & _told()
    along = [pair for pair in _homes(session, later) if pair[0] not in done]
    reading = {*fresh, *(person for person, _home in along)}
    together = nx.Graph([*homes, *along])
    together.add_nodes_from(reading)
    families = (sorted(reading & family) for family in nx.connected_components(together))
    return [key for family in sorted(families) for key in family]


def _homes(session: Session, which: ColumnElement[bool]) -> Sequence[tuple[uuid.UUID, uuid.UUID]]:
    """Who is said to live, or to have lived, at which address."""
    lived = (
        select(PersonLink.person_id, Residence.address_id)
        .join(Residence, Residence.source_record_id == PersonLink.source_record_id)
        .where(PersonLink.superseded_at.is_(None), which)
        .distinct()
        .order_by(PersonLink.person_id, Residence.address_id)
    )
    return [(person, home) for person, home in session.execute(lived.limit(_MOST_ROWS)).tuples()]


def _told() -> Exists:
    return exists().where(CaseEvent.source_record_id == PersonLink.source_record_id)


def _to_read(after: uuid.UUID | None = None, page: int | None = None) -> CompoundSelect[uuid.UUID]:
    """Each half by index and in order, so that a page costs the same at the end of a long history as at its beginning."""
    recorded = select(PersonLink.person_id).where(PersonLink.superseded_at.is_(None), _told()).distinct()
    flagged = select(Flag.person_id).where(Flag.status == "open").distinct()
    if after is not None:
        recorded, flagged = recorded.where(PersonLink.person_id > after), flagged.where(Flag.person_id > after)
    if page is not None:
        recorded, flagged = (half.order_by("person_id").limit(page).subquery().select() for half in (recorded, flagged))
    return union(recorded, flagged)
