"""Protected addresses in what a referral said: whoever may not know the place reads that it is protected."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from safeguard.concerns.address_key import address_key
from safeguard.concerns.model import Address
from safeguard.people.model import PROTECTED
from safeguard.people.sight import Unseen, cover, note_covered
from safeguard.referrals.model import Referral

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


def _find_keys(session: Session, hidden: Unseen) -> None:
    hidden.kept[_KEYS] = frozenset(session.scalars(select(Address.match_key).where(Address.id.in_(hidden.addresses))))


def _cover_referral(_session: Session, referral: Referral, hidden: Unseen) -> None:
    """Whoever wrote it knows what they wrote, and a draft is theirs to change."""
    if not hidden.kept.get(_KEYS) or referral.status != "submitted" or referral.created_by == hidden.actor.account_id:
        return
    covered = without_protected(referral.document, hidden.kept[_KEYS])
    if covered["addresses"] != referral.document.get("addresses", []):
        set_committed_value(referral, "document", covered)
        note_covered()


cover(Referral, _cover_referral, prepare=_find_keys)
