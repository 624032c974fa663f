"""Files handed over by link: which, to whom, by whom, and what became of the link."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from safeguard.kernel.database import Base, Moment, new_id
from safeguard.kernel.sealed import Sealed
from safeguard.people.sight import keep_from_view


class Handing(Base):
    """One file handed to one recipient: somebody with an account (`account_id`), or somebody outside, by name and address.

    `document_id` is that of a case summary or of a subject-access bundle, `about_id` that of its referral or request. Of the
    link's code and of the password only hashes are kept; the code is made when the email is sent, so until then there is none.
    """

    __tablename__ = "handing"
    __table_args__ = (
        CheckConstraint("kind IN ('summary', 'bundle')", name="known_kind"),
        CheckConstraint("(account_id IS NULL) = (email_sealed IS NOT NULL)", name="one_recipient"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked_by_somebody"),
        CheckConstraint("opened_at IS NULL OR revoked_at IS NULL", name="opened_or_revoked"),
        Index(None, "document_id", "made_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(10))
    document_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    about_id: Mapped[uuid.UUID] = mapped_column(Uuid, index=True)
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    purpose_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    code_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    password_sha256: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))

    name = Sealed("name_sealed")
    email = Sealed("email_sealed")
    purpose = Sealed("purpose_sealed")


keep_from_view(Handing, "people", lambda hidden: Handing.about_id.not_in(hidden.referrals))
