"""Proposing a version of a setting, and answering it as a second person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import LONDON, london_date
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, NotFound, NotPermitted, Problem, RuleBroken
from safeguard.kernel.text import clean_text
from safeguard.local.in_use import in_use
from safeguard.local.model import LocalVersion, as_json
from safeguard.local.setting import Setting

LONGEST_REASON = 2_000
LATEST_YEARS = 2


def propose(
    session: Session, actor: Actor, setting: Setting, content: Mapping[str, Any], *, reason: str, from_day: date | None,
    seen: int, at: datetime,
) -> LocalVersion:  # fmt: skip
    """Put a version before a second person. Nothing changes until they approve it.

    Args:
        seen: the number of the newest version when the page was shown (0: there was none).

    Raises:
        RuleBroken: the content, the reason or the day is not in order, another version waits, or nothing would change.
        Conflict: another version was proposed since the page was shown.
        NotPermitted: the actor may not propose one.
    """
    if not permits(actor, "local.propose"):
        raise NotPermitted("local settings")
    problems = _reason_problems(reason, "Enter why this is changed, and who asked for it") + _day_problems(from_day, london_date(at))
    clean: dict[str, Any] = {}
    try:
        clean = setting.read(content)
    except RuleBroken as refused:
        problems = [*refused.problems, *problems]
    if problems or from_day is None:
        raise RuleBroken(problems)
    newest = newest_number(session, setting)
    if newest != seen:
        raise Conflict("another version was proposed while this page was open")
    if waiting(session, setting) is not None:
        raise RuleBroken([Problem("reason", "Another version waits for a second person. It is answered or withdrawn first")])
    then = in_use(session, setting, max(at, _start_of(from_day)))
    if as_json(clean) == as_json(dict(then.content)):
        raise RuleBroken([Problem("reason", "This says the same as the version that is in use on that day. Change something first")])
    row = LocalVersion(
        id=new_id(), setting=setting.code, number=newest + 1, content_json=as_json(clean), based_on=then.number,
        reason=clean_text(reason), from_day=from_day, proposed_by=actor.account_id, proposed_at=at,
    )  # fmt: skip
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("another version was proposed at the same moment") from error
    _note(session, actor, "local.proposed", row, from_day=from_day.isoformat())
    return row


def approve(session: Session, actor: Actor, setting: Setting, number: int, *, reason: str, at: datetime) -> LocalVersion:
    """Approve a version as a second person: it is in use from its day on, or from now where that has come.

    Raises:
        RuleBroken: the actor proposed it, gives no reason, or the version makes no sense to the service any more.
        Conflict: it was answered already.
        NotFound: there is none.
        NotPermitted: the actor may approve nothing.
    """
    row = _to_answer(session, actor, setting, number, reason, "Enter what you looked at, and who agreed")
    setting.read(row.content)
    row.starts_at = max(at, _start_of(row.from_day))
    return _answered(session, actor, row, "approved", reason, at)


def decline(session: Session, actor: Actor, setting: Setting, number: int, *, reason: str, at: datetime) -> LocalVersion:
    """Send a version back as a second person. It stays on record and is never used. Raises as `approve` does."""
    row = _to_answer(session, actor, setting, number, reason, "Enter why it is not approved")
    return _answered(session, actor, row, "declined", reason, at)


def withdraw(session: Session, actor: Actor, setting: Setting, number: int, *, at: datetime) -> LocalVersion:
    """Take back a version that the actor proposed, while nobody has answered it.

    Raises:
        Conflict: it was answered already.
        NotFound: there is none that the actor proposed.
    """
    row = _waiting_row(session, setting, number)
    if row.proposed_by != actor.account_id:
        raise NotFound("version")
    return _answered(session, actor, row, "withdrawn", None, at)


def newest_number(session: Session, setting: Setting) -> int:
    """The number of the newest version, however it stands; 0 where there is none."""
    return session.scalar(select(func.max(LocalVersion.number)).where(LocalVersion.setting == setting.code)) or 0


def waiting(session: Session, setting: Setting) -> LocalVersion | None:
    """The version that waits for a second person."""
    return session.scalar(select(LocalVersion).where(LocalVersion.setting == setting.code, LocalVersion.answer.is_(None)))


def _to_answer(session: Session, actor: Actor, setting: Setting, number: int, reason: str, missing: str) -> LocalVersion:
    if not permits(actor, "local.approve"):
        raise NotPermitted("local settings")
    row = _waiting_row(session, setting, number)
    problems = _reason_problems(reason, missing)
    if row.proposed_by == actor.account_id:
        problems.append(Problem("reason", "You proposed this version. Somebody else must answer it"))
    if problems:
        raise RuleBroken(problems)
    return row


def _waiting_row(session: Session, setting: Setting, number: int) -> LocalVersion:
    row = session.scalar(
        select(LocalVersion).where(LocalVersion.setting == setting.code, LocalVersion.number == number).with_for_update()
    )
    if row is None:
        raise NotFound("version")
    if row.answer is not None:
        raise Conflict("this version was answered already")
    return row


def _answered(session: Session, actor: Actor, row: LocalVersion, answer: str, reason: str | None, at: datetime) -> LocalVersion:
    row.answer, row.answered_by, row.answered_at = answer, actor.account_id, at
    row.answer_reason = clean_text(reason) if reason else None
    session.flush()
    _note(session, actor, f"local.{answer}", row)
    return row


def _note(session: Session, actor: Actor, action: str, row: LocalVersion, **more: Any) -> None:
    audit(session, actor, action, subject_kind="local_version", subject_id=row.id, setting=row.setting, number=row.number, **more)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON).astimezone(UTC)


def _reason_problems(reason: str, missing: str) -> list[Problem]:
    if not clean_text(reason):
        return [Problem("reason", missing)]
    if len(reason) > LONGEST_REASON:
        return [Problem("reason", f"The reason must be {LONGEST_REASON:,} characters or fewer. You entered {len(reason):,}")]
    return []


def _day_problems(day: date | None, today: date) -> list[Problem]:
    if day is None:
        return [Problem("from_day", "Enter the day from which this is to be used")]
    if day < today:
        return [Problem("from_day", "The day must be today or later: what is past was done under the version of its day")]
    if day.year > today.year + LATEST_YEARS:
        return [Problem("from_day", f"The day must be within {LATEST_YEARS} years")]
    return []
