"""Submitting: the referral is frozen, its people become source records, are matched, join the graph, and flags are raised."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from safeguard.access.actor import Actor
from safeguard.agencies.model import Agency
from safeguard.audit.service import record as audit
from safeguard.concerns.service import record_enrolments, record_event, record_relationship, record_residences, record_statements
from safeguard.kernel.clock import london_date, now
from safeguard.kernel.codes.concern_category import CONCERN_CATEGORIES
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, Problem, RuleBroken
from safeguard.kernel.references import new_reference
from safeguard.kernel.working_time import response_due
from safeguard.people.model import SourceRecord
from safeguard.people.restricted.concerned import tell_those_named
from safeguard.people.restricted.conflicts import suspect
from safeguard.people.service import Identified, identify
from safeguard.people.sight import sees_everything
from safeguard.referrals.asked_locally import as_asked_before, asked_locally, without_local_parts
from safeguard.referrals.document import check
from safeguard.referrals.document_fields import cleaned_line
from safeguard.referrals.model import Referral
from safeguard.referrals.people import source_records
from safeguard.risk.model import Flag
from safeguard.risk.service import evaluate

_REFERENCE_TRIES = 5
# DfE referral sources, by code or its first digit; family, the public and housing are no profession that sees a child.
_PROFESSIONS = {
    "2": "school", "3A": "gp", "3B": "health_visitor", "3C": "school_nurse", "3": "paediatrician", "5A": "social_worker",
    "5C": "social_worker", "5D": "early_help", "6": "police",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of a submitted referral. `repeated`: it had been received before, and nothing was stored now."""

    referral: Referral
    people: tuple[Identified, ...]
    flags: tuple[Flag, ...]
    repeated: bool = False


def submit(session: Session, actor: Actor, referral: Referral, *, version: int) -> Submission:
    """Submit a draft that `actor` may write. Submitting the same one again changes nothing and says so.

    Raises:
        RuleBroken: the document is not complete; each problem names the answer to mend.
        Conflict: the draft was changed since the page with that `version` was shown.
    """
    if referral.status == "submitted":
        return Submission(referral, (), (), repeated=True)
    if referral.version != version:
        raise Conflict("the draft was changed in another window")
    at = now()
    referral.document = check(referral.document, today=london_date(at))
    return _receive(session, actor, referral, at)


@sees_everything
def receive(session: Session, agency: Agency, document: Mapping[str, Any], *, at: datetime, actor: Actor | None = None) -> Submission:
    """Take a whole referral from `agency` in the documented form, as the pages would have submitted it.

    Args:
        actor: the system that sent it, where it was not a file.

    Raises:
        RuleBroken: the document breaks a rule, or its `client_reference` was used for something else.
    """
    earlier = _received_before(session, agency, document)
    said = check(_as_asked(session, agency, document, earlier, at), today=london_date(at))
    client_reference = said.get("client_reference")
    if not client_reference:
        raise RuleBroken([Problem("client_reference", "Give the sender's own reference, so that it is taken once")])
    if earlier is not None:
        if earlier.document_sha256 != fingerprint(said):
            raise RuleBroken(
                [
                    Problem(
                        "client_reference",
                        f"{client_reference} was received before with other content, as {earlier.reference}. "
                        "Send new information under a new reference",
                    )
                ]
            )
        return Submission(earlier, (), (), repeated=True)
    referral = Referral(
        id=new_id(),
        agency_id=agency.id,
        created_by=actor.account_id if actor else None,
        status="draft",
        channel="import",
        source_code=said.get("source_code") or agency.source_code,
        client_reference=client_reference,
        document=said,
        created_at=at,
        changed_at=at,
    )
    session.add(referral)
    return _receive(session, actor, referral, at)


def _received_before(session: Session, agency: Agency, document: Mapping[str, Any]) -> Referral | None:
    """The referral that this agency sent before under the same reference of its own."""
    given = document.get("client_reference")
    reference = cleaned_line(given) if isinstance(given, str) else ""
    if not reference:
        return None
    return session.scalar(select(Referral).where(Referral.agency_id == agency.id, Referral.client_reference == reference))


def _as_asked(
    session: Session, agency: Agency, document: Mapping[str, Any], earlier: Referral | None, at: datetime
) -> dict[str, Any]:
    """The document with what it is asked locally: as is in use now, or as it was when it was received before."""
    sent = without_local_parts(document)
    if earlier is not None:
        return sent | as_asked_before(earlier.document)
    code = document.get("source_code")
    return sent | asked_locally(session, code if isinstance(code, str) and code else agency.source_code, at)


