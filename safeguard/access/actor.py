"""The person, or the system, a request acts for."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an account is trusted to do; one role an account."""

    REFERRER = "referrer"
    AGENCY_LEAD = "agency_lead"
    RESPONDER = "responder"
    SCREENER = "screener"
    DECISION_MAKER = "decision_maker"
    PARTNER = "partner"
    CHAIR = "chair"
    MINUTE_TAKER = "minute_taker"
    MANAGER = "manager"
    GOVERNANCE = "governance"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    MACHINE = "machine"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Role.REFERRER: "Referrer",
    Role.AGENCY_LEAD: "Agency safeguarding lead",
    Role.RESPONDER: "Agency responder",
    Role.SCREENER: "MASH screener",
    Role.DECISION_MAKER: "MASH decision-maker",
    Role.PARTNER: "MASH partner representative",
    Role.CHAIR: "Meeting chair",
    Role.MINUTE_TAKER: "Minute-taker",
    Role.MANAGER: "MASH manager",
    Role.GOVERNANCE: "Information-governance officer",
    Role.AUDITOR: "Auditor",
    Role.ADMINISTRATOR: "Platform administrator",
    Role.MACHINE: "Machine client",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person: who, for which agency, in which role."""

    account_id: uuid.UUID
    agency_id: uuid.UUID
    agency_name: str
    name: str
    role: Role
