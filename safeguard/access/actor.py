"""The person a request acts for."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is trusted to do; one role an account."""

    REFERRER = "referrer"
    AGENCY_LEAD = "agency_lead"
    SCREENER = "screener"
    MANAGER = "manager"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Role.REFERRER: "Referrer",
    Role.AGENCY_LEAD: "Agency safeguarding lead",
    Role.SCREENER: "MASH screener",
    Role.MANAGER: "MASH manager",
    Role.AUDITOR: "Auditor",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person: who, for which agency, in which role."""

    account_id: uuid.UUID
    agency_id: uuid.UUID
    agency_name: str
    name: str
    role: Role
