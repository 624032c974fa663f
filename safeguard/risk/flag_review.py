"""What people do about a flag: acknowledge it, own it, answer it, and look a second time at a dismissed RED.

Every act is a step that stays, with who, when and why. The finding is never altered by it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from safeguard.access.actor import Actor, Role
from safeguard.access.policy import permits
from safeguard.agencies.model import Account
from safeguard.audit.service import record as audit
from safeguard.kernel.errors import Conflict, NotFound, NotPermitted, Problem, RuleBroken
from safeguard.people.sight import sees_everything
from safeguard.risk.model import Flag, FlagStep
from safeguard.risk.standing import refresh_standing

OUTCOMES: Mapping[str, str] = {
    "acted_on": "Acted on",
    "already_known": "Already known and in hand",
    "not_relevant": "Not relevant here",
    "wrong_data": "The information behind it is wrong",
}
# Answers that leave nothing to be done: on a RED, a second person looks before they stand.
DISMISSALS = frozenset({"already_known", "not_relevant", "wrong_data"})
LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person means to record about one flag; `version` is the one they saw."""

    flag_id: uuid.UUID
    version: int
    outcome: str
    reason: str


def problems_of(answer: Answer, path: str = "") -> list[Problem]:
    """What must be mended before the answer can be recorded; fields are named `path` + outcome or reason."""
    problems = []
    if answer.outcome not in OUTCOMES:
        problems.append(Problem(f"{path}outcome", "Choose what was done about the flag"))
    return [*problems, *_reason_problems(answer.reason, f"{path}reason")]


def _reason_problems(reason: str, field: str = "reason") -> list[Problem]:
    if not reason.strip():
        return [Problem(field, "Enter the reason")]
    if len(reason) > LONGEST_REASON:
        return [Problem(field, f"The reason must be {LONGEST_REASON:,} characters or fewer. You entered {len(reason):,}")]
    return []


def answer_flags(session: Session, actor: Actor, answers: Sequence[Answer], *, at: datetime) -> list[Flag]:
    """Record an answer for each flag, all or none; each has its own outcome and reason.

    A RED answered with a dismissal stays open and waits for a second person.

    Raises:
        RuleBroken: an outcome or a reason is missing; with several answers, fields are named `answers[0].reason`.
        Conflict: somebody else answered one of them first, or its facts changed.
        NotFound: there is no such flag.
    """
    paths = [f"answers[{place}]." if len(answers) > 1 else "" for place in range(len(answers))]
    problems = [one for answer, path in zip(answers, paths, strict=True) for one in problems_of(answer, path)]
    if problems:
        raise RuleBroken(problems)
    flags = [_open_flag(session, actor, one.flag_id, one.version) for one in answers]
    if any(flag.waits for flag in flags):
        raise Conflict("the flag was answered and waits for a second person")
    for flag, answer in zip(flags, answers, strict=True):
        flag.outcome, flag.outcome_reason, flag.reviewed_by = answer.outcome, answer.reason, actor.account_id
        waits = flag.severity == "RED" and answer.outcome in DISMISSALS
        if waits:
            flag.waiting_since = at
        else:
            flag.status, flag.status_at = "reviewed", at
        _step(session, actor, flag, "answered", at, outcome=answer.outcome, reason=answer.reason)
        audit(
            session, actor, "flag.reviewed", subject_kind="person", subject_id=flag.person_id,
            flag=str(flag.id), signal=flag.signal, outcome=answer.outcome, waits=waits,
        )
    return _settled(session, flags, at)


def confirm(session: Session, actor: Actor, flag_id: uuid.UUID, *, reason: str, version: int, at: datetime) -> Flag:
    """A second person agrees that a RED may be dismissed: the first answer stands, and the flag is closed.

    Raises:
        RuleBroken: no reason.
        NotPermitted: the actor gave the first answer, or may not confirm.
        Conflict: it waits no more, or changed since the page with that `version` was shown.
        NotFound: there is no such flag.
    """
    flag = _waiting(session, actor, flag_id, reason, version)
    flag.status, flag.status_at, flag.waiting_since = "reviewed", at, None
    _step(session, actor, flag, "confirmed", at, outcome=flag.outcome, reason=reason)
    audit(
        session, actor, "flag.confirmed", subject_kind="person", subject_id=flag.person_id,
        flag=str(flag.id), signal=flag.signal, outcome=flag.outcome,
    )
    return _settled(session, [flag], at)[0]


