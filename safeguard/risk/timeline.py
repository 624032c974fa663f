"""What a signal sees of one child: frozen facts, and nothing it could ask a database for.

Ethnicity, religion, nationality, deprivation, benefits and a parent's own childhood are not here, so no rule can read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Value = str | int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One structured fact of an event: its kind (`concerns.fact_kinds`) and its answers."""

    kind: str
    answers: tuple[tuple[str, Value], ...]

    def get(self, name: str) -> Value | None:
        """The answer `name`; None where it was not given."""
        return next((value for key, value in self.answers if key == name), None)

    def many(self, name: str) -> tuple[str, ...]:
        """The codes given under `name`; empty where none were."""
        value = self.get(name)
        return value if isinstance(value, tuple) else () if value is None else (str(value),)

    def number(self, name: str) -> int | None:
        value = self.get(name)
        return value if isinstance(value, int) else None

    def day(self, name: str) -> date | None:
        value = self.get(name)
        return date.fromisoformat(value) if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class Event:
    """Something known about a person from `known_on` on. Ids are text; `closes` marks a decision that ended the work.

    `kind` is inbound_concern, professional_observation or decision_or_activity. Events that were corrected are left out.
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
    facts: tuple[Fact, ...] = ()

    @property
    def is_concern(self) -> bool:
        return self.kind == "inbound_concern"

    @property
    def on(self) -> date:
        """The day it happened where that is known, otherwise the day it became known."""
        return min(self.happened_on or self.known_on, self.known_on)

    def fact(self, kind: str) -> Fact | None:
        """The structured fact of this kind; None where the event has none."""
        return next((fact for fact in self.facts if fact.kind == kind), None)

    def coded(self, *categories: str) -> bool:
        """Whether the event bears any of these concern categories."""
        return any(code in self.categories for code in categories)


@dataclass(frozen=True, slots=True)
class Child:
    """A child by id and name, with the date of birth or the expected date where known.

    `died` says in words that the child has died; `death_disputed` what some say of a death that others deny. Both are
    empty otherwise.
    """

    id: str
    name: str
    birth_date: date | None
    expected_date: date | None
    died: str = ""
    death_disputed: str = ""

    def unborn(self, at: date) -> bool:
        return self.birth_date is None and self.expected_date is not None

    def days_old(self, at: date) -> int | None:
        """Age in days on `at`; negative before birth, None where neither birth nor expected date is known."""
        born = self.birth_date or self.expected_date
        return None if born is None else (at - born).days


@dataclass(frozen=True, slots=True)
class Link:
    """One statement that joins two people: who an adult is to a child, say. `kind` is a relationship or "home".

    `status` is stated, proven, alleged, overturned or unknown. `stated_on` is when an agency first told the front door.
    """

    id: str
    kind: str
    status: str
    stated_on: date
    since: date | None
    until: date | None
    agency_name: str

    @property
    def overturned(self) -> bool:
        return self.status == "overturned"


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
class LinkedChild:
    """A child an adult is or was linked with. `parent`: the adult is stated to be a parent of this child."""

    child: Child
    parent: bool
    links: tuple[Link, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Adult:
    """An adult around the child: who they are to the child, and every household of children they are linked with.

    `events` are about the adult; `children` are all the adult is or was linked with, this child left out.
    `links` join the adult with this child; those that were overturned are in `overturned` and nowhere else.
    `died` says in words that the adult has died, and is empty otherwise.
    """

    person_id: str
    name: str
    role: str
    professional: bool
    kin_carer: bool
    edge_ids: tuple[str, ...]
    households: tuple[HouseholdConcern, ...]
    parent: bool = False
    links: tuple[Link, ...] = ()
    overturned: tuple[Link, ...] = ()
    events: tuple[Event, ...] = ()
    children: tuple[LinkedChild, ...] = ()
    died: str = ""

    @property
    def called(self) -> str:
        """Dale Prentice (partner of a parent)"""
        return f"{self.name} ({self.role[:1].lower()}{self.role[1:]})"

    @property
    def first_seen(self) -> date | None:
        """When an agency first told the front door of this adult and this child together."""
        return min((link.stated_on for link in self.links), default=None)


@dataclass(frozen=True, slots=True)
class Home:
    """An address the child was said to live at: from when it was first told, or from a stated day.

    `confirmed`: told on more than one day, or with the day since which. One mention may be a visit, or an old letter.
    """

    address_id: str
    label: str
    since: date
    last_stated: date
    edge_ids: tuple[str, ...]
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Peer:
    """A child outside the family who is linked with this child, directly or through others."""

    child: Child
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """An address, or a venue that events name, and the children of other families tied to it, family by family."""

    label: str
    families: tuple[tuple[Peer, ...], ...]
    edge_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PeerLink:
    """Why two children are thought to know each other. `basis`: together, venue, online, vehicle, phone or adult."""

    one: str
    other: str
    basis: str
    words: str
    on: date
    evidence: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChildTimeline:
    """Everything the signals see of one child.

    `adults` are alive as far as is known; those linked with the child who have died are in `dead`, so that no signal
    follows a link to them as if it were current.

    `expecting` is set where the person is an adult with a pregnancy and no unborn child is recorded yet: `child` then
    stands for that adult, and only signals about the pregnancy speak.
    """

    child: Child
    events: tuple[Event, ...]
    siblings: tuple[Sibling, ...]
    adults: tuple[Adult, ...]
    homes: tuple[Home, ...] = ()
    places: tuple[Place, ...] = ()
    peer_links: tuple[PeerLink, ...] = ()
    peers: tuple[Peer, ...] = ()
    expecting: bool = False
    dead: tuple[Adult, ...] = ()
