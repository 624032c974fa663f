"""Taking entries of a register: through the same door as referrals, so that matching, verdicts and residences agree."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.agencies.model import Agency
from safeguard.audit.service import record as audit
from safeguard.concerns.service import joining_known_homes, record_enrolments, record_residences
from safeguard.kernel.database import new_id
from safeguard.people.claims import claimants
from safeguard.people.matching.decide import MatchDecision
from safeguard.people.model import SourceRecord
from safeguard.people.service import identify, who_fits
from safeguard.registers.model import RegisterEntry
from safeguard.registers.row import Entry
from safeguard.risk.service import evaluate

Result = Literal["matched", "possible", "new", "unchanged"]
_RESULTS: dict[str, Result] = {"match": "matched", "possible": "possible", "many": "possible"}


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one entry, with the reason in words; the ids are None in a dry run that would make them."""

    result: Result
    reason: str
    record_id: uuid.UUID | None
    person_id: uuid.UUID | None


def take(
    session: Session, agency: Agency, register: str, entries: Sequence[Entry], *, at: datetime, stated_at: datetime
) -> list[Taken]:
    """Store these entries one after the other, so that each is compared with those before it.

    An entry whose content was taken before changes nothing; one with new content is a new source record, and what
    people have said of the entry so far holds for it.

    Args:
        register: the name of the register, such as "school-census"; with the agency it says whose `local_id` it is.
        at: when it is taken in.
        stated_at: the moment of which the register speaks.
    """
    known = _known(session, agency, register, entries)
    taken: list[Taken] = []
    touched: set[uuid.UUID] = set()
    others: dict[uuid.UUID, uuid.UUID] = {}
    for entry in entries:
        earlier, mark = known.get(entry.local_id), _fingerprint(entry)
        if earlier is not None and earlier.content_sha256 == mark:
            taken.append(Taken("unchanged", "Taken before, with the same content", earlier.source_record_id, None))
            continue
        record = _record(agency, entry, stated_at)
        follows = {record.id: earlier.source_record_id} if earlier is not None else {}
        found = identify(session, None, [record], at=at, follows=follows)[0]
        record_residences(session, [record])
        record_enrolments(session, [record])
        known[entry.local_id] = _keep(session, agency, register, entry, earlier, record, mark, at)
        result = _RESULTS.get(found.decision.band, "new")
        claimed = claimants(session, record.nhs_number) - {found.person_id}
        taken.append(Taken(result, _reason(found.decision, claimed), record.id, found.person_id))
        if result == "matched":
            touched.add(found.person_id)
        else:
            others[record.id] = found.person_id
    # Who is new changes nothing, but where they come to live with a child of whom something is known.
    touched |= {others[record_id] for record_id in joining_known_homes(session, others)}
    if touched:
        evaluate(session, None, touched, at=at)
    results = ("matched", "possible", "new", "unchanged")
    counts: dict[str, Any] = {result: sum(one.result == result for one in taken) for result in results}
    audit(session, None, "register.taken", subject_kind="agency", subject_id=agency.id, register=register, **counts)
    session.flush()
    return taken


def foresee(
    session: Session, agency: Agency, register: str, entries: Sequence[Entry], *, stated_at: datetime
) -> list[Taken]:
    """What `take` would make of these entries against the people known now. Nothing is stored.

    The entries are not compared with each other: only taking them shows whether two of them are one person.
    """
    known = _known(session, agency, register, entries)
    records = {entry.local_id: _record(agency, entry, stated_at) for entry in entries}
    follows = {record.id: known[key].source_record_id for key, record in records.items() if key in known}
    decisions = who_fits(session, list(records.values()), follows=follows)
    taken = []
    for entry in entries:
        earlier, record = known.get(entry.local_id), records[entry.local_id]
        if earlier is not None and earlier.content_sha256 == _fingerprint(entry):
            taken.append(Taken("unchanged", "Taken before, with the same content", earlier.source_record_id, None))
            continue
        decision = decisions[record.id]
        person_id = uuid.UUID(decision.person_id) if decision.person_id else None
        claimed = claimants(session, record.nhs_number) - {person_id}
        taken.append(Taken(_RESULTS.get(decision.band, "new"), _reason(decision, claimed), None, person_id))
    return taken


def _known(session: Session, agency: Agency, register: str, entries: Sequence[Entry]) -> dict[str, RegisterEntry]:
    rows = session.scalars(
        select(RegisterEntry).where(
            RegisterEntry.agency_id == agency.id,
            RegisterEntry.register == register,
            RegisterEntry.local_id.in_([entry.local_id for entry in entries]),
        )
    )
    return {row.local_id: row for row in rows}


def _keep(
    session: Session,
    agency: Agency,
    register: str,
    entry: Entry,
    earlier: RegisterEntry | None,
    record: SourceRecord,
    mark: str,
    at: datetime,
) -> RegisterEntry:
    if earlier is None:
        earlier = RegisterEntry(agency_id=agency.id, register=register, local_id=entry.local_id)
        session.add(earlier)
    earlier.content_sha256, earlier.source_record_id, earlier.taken_at = mark, record.id, at
    return earlier


def _record(agency: Agency, entry: Entry, stated_at: datetime) -> SourceRecord:
    return SourceRecord(
        id=new_id(), referral_id=None, document_key=None, origin="register", agency_id=agency.id,
        estimated_age=None, stated_at=stated_at, **entry.facts,
    )  # fmt: skip


def _fingerprint(entry: Entry) -> str:
    said = json.dumps({**entry.facts, "local_id": entry.local_id}, sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def _reason(decision: MatchDecision, claimed: set[uuid.UUID]) -> str:
    if not claimed:
        return decision.reason
    others = "another person" if len(claimed) == 1 else f"{len(claimed)} other people"
    return f"{decision.reason.rstrip('.')}. The NHS number is stated for {others} as well: look at them, and join or correct"
