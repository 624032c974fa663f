"""A part of what is held about a person, and who is sought: what every reader of it begins with."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.agencies.model import Agency
from safeguard.governance.subject_access.redaction import Line
from safeguard.kernel.clock import london_date
from safeguard.people.identity import full_name
from safeguard.people.model import SourceRecord
from safeguard.referrals.model import Referral

KINDS: Mapping[str, str] = {
    "referral": "Referral",
    "addendum": "Added to a referral",
    "record": "Register",
    "entry": "Chronology",
    "relationship": "Relationship",
    "address": "Address",
    "place": "School, practice or place",
    "stated": "Death and contact",
    "warning": "Warning note",
    "rating": "Rating",
    "allocation": "Whose work it was",
    "decision": "Decision",
    "check": "Agency check",
    "discussion": "Strategy discussion",
    "flag": "Flag",
    "protective": "Protective factor",
    "identity": "Who is who",
    "summary": "Case summary",
    "handed": "Handed over",
    "restriction": "Restriction",
    "hold": "Legal hold",
    "looking": "Who has looked",
    "purpose": "What somebody looked for",
}


@dataclass(frozen=True, slots=True)
class Held:
    """One part of what is held: `lines` are pairs of question and answer. `about_others`: it seems to tell of somebody else."""

    kind: str
    day: date | None
    title: str
    lines: tuple[Line, ...]
    about_others: bool = False

    @property
    def fingerprint(self) -> str:
        """The same for the same words of the same day. Who has looked changes with every look, so it is taken once."""
        if self.kind == "looking":
            return self.kind
        words = json.dumps([self.kind, str(self.day), self.title, self.lines], ensure_ascii=False)
        return hashlib.sha256(words.encode()).hexdigest()


class Sought:
    """One person whose file is read: the records of them, their referrals, and whom else these name."""

    def __init__(self, session: Session, person_id: uuid.UUID, records: Sequence[SourceRecord]) -> None:
        self.session = session
        self.person_id = person_id
        self.records = {record.id: record for record in records}
        self.agencies: dict[uuid.UUID, str] = {row.id: row.name for row in session.execute(select(Agency.id, Agency.name))}
        wanted = {record.referral_id for record in records if record.referral_id}
        self.referrals = list(session.scalars(select(Referral).where(Referral.id.in_(wanted)).order_by(Referral.submitted_at)))
        self.own = {name for record in records for name in names_in(record)}
        self.others: set[str] = set()


def names_in(record: SourceRecord) -> set[str]:
    return {name for name in (full_name(record), record.given_names, record.known_as, record.surname) if name}


def some(*lines: tuple[str, Any]) -> tuple[Line, ...]:
    return tuple((asked, str(said)) for asked, said in lines if said)


def by(rows: Iterable[Any], name: str) -> dict[uuid.UUID, list[Any]]:
    found: dict[uuid.UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found


def day_of(at: datetime | None) -> date | None:
    return london_date(at) if at else None
