"""The sign-ins of the demo: one for each role a person can have, and the partners of the journey. Never opened on production settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from safeguard.access.actor import Role
from safeguard.agencies.model import Agency
from safeguard.agencies.service import open_account

PASSWORD = "willow-lantern-42"  # noqa: S105  printed for everybody who runs the demo
SCREENER_EMAIL = "screener@demo.example"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One sign-in. `agency` is a slug, or "school" for the first school."""

    email: str
    name: str
    role: Role
    agency: str
    job_title: str


ACCOUNTS = (
    DemoAccount("school@demo.example", "Sam Example", Role.REFERRER, "school", "Designated safeguarding lead"),
    DemoAccount("health.visitor@demo.example", "Ash Example", Role.REFERRER, "health-visiting", "Health visitor"),
    DemoAccount("police@demo.example", "Jo Example", Role.REFERRER, "police", "Public protection officer"),
    DemoAccount("lead@demo.example", "Lee Example", Role.AGENCY_LEAD, "school", "Headteacher"),
    DemoAccount(SCREENER_EMAIL, "Robin Example", Role.SCREENER, "front-door", "Social worker"),
    DemoAccount("manager@demo.example", "Max Example", Role.MANAGER, "front-door", "Hub manager"),
    DemoAccount("decider@demo.example", "Drew Example", Role.DECISION_MAKER, "front-door", "Team manager"),
    DemoAccount("partner@demo.example", "Pat Example", Role.PARTNER, "police", "MASH detective sergeant"),
    DemoAccount("chair@demo.example", "Charlie Example", Role.CHAIR, "front-door", "Strategy discussion chair"),
    DemoAccount("minutes@demo.example", "Minnie Example", Role.MINUTE_TAKER, "front-door", "Business support"),
    DemoAccount("responder@demo.example", "Ray Example", Role.RESPONDER, "school", "School office manager"),
    DemoAccount("governance@demo.example", "Gale Example", Role.GOVERNANCE, "front-door", "Information-governance officer"),
    DemoAccount("administrator@demo.example", "Ada Example", Role.ADMINISTRATOR, "front-door", "Platform administrator"),
    DemoAccount("auditor@demo.example", "Alex Example", Role.AUDITOR, "front-door", "Internal auditor"),
)


def open_accounts(session: Session, agencies: Mapping[str, Agency], school: str) -> None:
    """Open every demo account."""
    for account in ACCOUNTS:
        open_account(
            session,
            agencies[school if account.agency == "school" else account.agency],
            name=account.name,
            email=account.email,
            role=account.role,
            password=PASSWORD,
            job_title=account.job_title,
            phone="01632 960200",
        )
