"""How far a load of made-up people came, and starting it afresh."""

from __future__ import annotations

from enum import Enum

from flask_migrate import downgrade, upgrade
from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.audit.model import AuditEvent
from safeguard.audit.service import record as audit
from safeguard.kernel.database import db, transaction
from safeguard.kernel.deployment import kind_of_data
from safeguard.kernel.errors import Conflict

_BEGUN, _FINISHED = "demo.loaded", "demo.finished"


class Loading(Enum):
    """What became of the load, if there was one."""

    NEVER = "never"
    UNFINISHED = "unfinished"
    FINISHED = "finished"


def state_of(session: Session) -> Loading:
    """The audit knows when a load began and when it was finished."""
    seen = set(session.scalars(select(AuditEvent.action).where(AuditEvent.action.in_((_BEGUN, _FINISHED))).distinct()))
    if _FINISHED in seen:
        return Loading.FINISHED
    return Loading.UNFINISHED if _BEGUN in seen else Loading.NEVER


def mark_finished(session: Session, *, referrals: int) -> None:
    """Note that a load came to its end."""
    audit(session, None, _FINISHED, referrals=referrals)


def empty_database() -> None:
    """Take every table away and make it again: the triggers that protect records forbid emptying them.

    Raises:
        Conflict: the database is not marked as holding made-up people only.
    """
    with transaction() as session:
        held = kind_of_data(session)
    if held != "synthetic":
        raise Conflict("This database is not marked as holding made-up people, so nothing in it is deleted")
    db.session.remove()
    db.engine.dispose()
    downgrade(revision="base")
    upgrade()
