"""What is hidden from somebody, as SQL: the one place that says whom a restriction or a conflict of interest stops.

Each function gives a query of ids that do not exist for this actor, to stand behind `NOT IN`. It is written over tables
of its own, so it can stand in any query. `sight` puts these conditions into every query of a request.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Uuid, and_, column, exists, false, literal, or_, select, table, union, union_all

from safeguard.access.actor import Actor, Role
from safeguard.kernel.clock import now
from safeguard.kernel.database import Moment

Hidden = Any
# A query of ids, or the ids themselves.
Ids = Any
# Roles that answer for restrictions themselves; they hold no permission to work on a case.
_PASS_ALL = frozenset({Role.GOVERNANCE})
# Who passes where nobody named on a restriction can sign in any more: no child's record may be out of everybody's reach.
_PASS_ORPHANS = frozenset({Role.MANAGER})


def _table(name: str, *ids: str, moments: tuple[str, ...] = (), words: tuple[str, ...] = ()) -> Any:
    """A table under a name of its own: nothing that adapts a query for an alias of the mapped one can touch it."""
    return table(
        name, *(column(one, Uuid()) for one in ids), *(column(one, Moment()) for one in moments), *(column(one) for one in words)
    ).alias(f"hidden_{name}")


_RESTRICTION = _table("restriction", "id", "address_id", "case_event_id", words=("kind", "instead_sealed"))
_KEY = _table("record_key", "id", words=("wrapped",))
_STEP = _table("restriction_step", "restriction_id", words=("act",))
_ANCHOR = _table("restriction_record", "restriction_id", "source_record_id")
_READER = _table("restriction_reader", "restriction_id", "account_id", moments=("ended_at",), words=("role",))
_GLASS = _table("break_glass", "restriction_id", "account_id", moments=("until", "closed_at"))
_ACCOUNT = _table("account", "id", words=("active", "role"))
_CONFLICT = _table("conflict_of_interest", "id", "account_id", moments=("ended_at",))
_CONFLICT_ANCHOR = _table("conflict_of_interest_record", "conflict_id", "source_record_id")
_LINK = _table("person_link", "person_id", "source_record_id", moments=("superseded_at",))
_THEIRS = table(
    "person_link", column("person_id", Uuid()), column("source_record_id", Uuid()), column("superseded_at", Moment())
).alias("hidden_theirs")
_RECORD = _table("source_record", "id", "referral_id")
_RESIDENCE = _table("residence", "source_record_id", "address_id")


def _holds() -> ColumnElement[bool]:
    """The restriction has not been lifted."""
    return ~exists().where(_STEP.c.restriction_id == _RESTRICTION.c.id, _STEP.c.act == "lifted")


def _passes(actor: Actor, at: datetime) -> ColumnElement[bool]:
    """`actor` is named on the restriction or holds a role that is, has opened it, or answers for one that nobody can open."""
    named = exists().where(
        _READER.c.restriction_id == _RESTRICTION.c.id,
        _READER.c.ended_at.is_(None),
        or_(_READER.c.account_id == actor.account_id, _READER.c.role == actor.role.value),
    )
    opened = exists().where(
        _GLASS.c.restriction_id == _RESTRICTION.c.id, _GLASS.c.account_id == actor.account_id,
        _GLASS.c.until > at, _GLASS.c.closed_at.is_(None),
    )
    passes: list[ColumnElement[bool]] = [named, opened]
    if actor.role in _PASS_ORPHANS:
        reachable = exists().where(
            _READER.c.restriction_id == _RESTRICTION.c.id, _READER.c.ended_at.is_(None),
            or_(
                and_(_ACCOUNT.c.id == _READER.c.account_id, _ACCOUNT.c.active),
                and_(_ACCOUNT.c.role == _READER.c.role, _ACCOUNT.c.active),
            ),
        )
        passes.append(~reachable)
    return or_(*passes)


def barred(actor: Actor, kind: str) -> Select[Any]:
    """The ids of the restrictions of that kind ("person", "address", "event") that stop `actor` now."""
    found = select(_RESTRICTION.c.id).where(_RESTRICTION.c.kind == kind, _holds())
    return found.where(false()) if actor.role in _PASS_ALL else found.where(~_passes(actor, now()))


def conflicts_of(actor: Actor) -> Select[Any]:
    """The ids of the conflicts of interest that stop `actor` now; nothing passes one."""
    return select(_CONFLICT.c.id).where(_CONFLICT.c.account_id == actor.account_id, _CONFLICT.c.ended_at.is_(None))


def stops(actor: Actor) -> Hidden:
    """Everything that stops `actor` now, in one query: its kind ("person", "address", "event" or "conflict") and its id."""
    found = {kind: barred(actor, kind).subquery() for kind in ("person", "address", "event")}
    found["conflict"] = conflicts_of(actor).subquery()
    return union_all(*(select(literal(kind).label("kind"), one.c.id) for kind, one in found.items()))


def hidden_people(actor: Actor) -> Hidden:
    """The people who are not there for `actor`: restricted, or in conflict with them."""
    return people_behind(barred(actor, "person"), conflicts_of(actor))


def hidden_records(actor: Actor) -> Hidden:
    """The source records of those people, whichever referral or register stated them."""
    return records_behind(hidden_people(actor))


def hidden_referrals(actor: Actor) -> Hidden:
    """The referrals that name any of those people."""
    return referrals_behind(hidden_records(actor))


def hidden_addresses(actor: Actor) -> Hidden:
    """The protected addresses."""
    return addresses_behind(barred(actor, "address"))


def hidden_events(actor: Actor) -> Hidden:
    """The sealed events that are not there at all."""
    return events_behind(barred(actor, "event"), worded=False)


def people_behind(restrictions: Ids, conflicts: Ids) -> Hidden:
    """The people whom these restrictions and conflicts of interest are about now."""
    restricted = (
        select(_LINK.c.person_id)
        .select_from(_ANCHOR.join(_LINK, _LINK.c.source_record_id == _ANCHOR.c.source_record_id))
        .where(_LINK.c.superseded_at.is_(None), _ANCHOR.c.restriction_id.in_(restrictions))
    )
    in_conflict = (
        select(_LINK.c.person_id)
        .select_from(_CONFLICT_ANCHOR.join(_LINK, _LINK.c.source_record_id == _CONFLICT_ANCHOR.c.source_record_id))
        .where(_LINK.c.superseded_at.is_(None), _CONFLICT_ANCHOR.c.conflict_id.in_(conflicts))
    )
    return union(restricted, in_conflict)


def records_behind(people: Hidden) -> Hidden:
    """The source records of these people."""
    return select(_THEIRS.c.source_record_id).where(_THEIRS.c.superseded_at.is_(None), _THEIRS.c.person_id.in_(people))


def referrals_behind(records: Hidden) -> Hidden:
    """The referrals that stated these records."""
    return select(_RECORD.c.referral_id).where(_RECORD.c.referral_id.is_not(None), _RECORD.c.id.in_(records))


def addresses_behind(restrictions: Ids) -> Hidden:
    """The addresses that these restrictions protect."""
    return select(_RESTRICTION.c.address_id).where(_RESTRICTION.c.address_id.is_not(None), _RESTRICTION.c.id.in_(restrictions))


def records_at(addresses: Hidden) -> Hidden:
    """The source records that state one of these addresses: they are there, their address is not."""
    return select(_RESIDENCE.c.source_record_id).where(_RESIDENCE.c.address_id.in_(addresses))


def events_behind(restrictions: Ids, *, worded: bool) -> Hidden:
    """The events that these restrictions seal: with `worded` those that read otherwise, without it those that are not there."""
    said = _RESTRICTION.c.instead_sealed.is_not(None) if worded else _RESTRICTION.c.instead_sealed.is_(None)
    return select(_RESTRICTION.c.case_event_id).where(
        _RESTRICTION.c.case_event_id.is_not(None), said, _RESTRICTION.c.id.in_(restrictions)
    )


def words_instead(restrictions: Ids) -> Select[Any]:
    """What is read in place of each sealed event that reads otherwise: the event's id, the restriction's, its key and the sealed words."""
    return (
        select(_RESTRICTION.c.case_event_id, _RESTRICTION.c.id, _KEY.c.wrapped, _RESTRICTION.c.instead_sealed)
        .join(_KEY, _KEY.c.id == _RESTRICTION.c.id)
        .where(_RESTRICTION.c.instead_sealed.is_not(None), _RESTRICTION.c.id.in_(restrictions))
    )
