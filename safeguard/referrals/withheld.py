"""Protected addresses in what a referral said: whoever may not know the place reads that it is protected."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import object_session

from safeguard.concerns.address_key import address_key
from safeguard.concerns.model import Address
from safeguard.people.model import PROTECTED
from safeguard.people.sight import unseen, whole
from safeguard.referrals.model import Referral, Said, read_as

_KEYS = "protected_address_keys"


def without_protected(document: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    """The document with each address whose `address_key` is among `keys` left out. Pure; what was typed elsewhere stays."""
    return {
        **document,
        "addresses": [
            {"key": one["key"], "lines": [PROTECTED]}
            if address_key(one.get("lines") or [], one.get("postcode"), one.get("uprn")) in keys
            else one
            for one in document.get("addresses", [])
        ],
    }


@read_as
def _as_read(referral: Referral, said: Said) -> Said:
    """Whoever wrote it knows what they wrote, and a draft is theirs to change."""
    session = object_session(referral)
    hidden = unseen(session) if session is not None and referral.status == "submitted" else None
    if session is None or hidden is None or not hidden.any or referral.created_by == hidden.actor.account_id:
        return said
    if _KEYS not in hidden.kept:
        with whole(session):
            hidden.kept[_KEYS] = frozenset(session.scalars(select(Address.match_key).where(Address.id.in_(hidden.addresses))))
    return without_protected(said, hidden.kept[_KEYS]) if hidden.kept[_KEYS] else said