def fingerprint(document: Mapping[str, Any]) -> str:
    """SHA-256 of a document in canonical JSON."""
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@sees_everything
def _receive(session: Session, actor: Actor | None, referral: Referral, at: datetime) -> Submission:
    _freeze(session, referral, at)
    document = referral.document
    records = source_records(referral, at)
    people = identify(session, actor, list(records.values()), at=at)
    _join_graph(session, referral, records, at)
    said = [record.id for record in records.values()]
    tell_those_named(session, said, at=at)
    suspect(session, said, at=at)
    audit(
        session,
        actor,
        "referral.submitted" if actor else "referral.imported",
        subject_kind="referral",
        subject_id=referral.id,
        reference=referral.reference,
        children=len(document["children"]),
        people=len(document.get("people", [])),
        sha256=referral.document_sha256,
    )
    flags = evaluate(session, actor, [one.person_id for one in people], at=at)
    return Submission(referral, tuple(people), tuple(flags))


def _freeze(session: Session, referral: Referral, at: datetime) -> None:
    """Make the draft a submitted referral in one statement: from then on the database refuses any change."""
    reference = _free_reference(session)
    try:
        with session.begin_nested():
            referral.reference = reference
            referral.document_sha256 = fingerprint(referral.document)
            referral.source_code = referral.document.get("source_code") or referral.source_code
            referral.submitted_at = referral.changed_at = at
            referral.response_due_at = response_due(at)
            referral.status = "submitted"
            session.flush()
    except (StaleDataError, IntegrityError) as error:
        raise Conflict("the referral was submitted at the same moment elsewhere") from error


def _free_reference(session: Session) -> str:
    for _try in range(_REFERENCE_TRIES):
        reference = new_reference()
        if session.scalar(select(Referral.id).where(Referral.reference == reference)) is None:
            return reference
    raise Conflict("no reference number was free")


def _join_graph(
    session: Session, referral: Referral, records: Mapping[str, SourceRecord], at: datetime
) -> None:
    document = referral.document
    record_residences(session, list(records.values()))
    record_enrolments(session, records.values())
    record_statements(session, [(records[one["key"]], one) for one in (*document["children"], *document.get("people", []))])
    for stated in document.get("relationships", []):
        record_relationship(
            session,
            from_record=records[stated["from"]],
            to_record=records[stated["to"]],
            kind=stated["kind"],
            parental_responsibility=stated.get("parental_responsibility") or "not_asked",
            lives_with=stated.get("lives_with") or "not_known",
            referral_id=referral.id,
            status=stated.get("status"),
            since=_day(stated.get("since")),
            until=_day(stated.get("until")),
        )
    seen = _seen(document, referral.source_code)
    for child in document["children"]:
        record_event(
            session,
            record_id=records[child["key"]].id,
            kind="inbound_concern",
            known_on=london_date(at),
            happened_on=_day_of(document),
            agency_id=referral.agency_id,
            source_code=referral.source_code,
            categories=child["concerns"],
            referral_id=referral.id,
            reference=referral.reference,
            summary=", ".join(CONCERN_CATEGORIES.label(code) for code in child["concerns"]),
            facts={**seen, **child.get("facts", {})},
            at=at,
        )


def _seen(document: Mapping[str, Any], source_code: str) -> dict[str, dict[str, str]]:
    """That a professional who refers has seen the children, as a structured fact; nothing where they have not, or are none."""
    by = _PROFESSIONS.get(source_code) or _PROFESSIONS.get(source_code[:1])
    if by is None or document["voice"].get("seen") != "yes":
        return {}
    alone = document["voice"].get("seen_alone")
    return {"seen": {"by": by} | ({"alone": alone} if alone else {})}


def _day_of(document: Mapping[str, Any]) -> date | None:
    """The day on which it is said to have happened."""
    return _day(document["concern"].get("happened_on"))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def subject_ids(session: Session, referral_id: uuid.UUID) -> list[uuid.UUID]:
    """The source records of a referral's children, in the order they were entered."""
    rows = session.scalars(
        select(SourceRecord.id)
        .where(SourceRecord.referral_id == referral_id, SourceRecord.role == "subject")
        .order_by(func.length(SourceRecord.document_key), SourceRecord.document_key)
    )
    return list(rows)
