"""Making case summaries, version by version, and finding them again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.agencies.model import Account
from safeguard.audit.service import events_about
from safeguard.audit.service import record as audit
from safeguard.concerns.genogram.tree import family_tree_of
from safeguard.concerns.neighbourhood import neighbourhood
from safeguard.concerns.picture import picture_of
from safeguard.concerns.withheld import tells_of_hidden
from safeguard.kernel.clock import london_date
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import NotFound
from safeguard.kernel.numbers import pages_of
from safeguard.mash.case import Case
from safeguard.mash.checks.queries import checks_of
from safeguard.mash.chronology_read import chronology_of
from safeguard.mash.shown import people_of_case
from safeguard.meetings.discussions.queries import discussions_of
from safeguard.meetings.model import CaseSummary
from safeguard.meetings.summary import content_of, content_sha256
from safeguard.referrals.model import Referral

PAGE = 10


@dataclass(frozen=True, slots=True)
class Made:
    """A summary with the name of who made it. `again`: nothing had changed since, so no new version was stored."""

    summary: CaseSummary
    by: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """A download of one version: which, when, by whom, whether the file went out under a password, and if not the code of why."""

    number: int
    at: datetime
    by: str
    protected: bool
    why: str


@dataclass(frozen=True, slots=True)
class Downloads:
    """A page of downloads, which it is, and how many there are."""

    rows: Sequence[Taken]
    page: int
    pages: int


def make_summary(session: Session, actor: Actor, case: Case, *, authority: str, at: datetime) -> Made:
    """Store what is known of `case` now as the next version; where nothing changed today, the last version stands."""
    day = london_date(at)
    focus = list(dict.fromkeys(case.person_id(record) for record in case.subjects))
    around = neighbourhood(session, focus, hops=2)
    picture, tree = picture_of(around, at=day), family_tree_of(around, at=day)
    # That a summary was made is no reason for another one.
    history = chronology_of(session, actor, around, at=day).without("summary")
    checks, discussions = checks_of(session, case.referral.id, at=at), discussions_of(session, case.referral.id)
    content = content_of(case, around, picture, history, tree, checks, discussions, authority=authority, on=day)
    sha256 = content_sha256(content)
    # Two people asking at once: the second waits for the referral's row, then sees the first one's version.
    session.execute(select(Referral.id).where(Referral.id == case.referral.id).with_for_update())
    earlier = versions(session, case.referral.id)
    if earlier and earlier[0].summary.content_sha256 == sha256:
        return Made(earlier[0].summary, earlier[0].by, again=True)
    summary = CaseSummary(
        id=new_id(),
        referral_id=case.referral.id,
        key=case.referral.key,
        number=earlier[0].summary.number + 1 if earlier else 1,
        content=content,
        content_sha256=sha256,
        made_by=actor.account_id,
        made_at=at,
    )
    session.add(summary)
    session.flush()
    audit(
        session, actor, "summary.made", subject_kind="referral", subject_id=case.referral.id,
        summary=str(summary.id), number=summary.number, sha256=sha256,
        shown={*focus, *picture.people, *history.people, *tree.people, *people_of_case(session, case),
               *(key for one in discussions for key in one.children)},
    )
    return Made(summary, actor.name)


def versions(session: Session, referral_id: uuid.UUID) -> list[Made]:
    """Every version of a referral's summary, newest first."""
    rows = session.execute(
        select(CaseSummary, Account.name)
        .join(Account, Account.id == CaseSummary.made_by)
        .where(CaseSummary.referral_id == referral_id)
        .order_by(CaseSummary.number.desc())
    ).tuples().all()
    told = _people_of(session, referral_id)
    return [
        Made(summary, name) for summary, name in rows if not tells_of_hidden(session, told.get(str(summary.id), ()))
    ]


def downloads(session: Session, referral_id: uuid.UUID, shown: Iterable[Made], page: int) -> Downloads:
    """A page of the downloads of the versions `shown` of a referral's summary, newest first, as the audit has them."""
    numbers = {str(one.summary.id): one.summary.number for one in shown}
    events = [
        event for action in ("summary.downloaded", "export.summary") for event in events_about(session, referral_id, action)
        if event.details["summary"] in numbers
    ]  # fmt: skip
    events = sorted((one for one in events if one.actor_id), key=lambda one: (one.at, one.seq), reverse=True)
    pages = pages_of(len(events), PAGE)
    page = min(max(page, 1), pages)
    events = events[(page - 1) * PAGE : page * PAGE]
    names = dict(session.execute(select(Account.id, Account.name).where(Account.id.in_({one.actor_id for one in events}))).tuples().all())
    taken = [
        Taken(numbers[one.details["summary"]], one.at, names.get(one.actor_id, "Not known"), one.action == "export.summary",
              one.details.get("why", ""))
        for one in events if one.actor_id
    ]  # fmt: skip
    return Downloads(taken, page, pages)


def summary_for(session: Session, actor: Actor, summary_id: uuid.UUID, *, noted_as: str = "summary.downloaded", **details: str) -> Made:
    """One version, for somebody who may have it; the audit notes what they do with it as the action `noted_as`, with `details`.

    Raises:
        NotFound: there is none that `actor` may have.
    """
    made, people = summary_and_people(session, actor, summary_id)
    summary = made.summary
    audit(
        session, actor, noted_as, subject_kind="referral", subject_id=summary.referral_id,
        summary=str(summary.id), number=summary.number, sha256=summary.content_sha256, **details,
        shown=people,
    )  # fmt: skip
    return made


def summary_and_people(session: Session, actor: Actor, summary_id: uuid.UUID) -> tuple[Made, Sequence[uuid.UUID]]:
    """One version, for somebody who may have it, and whom it tells of. It notes nothing: whoever shows it does.

    Raises:
        NotFound: there is none that `actor` may have.
    """
    found = session.execute(
        select(CaseSummary, Account.name)
        .join(Account, Account.id == CaseSummary.made_by)
        .where(CaseSummary.id == summary_id)
    ).first()
    if found is None or not permits(actor, "summary.make"):
        raise NotFound("case summary")
    summary, name = found
    # It was made by somebody who may see more, or before something in it was restricted.
    people = _people_of(session, summary.referral_id).get(str(summary.id), [])
    if tells_of_hidden(session, people):
        raise NotFound("case summary")
    return Made(summary, name), people


def file_name(made: Made, ending: str = "") -> str:
    """The name of a version's file, which names nobody."""
    return f"case-summary-{made.summary.content['reference']}-v{made.summary.number}{ending}.pdf"


def _people_of(session: Session, referral_id: uuid.UUID) -> dict[str, list[uuid.UUID]]:
    """Whom each summary of a referral tells of, by the summary's id, as noted when it was made."""
    made = events_about(session, referral_id, "summary.made")
    return {event.details["summary"]: [uuid.UUID(person) for person in event.details.get("shown", ())] for event in made}
