"""How the matcher has done, counted from what is stored: facts for people to judge by, and never a score."""

from __future__ import annotations

import statistics
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.kernel.errors import NotPermitted
from safeguard.people.duplicates import how_many
from safeguard.people.model import MatchProposal, MatchVerdict, PersonLink
from safeguard.people.sweep_model import Sweep

# The time to a verdict is that of the newest so many, so that it is of today's desk and not of years ago.
NEWEST = 2000
_SWEEPS = 10


@dataclass(slots=True)
class VersionQuality:
    """One version of the matcher: what it linked and proposed, and what people said of it.

    `linked_denied` are links that somebody has since called different. Of the proposals: `same`, `different` and `unsure`
    by the last word, `waiting` without a word, `overtaken` closed because another answer settled them.
    """

    version: str
    linked: int = 0
    linked_denied: int = 0
    proposed: int = 0
    same: int = 0
    different: int = 0
    unsure: int = 0
    waiting: int = 0
    overtaken: int = 0

    @property
    def answered(self) -> int:
        return self.same + self.different


@dataclass(frozen=True, slots=True)
class TimeToVerdict:
    """How long people took from proposal to first word, over the newest `verdicts` of them."""

    verdicts: int
    median: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Quality:
    """The report: each version, newest use first; the time to a verdict; the last sweeps; what waits now."""

    versions: Sequence[VersionQuality]
    time: TimeToVerdict | None
    sweeps: Sequence[Sweep]
    duplicates: int
    oldest_waiting: datetime | None


def quality(session: Session, actor: Actor) -> Quality:
    """Count everything, in a fixed number of statements.

    Raises:
        NotPermitted: the actor may not decide matches.
    """
    if not permits(actor, "desk.match"):
        raise NotPermitted("quality")
    versions: dict[str, VersionQuality] = {}
    _count_links(session, versions)
    _count_proposals(session, versions)
    return Quality(
        versions=sorted(versions.values(), key=lambda one: one.version, reverse=True),
        time=_time_to_verdict(session),
        sweeps=session.scalars(select(Sweep).order_by(Sweep.started_at.desc(), Sweep.id).limit(_SWEEPS)).all(),
        duplicates=how_many(session),
        oldest_waiting=session.scalar(select(func.min(MatchProposal.proposed_at)).where(MatchProposal.answered_at.is_(None))),
    )


def _last_words() -> Any:
    """The last verdict on each record and person."""
    latest = (
        func.row_number()
        .over(partition_by=(MatchVerdict.source_record_id, MatchVerdict.person_id), order_by=MatchVerdict.at.desc())
        .label("place")
    )
    asked = (
        select(MatchVerdict.source_record_id, MatchVerdict.person_id, MatchVerdict.verdict, latest)
        .where(MatchVerdict.source_record_id.is_not(None))
        .subquery()
    )
    return select(asked).where(asked.c.place == 1).subquery()


def _of(versions: dict[str, VersionQuality], version: str | None) -> VersionQuality:
    name = version or "not noted"
    return versions.setdefault(name, VersionQuality(name))


def _count_links(session: Session, versions: dict[str, VersionQuality]) -> None:
    last = _last_words()
    rows = session.execute(
        select(PersonLink.matcher_version, func.count(), func.sum(case((last.c.verdict == "different", 1), else_=0)))
        .outerjoin(
            last, (last.c.source_record_id == PersonLink.source_record_id) & (last.c.person_id == PersonLink.person_id)
        )
        .where(PersonLink.made_by == "matcher", PersonLink.band == "match")
        .group_by(PersonLink.matcher_version)
    )
    for version, linked, denied in rows.tuples():
        one = _of(versions, version)
        one.linked, one.linked_denied = linked, int(denied or 0)


def _count_proposals(session: Session, versions: dict[str, VersionQuality]) -> None:
    last = _last_words()
    closed = MatchProposal.answered_at.is_not(None)
    rows = session.execute(
        select(MatchProposal.matcher_version, last.c.verdict, closed, func.count())
        .outerjoin(
            last, (last.c.source_record_id == MatchProposal.source_record_id) & (last.c.person_id == MatchProposal.person_id)
        )
        .group_by(MatchProposal.matcher_version, last.c.verdict, closed)
    )
    for version, verdict, is_closed, count in rows.tuples():
        one = _of(versions, version)
        one.proposed += count
        name = verdict or ("overtaken" if is_closed else "waiting")
        setattr(one, name, getattr(one, name) + count)


def _time_to_verdict(session: Session) -> TimeToVerdict | None:
    rows = session.execute(
        select(MatchProposal.id, MatchProposal.proposed_at, MatchVerdict.at)
        .join(
            MatchVerdict,
            (MatchVerdict.source_record_id == MatchProposal.source_record_id)
            & (MatchVerdict.person_id == MatchProposal.person_id)
            & (MatchVerdict.at >= MatchProposal.proposed_at),
        )
        .order_by(MatchVerdict.at.desc())
        .limit(NEWEST)
    )
    first: dict[uuid.UUID, timedelta] = defaultdict(lambda: timedelta.max)
    for proposal_id, proposed_at, at in rows.tuples():
        first[proposal_id] = min(first[proposal_id], at - proposed_at)
    if not first:
        return None
    seconds = [one.total_seconds() for one in first.values()]
    return TimeToVerdict(len(seconds), timedelta(seconds=statistics.median(seconds)), timedelta(seconds=max(seconds)))
