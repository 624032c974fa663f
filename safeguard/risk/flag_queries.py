"""Flags as people read them: with their facts, where each fact comes from, and every step taken."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.agencies.model import Account
from safeguard.concerns.model import CaseEvent
from safeguard.kernel.errors import NotFound
from safeguard.risk.model import Flag, FlagEvidence, FlagStep

_ORDER = {"RED": 0, "AMBER": 1, "INFO": 2}


@dataclass(frozen=True, slots=True)
class FlagInFull:
    """A flag with all that is known of it. `sources` names the referral behind an evidence id, where there is one.

    `past` are earlier flags of the same signal for the same person, newest first.
    """

    flag: Flag
    evidence: Sequence[FlagEvidence]
    sources: Mapping[str, uuid.UUID]
    steps: Sequence[FlagStep]
    past: Sequence[Flag]
    names: Mapping[uuid.UUID, str]

    @property
    def acknowledged(self) -> FlagStep | None:
        """The first time somebody said that they had seen it, or answered it outright."""
        return next((step for step in self.steps if step.act in {"acknowledged", "answered"}), None)

    @property
    def is_open(self) -> bool:
        return self.flag.status == "open"


def flags_of(session: Session, person_ids: Sequence[uuid.UUID]) -> list[tuple[Flag, list[FlagEvidence]]]:
    """Every flag of these people with its evidence: open ones first, then RED before AMBER before INFO."""
    flags = list(session.scalars(select(Flag).where(Flag.person_id.in_(list(person_ids)))))
    evidence = _evidence(session, flags)
    flags.sort(key=_order)
    return [(flag, evidence[flag.id]) for flag in flags]


def flags_in_full(session: Session, actor: Actor, person_ids: Iterable[uuid.UUID]) -> list[FlagInFull]:
    """Every flag of these people as `flags_of` orders them, with sources and steps, in a fixed number of statements."""
    if not permits(actor, "risk.view"):
        return []
    return _in_full(session, list(session.scalars(select(Flag).where(Flag.person_id.in_(list(person_ids))))))


def flag_in_full(session: Session, actor: Actor, flag_id: uuid.UUID) -> FlagInFull:
    """One flag.

    Raises:
        NotFound: there is none that `actor` may open.
    """
    flag = session.get(Flag, flag_id, populate_existing=True)
    if flag is None or not permits(actor, "risk.view"):
        raise NotFound("flag")
    same = session.scalars(select(Flag).where(Flag.person_id == flag.person_id, Flag.signal == flag.signal))
    return next(one for one in _in_full(session, list(same)) if one.flag.id == flag_id)


def _in_full(session: Session, flags: list[Flag]) -> list[FlagInFull]:
    flags.sort(key=_order)
    evidence = _evidence(session, flags)
    sources = _sources(session, [item for items in evidence.values() for item in items])
    steps: dict[uuid.UUID, list[FlagStep]] = defaultdict(list)
    for step in session.scalars(
        select(FlagStep).where(FlagStep.flag_id.in_([flag.id for flag in flags])).order_by(FlagStep.place)
    ):
        steps[step.flag_id].append(step)
    accounts = {key for flag in flags for key in (flag.owner_id, flag.reviewed_by) if key}
    accounts |= {key for taken in steps.values() for step in taken for key in (step.account_id, step.to_account_id) if key}
    names = dict(session.execute(select(Account.id, Account.name).where(Account.id.in_(accounts))).tuples().all())
    earlier: dict[tuple[uuid.UUID, str], list[Flag]] = defaultdict(list)
    for flag in sorted(flags, key=lambda one: (one.raised_at, one.id), reverse=True):
        earlier[flag.person_id, flag.signal].append(flag)
    return [
        FlagInFull(
            flag,
            evidence[flag.id],
            {item.evidence_id: sources[item.evidence_id] for item in evidence[flag.id] if item.evidence_id in sources},
            steps[flag.id],
            [one for one in earlier[flag.person_id, flag.signal] if one.raised_at < flag.raised_at],
            names,
        )
        for flag in flags
    ]


def _order(flag: Flag) -> tuple[bool, int, float, str]:
    return flag.status != "open", _ORDER[flag.severity], -flag.raised_at.timestamp(), flag.signal


def _evidence(session: Session, flags: Sequence[Flag]) -> dict[uuid.UUID, list[FlagEvidence]]:
    evidence: dict[uuid.UUID, list[FlagEvidence]] = {flag.id: [] for flag in flags}
    for item in session.scalars(
        select(FlagEvidence).where(FlagEvidence.flag_id.in_(evidence.keys())).order_by(FlagEvidence.place)
    ):
        evidence[item.flag_id].append(item)
    return evidence


def _sources(session: Session, evidence: Sequence[FlagEvidence]) -> dict[str, uuid.UUID]:
    """The referral behind each event, by the event's id as text."""
    ids = {uuid.UUID(item.evidence_id) for item in evidence if item.kind == "event"}
    rows = session.scalars(select(CaseEvent).where(CaseEvent.id.in_(ids), CaseEvent.referral_id.is_not(None)))
    return {str(event.id): event.referral_id for event in rows if event.referral_id is not None}
