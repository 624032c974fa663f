"""Answering a request for one's own data: opening it, finding what is held, deciding each part, giving it out."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.agencies.model import Account
from safeguard.audit.service import record as audit
from safeguard.governance.subject_access.clock import due_on
from safeguard.governance.subject_access.exemptions import EXEMPTIONS
from safeguard.governance.subject_access.gathering import everything_about
from safeguard.governance.subject_access.model import (
    SubjectAccessBundle,
    SubjectAccessChoice,
    SubjectAccessItem,
    SubjectAccessRequest,
    SubjectAccessStep,
)
from safeguard.governance.subject_access.redaction import missing
from safeguard.kernel.clock import london_date
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, NotFound, NotPermitted, Problem, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.kernel.references import new_reference
from safeguard.people.candidates import clusters_of

ASKERS = {
    "self": "The person themselves",
    "parent": "A parent or carer with parental responsibility, for their child",
    "representative": "A solicitor or somebody else they have authorised",
}
CHOICES = {"disclose": "Give all of it", "redact": "Give it with words hidden", "withhold": "Keep all of it back"}
ENDS = {"answered": "It was answered", "refused": "It is refused", "withdrawn": "It was withdrawn"}
LONGEST = 4000
PAGE = 50


@dataclass(frozen=True, slots=True)
class Part:
    """An item of a request with the choice that stands."""

    item: SubjectAccessItem
    choice: SubjectAccessChoice | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A request with its parts and steps, and the names of whoever acted."""

    request: SubjectAccessRequest
    parts: Sequence[Part]
    steps: Sequence[tuple[SubjectAccessStep, str]]

    @property
    def undecided(self) -> int:
        """How many parts nobody has decided about."""
        return sum(part.choice is None for part in self.parts)

    @property
    def extended(self) -> bool:
        return any(step.act == "extended" for step, _who in self.steps)


def open_request(
    session: Session, actor: Actor, person_id: uuid.UUID, *, asker: str, proof: str, received_on: date | None, at: datetime
) -> SubjectAccessRequest:
    """Open a request about a person, and find what is held about them.

    Raises:
        RuleBroken: something is not answered, or the day of receipt is in the future or over a year ago.
        NotFound: there is no such person for `actor`.
        NotPermitted: the actor may not.
    """
    _permitted(actor)
    if not clusters_of(session, [person_id]).get(person_id):
        raise NotFound("person")
    today = london_date(at)
    problems = []
    if asker not in ASKERS:
        problems.append(Problem("asker", "Choose who asks"))
    problems += _words_problems("proof", proof, "Say how you know that they are who they say, and may ask")
    if received_on is None:
        problems.append(Problem("received_on", "Enter the day it was received"))
    elif not today - timedelta(days=366) <= received_on <= today:
        problems.append(Problem("received_on", "The day it was received must be today or within the last year"))
    if problems or received_on is None:
        raise RuleBroken(problems)
    request_id = new_id()
    request = SubjectAccessRequest(
        id=request_id, key=RecordKey.of(session, "request", request_id), reference=new_reference(),
        person_id=person_id, asker=asker, proof=proof, received_on=received_on,
        due_on=due_on(received_on), status="open", opened_by=actor.account_id, opened_at=at,
    )  # fmt: skip
    session.add(request)
    session.flush()
    _step(session, actor, request, "opened", None, at)
    audit(session, actor, "subject_access.opened", subject_kind="person", subject_id=person_id, request=str(request.id))
    _add_items(session, actor, request, at)
    return request


def gather(session: Session, actor: Actor, request_id: uuid.UUID, *, at: datetime) -> int:
    """Look again, and add what is new or reads otherwise now. What was decided stays.

    Returns:
        how many parts were added.

    Raises:
        Conflict: the request is closed.
    """
    return _add_items(session, actor, _open(session, actor, request_id), at)


def decide(
    session: Session, actor: Actor, item_id: uuid.UUID, *,
    choice: str, exemption: str | None, reason: str, phrases: Sequence[str], seen: int, at: datetime,
) -> SubjectAccessChoice:  # fmt: skip
    """Keep what is decided about one part; an earlier choice stays beside it.

    Args:
        seen: how many choices the writer had seen.

    Raises:
        RuleBroken: nothing is chosen, a reason or exemption is missing, or a phrase to hide is not in the part.
        Conflict: somebody else decided meanwhile, or the request is closed.
        NotFound: there is no such part for `actor`.
    """
    part = part_for(session, actor, item_id)
    request = _open(session, actor, part.item.request_id)
    problems = _choice_problems(part.item, choice, exemption, reason, phrases)
    if problems:
        raise RuleBroken(problems)
    place = part.choice.place if part.choice else 0
    if place != seen:
        raise Conflict("somebody decided meanwhile")
    kept = SubjectAccessChoice(
        id=new_id(), item_id=item_id, key=request.key, place=place + 1, choice=choice,
        exemption=None if choice == "disclose" else exemption,
        reason=reason or None, account_id=actor.account_id, at=at,
    )  # fmt: skip
    if choice == "redact":
        kept.phrases_kept = json.dumps(list(phrases), ensure_ascii=False)
    session.add(kept)
    session.flush()
    audit(
        session, actor, "subject_access.decided", subject_kind="person", subject_id=request.person_id,
        request=str(request.id), item=str(item_id), choice=choice, exemption=kept.exemption,
    )
    return kept


