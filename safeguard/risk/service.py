"""Evaluating signals when something changes, and keeping the flags they raise and what people make of them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.audit.service import record as audit
from safeguard.concerns.neighbourhood import neighbourhood
from safeguard.kernel.clock import london_date
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, NotFound, Problem, RuleBroken
from safeguard.people.model import Person
from safeguard.risk.facts import timelines_of, touched
from safeguard.risk.model import Flag, FlagEvidence
from safeguard.risk.policy import Policy
from safeguard.risk.signals import Finding, evaluate_all

OUTCOMES: Mapping[str, str] = {
    "acted_on": "Acted on",
    "already_known": "Already known and in hand",
    "not_relevant": "Not relevant here",
    "wrong_data": "The information behind it is wrong",
}
LONGEST_REASON = 2000


def evaluate(
    session: Session, actor: Actor | None, person_ids: Iterable[uuid.UUID], *, at: datetime
) -> list[Flag]:
    """Evaluate every signal for the children that a change to `person_ids` can touch.

    A finding raises a flag once for the same evidence. New evidence renews an open or reviewed flag; an open flag
    whose facts are gone is withdrawn. What a person decided about a flag is never altered.

    Returns:
        the flags raised now, most serious first.
    """
    session.flush()
    day = london_date(at)
    around = neighbourhood(session, touched(neighbourhood(session, person_ids, hops=2), at=day), hops=2)
    policy = Policy.load()
    timelines = timelines_of(around, at=day)
    _take_turns(session, timelines.keys())
    standing = _standing(session, timelines.keys())
    raised: list[Flag] = []
    for person_id, timeline in timelines.items():
        found = {finding.signal: finding for finding in evaluate_all(timeline, at=day, policy=policy)}
        raised += _raise(session, actor, person_id, found.values(), standing, at)
        _withdraw(session, actor, person_id, found.keys(), standing, at)
    session.flush()
    return sorted(raised, key=lambda flag: ("RED", "AMBER", "INFO").index(flag.severity))


def _take_turns(session: Session, person_ids: Iterable[uuid.UUID]) -> None:
    """Two referrals about one child at the same moment: the second waits, so that no flag is raised twice."""
    session.execute(
        select(Person.id).where(Person.id.in_(list(person_ids))).order_by(Person.id).with_for_update()
    )


def _standing(session: Session, person_ids: Iterable[uuid.UUID]) -> dict[tuple[uuid.UUID, str], list[Flag]]:
    """The flags there are, by person and signal, oldest first."""
    flags: dict[tuple[uuid.UUID, str], list[Flag]] = {}
    rows = session.scalars(
        select(Flag).where(Flag.person_id.in_(list(person_ids))).order_by(Flag.raised_at, Flag.id)
    )
    for flag in rows:
        flags.setdefault((flag.person_id, flag.signal), []).append(flag)
    return flags


def _raise(
    session: Session,
    actor: Actor | None,
    person_id: uuid.UUID,
    findings: Iterable[Finding],
    standing: Mapping[tuple[uuid.UUID, str], list[Flag]],
    at: datetime,
) -> list[Flag]:
    raised = []
    for finding in findings:
        mark = _fingerprint(finding)
        earlier = standing.get((person_id, finding.signal), [])
        if any(flag.fingerprint == mark and flag.status in {"open", "reviewed"} for flag in earlier):
            continue
        for flag in earlier:
            if flag.status == "open":
                flag.status, flag.status_at = "renewed", at
        session.flush()
        raised.append(_store(session, actor, person_id, finding, mark, at))
    return raised


def _store(
    session: Session, actor: Actor | None, person_id: uuid.UUID, finding: Finding, mark: str, at: datetime
) -> Flag:
    flag = Flag(
        id=new_id(),
        person_id=person_id,
        signal=finding.signal,
        severity=finding.severity.name,
        sentence=finding.sentence,
        clears=finding.clears,
        policy_version=finding.policy_version,
        fingerprint=mark,
        raised_at=at,
        status="open",
        status_at=at,
    )
    session.add(flag)
    session.flush()
    session.add_all(
        FlagEvidence(flag_id=flag.id, place=place, kind=item.kind, evidence_id=item.id, words=item.words)
        for place, item in enumerate(finding.evidence)
    )
    audit(
        session, actor, "flag.raised", subject_kind="person", subject_id=person_id,
        flag=str(flag.id), signal=finding.signal, severity=flag.severity, policy=finding.policy_version,
    )
    return flag


def _withdraw(
    session: Session,
    actor: Actor | None,
    person_id: uuid.UUID,
    firing: Iterable[str],
    standing: Mapping[tuple[uuid.UUID, str], list[Flag]],
    at: datetime,
) -> None:
    still = set(firing)
    for (owner, signal), flags in standing.items():
        if owner != person_id or signal in still:
            continue
        for flag in flags:
            if flag.status == "open":
                flag.status, flag.status_at = "withdrawn", at
                audit(
                    session, actor, "flag.cleared", subject_kind="person", subject_id=person_id,
                    flag=str(flag.id), signal=signal,
                )


def _fingerprint(finding: Finding) -> str:
    """Names the evidence and severity, so that only something new raises the flag again."""
    parts = [finding.severity.name, *sorted(f"{item.kind}:{item.id}" for item in finding.evidence)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def review(
    session: Session, actor: Actor, flag_id: uuid.UUID, *, outcome: str, reason: str, version: int, at: datetime
) -> Flag:
    """Keep what a person made of an open flag. The finding stays as it was, beside their answer.

    Raises:
        RuleBroken: no outcome or no reason.
        NotFound: there is no such flag.
        Conflict: somebody else answered it first, or its facts changed.
    """
    problems = []
    if outcome not in OUTCOMES:
        problems.append(Problem("outcome", "Choose what was done about the flag"))
    if not reason.strip():
        problems.append(Problem("reason", "Enter the reason"))
    elif len(reason) > LONGEST_REASON:
        problems.append(Problem("reason", f"The reason must be {LONGEST_REASON:,} characters or fewer"))
    if problems:
        raise RuleBroken(problems)
    flag = session.get(Flag, flag_id)
    if flag is None:
        raise NotFound("flag")
    if flag.status != "open" or flag.version != version:
        raise Conflict("the flag was answered or renewed while this page was open")
    flag.status, flag.status_at = "reviewed", at
    flag.outcome, flag.outcome_reason, flag.reviewed_by = outcome, reason, actor.account_id
    audit(
        session, actor, "flag.reviewed", subject_kind="person", subject_id=flag.person_id,
        flag=str(flag.id), signal=flag.signal, outcome=outcome,
    )
    session.flush()
    return flag


def flags_of(session: Session, person_ids: Sequence[uuid.UUID]) -> list[tuple[Flag, list[FlagEvidence]]]:
    """Every flag of these people with its evidence: open ones first, then RED before AMBER before INFO."""
    flags = list(session.scalars(select(Flag).where(Flag.person_id.in_(list(person_ids)))))
    evidence: dict[uuid.UUID, list[FlagEvidence]] = {flag.id: [] for flag in flags}
    for item in session.scalars(
        select(FlagEvidence).where(FlagEvidence.flag_id.in_(evidence.keys())).order_by(FlagEvidence.place)
    ):
        evidence[item.flag_id].append(item)
    order = {"RED": 0, "AMBER": 1, "INFO": 2}
    flags.sort(key=lambda f: (f.status != "open", order[f.severity], -f.raised_at.timestamp(), f.signal))
    return [(flag, evidence[flag.id]) for flag in flags]
