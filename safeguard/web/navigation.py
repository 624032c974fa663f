"""What stands in the bar at the top, by permission."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from safeguard.access.actor import Actor
from safeguard.access.policy import permits

# words, endpoint, permission
_PLACES = (
    ("Your referrals", "referrals.followed", "referral.follow"),
    ("Queue", "mash.show_queue", "desk.view"),
    ("Agency checks", "mash.checks", "check.ask"),
    ("Requests to answer", "mash.requests", "check.answer"),
    ("Search", "mash.search_form", "person.search"),
    ("Risk", "mash.risk", "risk.view"),
    ("Linked children", "mash.child_groups", "person.view"),
    ("Possible matches", "mash.matches", "desk.match"),
    ("Possible duplicates", "mash.duplicates", "desk.match"),
    ("Warnings", "mash.warnings", "warning.record"),
    ("Restricted", "mash.list_restrictions", "restriction.manage"),
    ("Subject access", "subject_access.requests", "subject_access.manage"),
    ("Retention", "retention.reviews", "retention.view"),
    ("Local settings", "local.settings", "local.view"),
    ("To review", "governance.reviews", "glass.review"),
    ("Conflicts", "governance.list_conflicts", "conflict.manage"),
    ("Accounts", "accounts.list_accounts", "account.administer"),
    ("Audit", "governance.audit", "audit.read"),
    ("Permissions", "governance.permissions", "access.matrix"),
    ("Notices", "mash.notices", "account.self"),
)


def navigation(actor: Actor | None) -> list[dict[str, Any]]:
    """The items of the service navigation that `actor` may use, with the present one marked."""
    return [
        {"text": words, "href": url_for(endpoint), "active": request.endpoint == endpoint}
        for words, endpoint, permission in _PLACES
        if permits(actor, permission)
    ]