def send_back(session: Session, actor: Actor, flag_id: uuid.UUID, *, reason: str, version: int, at: datetime) -> Flag:
    """A second person does not agree: the flag is open again for an answer, and the first one stays among its steps.

    Raises: as `confirm`.
    """
    flag = _waiting(session, actor, flag_id, reason, version)
    flag.waiting_since = flag.outcome = flag.outcome_reason = flag.reviewed_by = None
    _step(session, actor, flag, "sent_back", at, reason=reason)
    audit(
        session, actor, "flag.sent_back", subject_kind="person", subject_id=flag.person_id,
        flag=str(flag.id), signal=flag.signal,
    )
    return _settled(session, [flag], at)[0]


def acknowledge(session: Session, actor: Actor, flag_id: uuid.UUID, *, version: int, at: datetime) -> Flag:
    """Say that one has seen the flag. It answers nothing, and the clock runs on.

    Raises:
        Conflict: the flag changed since the page with that `version` was shown.
        NotFound: there is no such flag.
    """
    flag = _open_flag(session, actor, flag_id, version)
    _step(session, actor, flag, "acknowledged", at)
    audit(
        session, actor, "flag.acknowledged", subject_kind="person", subject_id=flag.person_id,
        flag=str(flag.id), signal=flag.signal,
    )
    return _settled(session, [flag], at)[0]


def give(
    session: Session, actor: Actor, flag_id: uuid.UUID, *, to: uuid.UUID | None, version: int, at: datetime
) -> Flag:
    """Make somebody at the desk the flag's owner (themselves: a claim), or nobody.

    Raises:
        RuleBroken: that person does not review flags.
        NotPermitted: only a manager gives a flag to somebody else, or takes it from them.
        Conflict: the flag changed since the page with that `version` was shown.
        NotFound: there is no such flag.
    """
    flag = _open_flag(session, actor, flag_id, version)
    theirs = {to, flag.owner_id} - {None, actor.account_id}
    if theirs and not permits(actor, "flag.assign"):
        raise NotPermitted("flag of somebody else")
    if to is not None and to not in dict(reviewers(session)):
        raise RuleBroken([Problem("owner", "Choose somebody who reviews flags")])
    flag.owner_id = to
    _step(session, actor, flag, "owned" if to else "released", at, to=to)
    audit(
        session, actor, "flag.given", subject_kind="person", subject_id=flag.person_id,
        flag=str(flag.id), signal=flag.signal, to=str(to) if to else None,
    )
    return _settled(session, [flag], at)[0]


def reviewers(session: Session) -> list[tuple[uuid.UUID, str]]:
    """Who may own a flag: the accounts that review flags, by name."""
    accounts = session.scalars(select(Account).where(Account.active).order_by(Account.name, Account.id))
    return [
        (one.id, one.name)
        for one in accounts
        if permits(Actor(one.id, one.agency_id, "", one.name, Role(one.role)), "flag.review")
    ]


def _open_flag(session: Session, actor: Actor, flag_id: uuid.UUID, version: int) -> Flag:
    if not permits(actor, "flag.review"):
        raise NotFound("flag")
    flag = session.get(Flag, flag_id, populate_existing=True)
    if flag is None:
        raise NotFound("flag")
    if flag.status != "open" or flag.version != version:
        raise Conflict("the flag was answered or changed while this page was open")
    return flag


def _waiting(session: Session, actor: Actor, flag_id: uuid.UUID, reason: str, version: int) -> Flag:
    """A dismissed RED that `actor` may look at as the second person."""
    problems = _reason_problems(reason)
    if problems:
        raise RuleBroken(problems)
    flag = _open_flag(session, actor, flag_id, version)
    if not flag.waits:
        raise Conflict("the flag does not wait for a second person any more")
    if not permits(actor, "flag.confirm") or flag.reviewed_by == actor.account_id:
        raise NotPermitted("confirm one's own answer")
    return flag


def _step(
    session: Session, actor: Actor, flag: Flag, act: str, at: datetime,
    *, outcome: str | None = None, reason: str | None = None, to: uuid.UUID | None = None,
) -> None:
    flag.changed_at = at
    session.add(
        FlagStep(
            flag_id=flag.id, key_id=flag.person_id, key=flag.key, place=flag.version, act=act, to_account_id=to, outcome=outcome,
            reason=reason, account_id=actor.account_id, at=at,
        )
    )


@sees_everything
def _settled(session: Session, flags: Sequence[Flag], at: datetime) -> list[Flag]:
    """Flush, and rewrite where the children stand. Two acts at the same moment: the second is a conflict."""
    try:
        session.flush()
    except (IntegrityError, StaleDataError) as error:
        raise Conflict("the flag was changed at the same moment by somebody else") from error
    refresh_standing(session, [flag.person_id for flag in flags], at=at)
    return list(flags)
