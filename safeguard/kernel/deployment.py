"""What kind of data this database holds: a mark that keeps synthetic and real people apart for ever."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from safeguard.kernel.clock import now
from safeguard.kernel.database import Base, Moment
from safeguard.kernel.errors import WrongData


class Deployment(Base):
    """The one row that says whether the people in this database are real or made up."""

    __tablename__ = "deployment"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("data IN ('synthetic', 'real')", name="known_data"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    data: Mapped[str] = mapped_column(String(10))
    marked_at: Mapped[datetime] = mapped_column(Moment)


def kind_of_data(session: Session) -> str | None:
    """"synthetic", "real", or None where nothing was loaded yet."""
    return session.scalar(select(Deployment.data))


def mark_data(session: Session, kind: str) -> None:
    """Mark the database as holding `kind` of data.

    Raises:
        WrongData: it is marked as the other kind already.
    """
    held = kind_of_data(session)
    if held is None:
        session.add(Deployment(id=1, data=kind, marked_at=now()))
    elif held != kind:
        raise WrongData(f"this database holds {held} data and cannot take {kind} data")


def admit_real_data(session: Session) -> None:
    """Mark an empty database as holding real people, so that made-up ones never join them.

    Raises:
        WrongData: it holds made-up people, whose sign-ins everybody knows.
    """
    mark_data(session, "real")