def extend(session: Session, actor: Actor, request_id: uuid.UUID, *, reason: str, version: int, at: datetime) -> None:
    """Take two months more, once, within the first month.

    Raises:
        RuleBroken: no reason.
        Conflict: it was extended before, its month is over, it is closed, or somebody changed it.
    """
    request = _open(session, actor, request_id, version)
    _refuse(_words_problems("reason", reason, "Enter the reason, which the person is told"))
    if request.due_on != due_on(request.received_on) or london_date(at) > request.due_on:
        raise Conflict("a request is extended once, and within its first month")
    request.due_on = due_on(request.received_on, extended=True)
    _step(session, actor, request, "extended", reason, at)
    audit(session, actor, "subject_access.extended", subject_kind="person", subject_id=request.person_id, request=str(request.id))
    _flush(session)


def close(session: Session, actor: Actor, request_id: uuid.UUID, *, how: str, reason: str, version: int, at: datetime) -> None:
    """Close a request: answered, refused or withdrawn, with a reason.

    Raises:
        RuleBroken: no reason, or it is to be answered with parts undecided or no bundle made since the last choice.
        Conflict: it is closed already, or somebody changed it.
    """
    request = _open(session, actor, request_id, version)
    problems = [] if how in ENDS else [Problem("how", "Choose how it ended")]
    problems += _words_problems("reason", reason, "Enter how it was answered, or why it ends")
    if how == "answered":
        undecided = sum(part.choice is None for part in parts_of(session, request.id))
        if undecided:
            problems.append(Problem("how", f"{undecided} parts are not decided yet"))
        elif not _bundle_is_current(session, request.id):
            problems.append(Problem("how", "Make the bundle first: the last choice is not in any"))
    _refuse(problems)
    request.status = how
    _step(session, actor, request, how, reason, at)
    audit(session, actor, "subject_access.closed", subject_kind="person", subject_id=request.person_id, request=str(request.id), how=how)
    _flush(session)


def request_for(session: Session, actor: Actor, request_id: uuid.UUID) -> Opened:
    """A request in full.

    Raises:
        NotFound: there is none that `actor` may see.
    """
    _permitted(actor)
    request = session.scalar(select(SubjectAccessRequest).where(SubjectAccessRequest.id == request_id))
    if request is None:
        raise NotFound("request")
    steps = session.execute(
        select(SubjectAccessStep, Account.name)
        .join(Account, Account.id == SubjectAccessStep.account_id)
        .where(SubjectAccessStep.request_id == request_id)
        .order_by(SubjectAccessStep.place)
    )
    return Opened(request, parts_of(session, request_id), list(steps.tuples()))


def parts_of(session: Session, request_id: uuid.UUID) -> list[Part]:
    """The parts of a request in order, each with the choice that stands, in two statements."""
    items = session.scalars(
        select(SubjectAccessItem).where(SubjectAccessItem.request_id == request_id).order_by(SubjectAccessItem.place)
    ).all()
    choices = session.scalars(
        select(SubjectAccessChoice)
        .join(SubjectAccessItem, SubjectAccessItem.id == SubjectAccessChoice.item_id)
        .where(SubjectAccessItem.request_id == request_id)
        .order_by(SubjectAccessChoice.place)
    )
    standing = {choice.item_id: choice for choice in choices}
    return [Part(item, standing.get(item.id)) for item in items]


def part_for(session: Session, actor: Actor, item_id: uuid.UUID) -> Part:
    """One part with the choice that stands.

    Raises:
        NotFound: there is none that `actor` may see.
    """
    item = session.get(SubjectAccessItem, item_id)
    if item is None:
        raise NotFound("item")
    request_for_item = session.scalar(select(SubjectAccessRequest.id).where(SubjectAccessRequest.id == item.request_id))
    if request_for_item is None or not permits(actor, "subject_access.manage"):
        raise NotFound("item")
    choice = session.scalar(
        select(SubjectAccessChoice).where(SubjectAccessChoice.item_id == item_id).order_by(SubjectAccessChoice.place.desc()).limit(1)
    )
    return Part(item, choice)


