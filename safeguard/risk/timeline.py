"""What a signal sees of one child: frozen facts, and nothing it could ask a database for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Event:
    """Something known about a child from `known_on` on. Ids are text; `closes` marks a decision that ended the work.

    `kind` is inbound_concern, professional_observation or decision_or_activity.
    """

    id: str
    person_id: str
    kind: str
    known_on: date
    happened_on: date | None
    agency_id: str
    agency_name: str
    professional: bool
    source_code: str
    categories: tuple[str, ...]
    referral_id: str | None
    referral_reference: str | None
    outcome: str | None
    closes: bool
    summary: str

    @property
    def is_concern(self) -> bool:
        return self.kind == "inbound_concern"


@dataclass(frozen=True, slots=True)
class Child:
    """A child by id and name, with the date of birth or the expected date where known."""

    id: str
    name: str
    birth_date: date | None
    expected_date: date | None


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another child of the family, why we call them one, and what is known of them. `edge_ids` state the link."""

    child: Child
    basis: str
    events: tuple[Event, ...]
    edge_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HouseholdConcern:
    """The children an adult is linked with who live together, and what is known of them."""

    household_key: str
    label: str
    children: tuple[Child, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Adult:
    """An adult around the child: who they are to the child, and every household of children they are linked with."""

    person_id: str
    name: str
    role: str
    professional: bool
    kin_carer: bool
    edge_ids: tuple[str, ...]
    households: tuple[HouseholdConcern, ...]


@dataclass(frozen=True, slots=True)
class ChildTimeline:
    """Everything the signals see of one child."""

    child: Child
    events: tuple[Event, ...]
    siblings: tuple[Sibling, ...]
    adults: tuple[Adult, ...]
