"""Asking agencies about people of a case: who was told what on which basis is kept; chasing and withdrawing are steps of their own."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor, Role
from safeguard.access.policy import permits
from safeguard.accounts import outbox
from safeguard.agencies.model import Account, Agency
from safeguard.agencies.service import signs_in
from safeguard.audit.service import record as audit
from safeguard.kernel.codes.outcome import CLOSING
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, NotFound, Problem, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.local.in_use import in_use
from safeguard.mash.case import Case, open_case
from safeguard.mash.checks.model import AgencyCheck, CheckPerson, CheckStep
from safeguard.mash.checks.ready_questions import READY_QUESTIONS, texts_in
from safeguard.mash.checks.rules import LONGEST, ProposedRequest, problems_of_request
from safeguard.mash.clocks import answer_due
from safeguard.mash.clocks_in_use import clocks
from safeguard.people import visible
from safeguard.people.identity import full_name
from safeguard.people.model import PROTECTED, SourceRecord
from safeguard.people.sight import whole
from safeguard.referrals.model import Referral

# Registers are files that are taken in: nobody there answers.
_NEVER_ASKED = frozenset({"register"})
_ANSWERING = [role.value for role in Role if permits(Actor(uuid.UUID(int=0), uuid.UUID(int=0), "", "", role), "check.answer")]


def agencies_to_ask(session: Session, actor: Actor) -> list[Agency]:
    """The agencies that the desk can ask, by name; not its own."""
    found = select(Agency).where(Agency.id != actor.agency_id, Agency.kind.not_in(_NEVER_ASKED)).order_by(Agency.name)
    return list(session.scalars(found))


def answering_accounts(session: Session, agency_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """The accounts that can answer for each of these agencies; an agency without any must be telephoned."""
    rows = session.execute(
        select(Account.agency_id, Account.id)
        .where(Account.agency_id.in_(list(agency_ids)), Account.role.in_(_ANSWERING), signs_in())
        .order_by(Account.id)
    ).tuples()
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for agency_id, account_id in rows:
        found.setdefault(agency_id, []).append(account_id)
    return found


def is_open(case: Case) -> bool:
    """Whether agencies may still be asked: not where the front door ended its work with every child of the referral."""
    return case.stage != "DECIDED" or any(decision.outcome not in CLOSING for decision in case.decided.values())


def restricted_records(session: Session, case: Case) -> set[str]:
    """Of the records of a case, by id as text, those of people whose record nobody at an agency may open."""
    with whole(session):
        people = set(session.scalars(visible.people_behind(visible.barred(_STRANGER, "person"), [])))
    return {str(record.id) for record in case.records if case.person_id(record) in people}


def ask(
    session: Session, actor: Actor, referral_id: uuid.UUID, proposed: ProposedRequest, *, at: datetime, seen: int | None = None
) -> list[AgencyCheck]:
    """Ask one or several agencies, each with a due time that follows from the rating of the case. Mail names nobody.

    What is asked already and still open is not asked again.

    Args:
        seen: the number of the version of the ready questions that whoever asks has read; None where nobody reads them.

    Raises:
        Conflict: another version has come into use, whose words nobody has read here.
        RuleBroken: something is missing, or the front door has ended its work on the case.
        NotFound: there is no such case for this actor.
    """
    case = open_case(session, actor, referral_id, at=at)
    agencies = {str(one.id): one for one in agencies_to_ask(session, actor)}
    people = {str(record.id): case.identities[case.person_id(record)].name for record in case.records}
    used = in_use(session, READY_QUESTIONS, at)
    if seen not in (None, used.number):
        raise Conflict("another version of the ready questions has come into use")
    ready = texts_in(used.content)
    problems = problems_of_request(
        proposed, agencies=agencies, people=people, restricted=restricted_records(session, case), ready=ready
    )
    if not is_open(case):
        problems.append(Problem("agencies", "The front door has decided this case and ended its work on it. Nobody can be asked any more"))
    if problems:
        raise RuleBroken(problems)
    session.execute(select(Referral.id).where(Referral.id == referral_id).with_for_update())
    told = told_of(session, case, proposed)
    key = case.referral.key
    assert key is not None  # a key is destroyed long after a case is closed
    chosen = [agencies[one] for one in dict.fromkeys(proposed.agencies)]
    answering = answering_accounts(session, [agency.id for agency in chosen])
    question, made = proposed.question(ready), []
    for agency in chosen:
        fingerprint = _fingerprint(key, proposed, question, agency.id)
        if _asked_already(session, referral_id, fingerprint):
            continue
        made.append(_store(session, actor, case, agency, proposed, question, told, fingerprint, at))
        for account_id in answering.get(agency.id, ()):
            outbox.put(session, "check_asked", account_id=account_id)
    return made


def told_of(session: Session, case: Case, proposed: ProposedRequest) -> list[tuple[SourceRecord, dict[str, Any]]]:
    """The people asked about, each with every word of theirs that the agencies are given."""
    chosen = [record for record in case.records if str(record.id) in proposed.people]
    with whole(session):
        protected = set(session.scalars(visible.records_at(visible.addresses_behind(visible.barred(_STRANGER, "address")))))
    return [(record, _told(case, record, proposed.details, hide_address=record.id in protected)) for record in chosen]


# Somebody at an agency who is named on no restriction: what stops them goes to no agency.
_STRANGER = Actor(uuid.UUID(int=0), uuid.UUID(int=0), "", "", Role.RESPONDER)


def _told(case: Case, record: SourceRecord, details: Sequence[str], *, hide_address: bool) -> dict[str, Any]:
    identity = case.identities[case.person_id(record)]
    names = dict.fromkeys((identity.known_as, full_name(record), *identity.other_names))
    told: dict[str, Any] = {
        "name": identity.name,
        "also": [name for name in names if name and name != identity.name],
        "born": identity.birth_date.isoformat() if identity.birth_date else None,
        "expected": identity.expected_date.isoformat() if identity.expected_date else None,
        "age": identity.estimated_age,
        "sex": identity.sex,
        "is_child": identity.is_child,
    }
    lines = [line for line in (*record.address_lines, record.postcode) if line]
    if "address" in details and lines and not hide_address and PROTECTED not in lines:
        told["address"] = ", ".join(lines)
    if "nhs_number" in details and identity.nhs_number:
        told["nhs_number"] = identity.nhs_number
    return told


def _asked_already(session: Session, referral_id: uuid.UUID, fingerprint: str) -> bool:
    there = select(AgencyCheck.id).where(
        AgencyCheck.referral_id == referral_id, AgencyCheck.fingerprint == fingerprint, AgencyCheck.closed_at.is_(None)
    )
    return session.scalar(there.limit(1)) is not None


def _fingerprint(key: RecordKey, proposed: ProposedRequest, question: str, agency_id: uuid.UUID) -> str:
    """Keyed, so that nobody with the table alone can try whether a question was asked."""
    return key.fingerprint("\n".join((str(agency_id), *sorted(proposed.people), question, proposed.purpose)))


def _store(
    session: Session,
    actor: Actor,
    case: Case,
    agency: Agency,
    proposed: ProposedRequest,
    question: str,
    told: Sequence[tuple[SourceRecord, Mapping[str, Any]]],
    fingerprint: str,
    at: datetime,
) -> AgencyCheck:
    policy = clocks(session, at)
    half, due = answer_due(case.rating, at, policy)
    check = AgencyCheck(
        id=new_id(), referral_id=case.referral.id, key=case.referral.key, agency_id=agency.id,
        question=question, purpose=proposed.purpose,
        basis=proposed.basis, family_told=proposed.family_told, fingerprint=fingerprint, rating=case.rating,
        clock_version=policy.version, asked_by=actor.account_id, asked_at=at, half_at=half, due_at=due,
    )  # fmt: skip
    session.add(check)
    session.flush()
    session.add_all(
        CheckPerson(check_id=check.id, source_record_id=record.id, key=check.key, place=place, told=dict(words))
        for place, (record, words) in enumerate(told, 1)
    )
    session.flush()
    audit(
        session, actor, "check.asked", subject_kind="referral", subject_id=case.referral.id, check=str(check.id), agency=str(agency.id),
        purpose=check.purpose, basis=check.basis, due=due.isoformat(), clock=policy.version,
        told=sorted({name for _record, words in told for name in words if words[name]}),
        shown={case.person_id(record) for record, _words in told},
    )  # fmt: skip
    return check


def chase(session: Session, actor: Actor, check_id: uuid.UUID, *, at: datetime) -> tuple[AgencyCheck, bool]:
    """Chase an agency for its answer: everybody who can answer there gets a mail that names nobody.

    Returns:
        the request, and whether anybody can sign in there to answer; where nobody can, they must be telephoned.

    Raises:
        NotFound: there is none that `actor` may see.
        Conflict: it was answered or withdrawn already.
    """
    check = open_request(session, check_id)
    accounts = answering_accounts(session, [check.agency_id]).get(check.agency_id, [])
    for account_id in accounts:
        outbox.put(session, "check_chased", account_id=account_id)
    _step(session, actor, check, "chased", "", at)
    return check, bool(accounts)


def withdraw(session: Session, actor: Actor, check_id: uuid.UUID, *, reason: str, at: datetime) -> AgencyCheck:
    """Withdraw a request that nobody has answered. What was told stays on the record.

    Raises:
        RuleBroken: no reason is given, or a very long one.
        NotFound: there is none that `actor` may see.
        Conflict: it was answered or withdrawn already.
    """
    if not reason:
        raise RuleBroken([Problem("reason", "Enter why the request is withdrawn")])
    if len(reason) > LONGEST:
        raise RuleBroken([Problem("reason", f"The reason must be {LONGEST:,} characters or fewer. You entered {len(reason):,}")])
    check = open_request(session, check_id)
    check.closed_at, check.closed_as = at, "withdrawn"
    _step(session, actor, check, "withdrawn", reason, at)
    return check


def open_request(session: Session, check_id: uuid.UUID) -> AgencyCheck:
    """A request that still waits, its row locked.

    Raises:
        NotFound: there is none that the reader may see.
        Conflict: it was answered or withdrawn already.
    """
    check = session.scalar(
        select(AgencyCheck).where(AgencyCheck.id == check_id).with_for_update().execution_options(populate_existing=True)
    )
    if check is None:
        raise NotFound("request for information")
    if check.closed_at is not None:
        raise Conflict("the request was answered or withdrawn already")
    return check


def _step(session: Session, actor: Actor, check: AgencyCheck, act: str, reason: str, at: datetime) -> None:
    session.add(CheckStep(id=new_id(), check_id=check.id, key=check.key, act=act, reason=reason, account_id=actor.account_id, at=at))
    session.flush()
    audit(
        session, actor, f"check.{act}", subject_kind="referral", subject_id=check.referral_id, check=str(check.id),
        agency=str(check.agency_id),
    )  # fmt: skip