def bundle_numbers(session: Session, request_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """The number of each version of a request's bundle, by id."""
    rows = select(SubjectAccessBundle.id, SubjectAccessBundle.number).where(SubjectAccessBundle.request_id == request_id)
    return dict(session.execute(rows).tuples().all())


def newest_bundle(session: Session, request_id: uuid.UUID) -> SubjectAccessBundle | None:
    """The last bundle made for a request."""
    return session.scalar(
        select(SubjectAccessBundle).where(SubjectAccessBundle.request_id == request_id).order_by(SubjectAccessBundle.number.desc()).limit(1)
    )


def requests_page(session: Session, actor: Actor, page: int) -> tuple[Sequence[SubjectAccessRequest], int]:
    """Fifty requests, open ones first and those by their day, and how many there are."""
    _permitted(actor)
    found = select(SubjectAccessRequest)
    total = session.scalar(select(func.count()).select_from(SubjectAccessRequest)) or 0
    rows = session.scalars(
        found.order_by(SubjectAccessRequest.status != "open", SubjectAccessRequest.due_on, SubjectAccessRequest.id)
        .offset((page - 1) * PAGE).limit(PAGE)
    )  # fmt: skip
    return rows.all(), total


def _add_items(session: Session, actor: Actor, request: SubjectAccessRequest, at: datetime) -> int:
    there = session.scalars(select(SubjectAccessItem.fingerprint).where(SubjectAccessItem.request_id == request.id)).all()
    known, place = set(there), len(there)
    for held in everything_about(session, request.person_id):
        if held.fingerprint in known:
            continue
        known.add(held.fingerprint)
        place += 1
        item = SubjectAccessItem(
            id=new_id(), request_id=request.id, place=place, kind=held.kind, day=held.day, about_others=held.about_others,
            fingerprint=held.fingerprint,
        )  # fmt: skip
        item.content = json.dumps([held.title, held.lines], ensure_ascii=False)
        session.add(item)
    added = place - len(there)
    session.flush()
    if added:
        _step(session, actor, request, "gathered", f"{added} parts", at)
    audit(
        session, actor, "subject_access.gathered", subject_kind="person", subject_id=request.person_id,
        request=str(request.id), parts=added,
    )  # fmt: skip
    return added


def _choice_problems(item: SubjectAccessItem, choice: str, exemption: str | None, reason: str, phrases: Sequence[str]) -> list[Problem]:
    if choice not in CHOICES:
        return [Problem("choice", "Choose what is given of this part")]
    problems = []
    if choice != "disclose":
        if exemption not in EXEMPTIONS:
            problems.append(Problem("exemption", "Choose the exemption"))
        problems += _words_problems("reason", reason, "Enter why the exemption holds here")
    if choice == "redact":
        _title, lines = item.words
        if not phrases:
            problems.append(Problem("phrases", "Choose or enter the words to hide"))
        elif absent := missing(lines, phrases):
            problems.append(Problem("phrases", f"These words are not in this part: {', '.join(absent)}"))
    return problems


def _bundle_is_current(session: Session, request_id: uuid.UUID) -> bool:
    bundle = newest_bundle(session, request_id)
    last = session.scalar(
        select(func.max(SubjectAccessChoice.at))
        .join(SubjectAccessItem, SubjectAccessItem.id == SubjectAccessChoice.item_id)
        .where(SubjectAccessItem.request_id == request_id)
    )
    return bundle is not None and (last is None or bundle.made_at >= last)


def _open(session: Session, actor: Actor, request_id: uuid.UUID, version: int | None = None) -> SubjectAccessRequest:
    _permitted(actor)
    request = session.scalar(select(SubjectAccessRequest).where(SubjectAccessRequest.id == request_id).with_for_update())
    if request is None:
        raise NotFound("request")
    if request.status != "open":
        raise Conflict("the request is closed")
    if version is not None and request.version != version:
        raise Conflict("somebody changed the request")
    return request


def _step(session: Session, actor: Actor, request: SubjectAccessRequest, act: str, reason: str | None, at: datetime) -> None:
    place = session.scalar(select(func.count()).select_from(SubjectAccessStep).where(SubjectAccessStep.request_id == request.id)) or 0
    session.add(
        SubjectAccessStep(
            id=new_id(), request_id=request.id, key=request.key, place=place + 1, act=act, reason=reason, account_id=actor.account_id,
            at=at,
        )
    )
    session.flush()


def _words_problems(field: str, text: str, needed: str) -> list[Problem]:
    if not text:
        return [Problem(field, needed)]
    return [Problem(field, f"It must be {LONGEST:,} characters or fewer")] if len(text) > LONGEST else []


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise RuleBroken(list(problems))


def _flush(session: Session) -> None:
    try:
        session.flush()
    except StaleDataError as error:
        raise Conflict("somebody changed the request") from error


def _permitted(actor: Actor) -> None:
    if not permits(actor, "subject_access.manage"):
        raise NotPermitted("subject access")
