"""What speaks for a child's safety."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Integer, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from safeguard.kernel.database import Base, Moment, new_id
from safeguard.kernel.record_key import RecordKey, UnderRecordKey
from safeguard.people.sight import keep_from_view


class ProtectiveFactor(Base):
    """Something that speaks for a child's safety, as a person recorded it. It stands beside the flags and closes none.

    It hangs on a source record of the child, and its words on that record's key, so that a merge moves nothing; it is ended
    with a reason, never removed.
    """

    __tablename__ = "protective_factor"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    source_record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("source_record.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    observed_on: Mapped[date] = mapped_column(Date)
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(Integer)

    key: Mapped[RecordKey | None] = relationship(
        primaryjoin=lambda: foreign(ProtectiveFactor.source_record_id) == RecordKey.id, viewonly=True, lazy="selectin"
    )
    reason = UnderRecordKey("reason_sealed")
    ended_reason = UnderRecordKey("ended_reason_sealed")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


keep_from_view(ProtectiveFactor, "people", lambda hidden: ProtectiveFactor.source_record_id.not_in(hidden.records))
