"""Who may open an account in which role, and look after it. What is not written here is refused."""

from __future__ import annotations

from collections.abc import Mapping

from safeguard.access.actor import Actor, Role

_AT_A_PARTNER = frozenset({Role.REFERRER, Role.AGENCY_LEAD, Role.RESPONDER})
_AT_THE_DESK = frozenset({Role.SCREENER, Role.DECISION_MAKER, Role.CHAIR, Role.MINUTE_TAKER, Role.MANAGER})

MAY_GIVE: Mapping[Role, frozenset[Role]] = {
    Role.AGENCY_LEAD: _AT_A_PARTNER,
    Role.MANAGER: _AT_THE_DESK,
    Role.ADMINISTRATOR: frozenset(Role) - {Role.MACHINE},
}


def may_give(actor: Actor, role: Role) -> bool:
    """Whether `actor` may open an account in `role`, and close it."""
    return role in MAY_GIVE.get(actor.role, frozenset())


def of_every_agency(actor: Actor) -> bool:
    """Whether `actor` looks after the accounts of every agency, or of their own alone."""
    return actor.role is Role.ADMINISTRATOR
