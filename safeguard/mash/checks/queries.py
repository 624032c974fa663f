"""Requests for information as they are read: on the case, on the desk's work list, and by the agency that was asked."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session, aliased

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.agencies.model import Account, Agency
from safeguard.concerns.model import CaseEvent
from safeguard.kernel.errors import NotPermitted
from safeguard.kernel.numbers import pages_of
from safeguard.mash.checks import words
from safeguard.mash.checks.model import AgencyCheck, CheckAnswer, CheckFact, CheckPerson, CheckStep
from safeguard.mash.checks.rules import state_of, takes_facts
from safeguard.mash.clocks import TimeLeft, time_left
from safeguard.people.candidates import people_of
from safeguard.people.model import PROTECTED
from safeguard.people.sight import unseen
from safeguard.referrals.model import Referral

PAGE = 25
VIEWS: Mapping[str, str] = {"overdue": "Overdue", "half": "Half the time has passed", "all": "All that wait"}


@dataclass(frozen=True, slots=True)
class About:
    """Somebody an agency was asked about, and what it was told of them. `person_id` is whose record it is now."""

    record_id: uuid.UUID
    person_id: uuid.UUID
    told: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.told["name"])


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with the name of who gave it or wrote it down, and the facts that came with it, each with whose it is."""

    answer: CheckAnswer
    by: str
    facts: Sequence[tuple[str, CaseEvent]] = ()

    @property
    def words(self) -> str:
        """What kind of answer it is."""
        return words.ANSWERED.label(self.answer.outcome)

    @property
    def refusal(self) -> str:
        return words.REFUSALS.label(self.answer.refusal) if self.answer.refusal else ""

    @property
    def sharing(self) -> str:
        return words.SHARING.label(self.answer.sharing)

    @property
    def within_the_mash(self) -> bool:
        """Whether it is not for strategy discussions."""
        return self.answer.sharing == words.MASH_ONLY

    @property
    def takes_facts(self) -> bool:
        return takes_facts(self.answer.outcome, self.answer.sharing)


