"""What was asked and found in a search, for the minutes in which somebody reads it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from safeguard.kernel.database import Base, Moment, json_type, new_id
from safeguard.people.search_terms import LONGEST


class PersonSearch(Base):
    """One search by one account. Its id stands in addresses, so that names never do; a search made later than `KEPT` after it deletes it.

    `found` holds the people that fit and why, the best first.
    """

    __tablename__ = "person_search"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment, index=True)
    typed: Mapped[str] = mapped_column(String(LONGEST))
    broad: Mapped[bool] = mapped_column(Boolean)
    problems: Mapped[list[str]] = mapped_column(json_type())
    found: Mapped[list[dict[str, Any]]] = mapped_column(json_type())
