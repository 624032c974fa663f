"""What was stated of people, each statement with who made it and when; as rules read it. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from safeguard.kernel.clock import london_date


@dataclass(frozen=True, slots=True)
class StatedRelationship:
    """`from_person` is the `kind` of `to_person`, as one agency stated it; `referral_id` is the referral that says so."""

    id: uuid.UUID
    from_person: uuid.UUID
    to_person: uuid.UUID
    kind: str
    parental_responsibility: str
    lives_with: str
    since: date | None
    until: date | None
    agency_id: uuid.UUID
    stated_at: datetime
    status: str = "stated"
    referral_id: uuid.UUID | None = None
    recorded_by: uuid.UUID | None = None

    @property
    def stated_on(self) -> date:
        return london_date(self.stated_at)


@dataclass(frozen=True, slots=True)
class SaidOfRelationship:
    """A word of the desk on one statement: confirmed, disputed, ended (then `ended_on`), or stated (as it was, after all)."""

    statement_id: uuid.UUID
    word: str
    ended_on: date | None
    reason: str
    agency_id: uuid.UUID
    at: datetime

    @property
    def said_on(self) -> date:
        return london_date(self.at)


class _FromWhenStated:
    """Begins when it says so: where nothing is said of the beginning, on the day on which it was stated."""

    __slots__ = ()
    since: date | None
    stated_at: datetime

    @property
    def stated_on(self) -> date:
        return london_date(self.stated_at)

    @property
    def begins(self) -> date:
        return self.since or self.stated_on


@dataclass(frozen=True, slots=True)
class StatedResidence(_FromWhenStated):
    """A person lives, or lived, at an address, as one agency stated it."""

    id: uuid.UUID
    person_id: uuid.UUID
    address_id: uuid.UUID
    since: date | None
    until: date | None
    agency_id: uuid.UUID
    stated_at: datetime


@dataclass(frozen=True, slots=True)
class StatedEnrolment(_FromWhenStated):
    """A person attends a school or is registered with a practice, as one agency stated it."""

    id: uuid.UUID
    person_id: uuid.UUID
    place_id: uuid.UUID
    since: date | None
    until: date | None
    agency_id: uuid.UUID
    stated_at: datetime


@dataclass(frozen=True, slots=True)
class StatedEmail:
    """An agency gives an email address (in lower case) for a person."""

    id: uuid.UUID
    person_id: uuid.UUID
    email: str
    agency_id: uuid.UUID
    stated_at: datetime


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A school, practice or other place that people belong to without living there."""

    id: uuid.UUID
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """A case event, with the person it is about now."""

    id: uuid.UUID
    person_id: uuid.UUID
    kind: str
    known_on: date
    happened_on: date | None
    agency_id: uuid.UUID
    source_code: str
    categories: tuple[str, ...]
    referral_id: uuid.UUID | None
    reference: str | None
    outcome: str | None
    closes: bool
    summary: str
    recorded_at: datetime
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)
    recorded_by: uuid.UUID | None = None
    supersedes_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class KnownAddition:
    """What an agency added to a referral after it was sent; `kind` says in words what sort of thing. Its words are not here."""

    id: uuid.UUID
    referral_id: uuid.UUID
    kind: str
    agency_id: uuid.UUID
    at: datetime

    @property
    def on(self) -> date:
        return london_date(self.at)


@dataclass(frozen=True, slots=True)
class KnownMark:
    """A place, online space, vehicle or phone that an event names; `id` is the row that says so."""

    event_id: uuid.UUID
    kind: str
    mark: str
    label: str
    id: uuid.UUID | None = None