@dataclass(frozen=True, slots=True)
class Request:
    """A request in full. `answers` come oldest first: the last one stands."""

    check: AgencyCheck
    reference: str
    agency: str
    asked_by: str
    phone: str
    people: Sequence[About]
    steps: Sequence[tuple[CheckStep, str]]
    answers: Sequence[Answered]
    state: str
    left: TimeLeft | None

    @property
    def standing(self) -> Answered | None:
        return self.answers[-1] if self.answers else None

    @property
    def names(self) -> str:
        return ", ".join(one.name for one in self.people)

    @property
    def chased(self) -> int:
        return sum(step.act == "chased" for step, _by in self.steps)

    @property
    def person_ids(self) -> set[uuid.UUID]:
        return {one.person_id for one in self.people}

    @property
    def purpose(self) -> str:
        return words.PURPOSES.label(self.check.purpose)

    @property
    def basis(self) -> str:
        return words.BASES.label(self.check.basis)

    @property
    def family_told(self) -> str:
        return words.FAMILY_TOLD.label(self.check.family_told)

    @property
    def state_words(self) -> str:
        return words.STATES[self.state]


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list of requests; `counts` are those of every view."""

    rows: Sequence[Request]
    counts: Mapping[str, int]
    page: int
    pages: int

    @property
    def person_ids(self) -> set[uuid.UUID]:
        return {key for row in self.rows for key in row.person_ids}


def checks_of(session: Session, referral_id: uuid.UUID, *, at: datetime) -> list[Request]:
    """What agencies were asked about a case, in the order it was asked, in a fixed number of statements."""
    return _in_full(session, AgencyCheck.referral_id == referral_id, at)


def check_in_full(session: Session, check_id: uuid.UUID, *, at: datetime) -> Request | None:
    """One request that the reader may see."""
    return next(iter(_in_full(session, AgencyCheck.id == check_id, at)), None)


def may_read(actor: Actor, answered: Answered) -> bool:
    """Whether an answer is for this reader: some stay within the MASH."""
    return not answered.within_the_mash or permits(actor, "check.read")


def work_list(session: Session, actor: Actor, view: str, *, page: int, at: datetime) -> Listed:
    """The requests that wait for an answer, of one of `VIEWS`, the first due first.

    Raises:
        NotPermitted: the actor does not work at the desk.
    """
    if not permits(actor, "check.ask"):
        raise NotPermitted("requests for information")
    # Inner joined with the referral, so that one which is hidden hides its requests.
    waits = select(func.count()).select_from(AgencyCheck).join(Referral, Referral.id == AgencyCheck.referral_id)
    counts = {name: session.scalar(waits.where(AgencyCheck.closed_at.is_(None), _in_view(name, at))) or 0 for name in VIEWS}
    pages = pages_of(counts[view], PAGE)
    page = min(max(page, 1), pages)
    wanted = (
        select(AgencyCheck.id).join(Referral, Referral.id == AgencyCheck.referral_id)
        .where(AgencyCheck.closed_at.is_(None), _in_view(view, at))
        .order_by(AgencyCheck.due_at, AgencyCheck.id).limit(PAGE).offset((page - 1) * PAGE)
    )  # fmt: skip
    rows = _in_full(session, AgencyCheck.id.in_(list(session.scalars(wanted))), at)
    return Listed(sorted(rows, key=lambda row: (row.check.due_at, row.check.id)), counts, page, pages)


def put_to(session: Session, actor: Actor, *, closed: bool, page: int, at: datetime) -> Listed:
    """The requests put to the actor's agency: those that wait, the first due first, or with `closed` the others, newest first.

    Raises:
        NotPermitted: the actor does not answer for an agency.
    """
    if not permits(actor, "check.answer"):
        raise NotPermitted("requests for information")
    mine = (AgencyCheck.agency_id == actor.agency_id,)
    counts = {
        "open": session.scalar(select(func.count()).select_from(AgencyCheck).where(*mine, AgencyCheck.closed_at.is_(None))) or 0,
        "closed": session.scalar(select(func.count()).select_from(AgencyCheck).where(*mine, AgencyCheck.closed_at.is_not(None))) or 0,
    }
    pages = pages_of(counts["closed" if closed else "open"], PAGE)
    page = min(max(page, 1), pages)
    wanted = select(AgencyCheck.id).where(*mine)
    wanted = (
        wanted.where(AgencyCheck.closed_at.is_not(None)).order_by(AgencyCheck.asked_at.desc(), AgencyCheck.id)
        if closed
        else wanted.where(AgencyCheck.closed_at.is_(None)).order_by(AgencyCheck.due_at, AgencyCheck.id)
    )
    ids = list(session.scalars(wanted.limit(PAGE).offset((page - 1) * PAGE)))
    rows = {row.check.id: row for row in _in_full(session, AgencyCheck.id.in_(ids), at, outside=True)}
    return Listed([rows[key] for key in ids if key in rows], counts, page, pages)


def _in_view(view: str, at: datetime) -> ColumnElement[bool]:
    if view == "overdue":
        return AgencyCheck.due_at < at
    if view == "half":
        return (AgencyCheck.half_at <= at) & (AgencyCheck.due_at >= at)
    return true()


def request_for_agency(session: Session, check_id: uuid.UUID, *, at: datetime) -> Request | None:
    """One request as the agency reads it: nothing of the referral it belongs to."""
    return next(iter(_in_full(session, AgencyCheck.id == check_id, at, outside=True)), None)


def _in_full(session: Session, which: ColumnElement[bool], at: datetime, *, outside: bool = False) -> list[Request]:
    asker = aliased(Account)
    wanted = (
        select(AgencyCheck, Agency.name, asker.name, asker.phone)
        .join(Agency, Agency.id == AgencyCheck.agency_id)
        .join(asker, asker.id == AgencyCheck.asked_by)
        .where(which)
        .order_by(AgencyCheck.asked_at, Agency.name, AgencyCheck.id)
    )
    rows = session.execute(wanted).tuples().all()
    ids = [check.id for check, *_names in rows]
    if not ids:
        return []
    references = {} if outside else _references(session, {check.referral_id for check, *_names in rows})
    people, steps = _people(session, ids), _steps(session, ids)
    answers = _answers(session, ids, {one.person_id: one.name for about in people.values() for one in about})
    return [
        Request(
            check=check, reference=references.get(check.referral_id, ""), agency=agency, asked_by=by, phone=phone, people=people[check.id],
            steps=steps[check.id], answers=answers[check.id],
            state=state_of(half_at=check.half_at, due_at=check.due_at, closed_as=check.closed_as, at=at),
            left=None if check.closed_at else time_left(check.due_at, at),
        )
        for check, agency, by, phone in rows
    ]  # fmt: skip


def _references(session: Session, referral_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = session.execute(select(Referral.id, Referral.reference).where(Referral.id.in_(list(referral_ids)))).tuples()
    return {key: reference or "" for key, reference in rows}


def _people(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[About]]:
    rows = session.scalars(select(CheckPerson).where(CheckPerson.check_id.in_(ids)).order_by(CheckPerson.place)).all()
    whose = people_of(session, {row.source_record_id for row in rows})
    hidden = unseen(session)
    covered = hidden.ids(session, "at_hidden_addresses") if hidden is not None and hidden.any else frozenset()
    found: dict[uuid.UUID, list[About]] = defaultdict(list)
    for row in rows:
        told = {**row.told, "address": PROTECTED} if row.source_record_id in covered and row.told.get("address") else row.told
        if row.source_record_id in whose:
            found[row.check_id].append(About(row.source_record_id, whose[row.source_record_id], told))
    return found


def _steps(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[tuple[CheckStep, str]]]:
    rows = session.execute(
        select(CheckStep, Account.name)
        .join(Account, Account.id == CheckStep.account_id)
        .where(CheckStep.check_id.in_(ids))
        .order_by(CheckStep.at, CheckStep.id)
    ).tuples()
    found: dict[uuid.UUID, list[tuple[CheckStep, str]]] = defaultdict(list)
    for step, name in rows:
        found[step.check_id].append((step, name))
    return found


def _answers(
    session: Session, ids: Sequence[uuid.UUID], names: Mapping[uuid.UUID, str]
) -> dict[uuid.UUID, list[Answered]]:
    """The answers to each request; `names` are those of the people asked about."""
    rows = session.execute(
        select(CheckAnswer, Account.name)
        .join(Account, Account.id == CheckAnswer.account_id)
        .where(CheckAnswer.check_id.in_(ids))
        .order_by(CheckAnswer.place)
    ).tuples().all()
    events = _events(session, [answer.id for answer, _name in rows])
    whose = people_of(session, {event.source_record_id for found in events.values() for event in found})
    answers: dict[uuid.UUID, list[Answered]] = defaultdict(list)
    for answer, name in rows:
        facts = [(names.get(whose[event.source_record_id], ""), event) for event in events.get(answer.id, ())]
        answers[answer.check_id].append(Answered(answer, name, facts))
    return answers


def _events(session: Session, answer_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[CaseEvent]]:
    """The events that came with each answer and stand: not those corrected since, nor those sealed from the reader."""
    later = aliased(CaseEvent)
    rows = session.execute(
        select(CheckFact.answer_id, CaseEvent)
        .join(CaseEvent, CaseEvent.id == CheckFact.case_event_id)
        .outerjoin(later, later.supersedes_id == CaseEvent.id)
        .where(CheckFact.answer_id.in_(answer_ids), later.id.is_(None))
        .order_by(CaseEvent.recorded_at, CaseEvent.id)
    ).tuples()
    found: dict[uuid.UUID, list[CaseEvent]] = defaultdict(list)
    for answer_id, event in rows:
        found[answer_id].append(event)
    return found
