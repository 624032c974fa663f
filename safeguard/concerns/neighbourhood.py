"""What is known around some people, loaded in a number of statements that depends on the distance alone."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from safeguard.agencies.model import Agency
from safeguard.concerns import neighbourhood_rows as rows_of
from safeguard.concerns.additions import additions_to
from safeguard.concerns.deaths import Death, deaths_of
from safeguard.concerns.homes import until_death
from safeguard.concerns.model import Address, Relationship, Residence
from safeguard.concerns.stated import (
    KnownAddition,
    KnownEvent,
    KnownMark,
    KnownPlace,
    SaidOfRelationship,
    StatedEmail,
    StatedEnrolment,
    StatedRelationship,
    StatedResidence,
)
from safeguard.people.candidates import clusters_of, people_of
from safeguard.people.identity import Identity, identity_of
from safeguard.people.matching.phone import phone_figures
from safeguard.people.model import SourceRecord

# More people than this at one address is not a household: it is named, not walked through.
CROWD = 20
# Nobody has more family than this; a person with more is a professional or a mistake.
MOST_RELATIONSHIPS = 60
_MOST_PEOPLE = 400
# A number or email address in more records than this is an office's.
OFFICE = 60


@dataclass(slots=True)
class Neighbourhood:
    """People around a focus, what joins them, and what is known of them.

    Of the addresses in `hubs` not everybody was loaded: it says how many people are said to have lived there. Those
    of them in `crowded` were not walked through at all. Nor were `busy` people, who have more relationships than a
    family gives anybody: how many, by person. `left_out` people are near and were not loaded, because there were too many.
    """

    focus: tuple[uuid.UUID, ...]
    people: dict[uuid.UUID, Identity] = field(default_factory=dict)
    records: dict[uuid.UUID, list[SourceRecord]] = field(default_factory=dict)
    relationships: list[StatedRelationship] = field(default_factory=list)
    # Statements whose two ends are one person since records were joined.
    collapsed: list[StatedRelationship] = field(default_factory=list)
    words: list[SaidOfRelationship] = field(default_factory=list)
    residences: list[StatedResidence] = field(default_factory=list)
    addresses: dict[uuid.UUID, Address] = field(default_factory=dict)
    hubs: dict[uuid.UUID, int] = field(default_factory=dict)
    crowded: dict[uuid.UUID, int] = field(default_factory=dict)
    busy: dict[uuid.UUID, int] = field(default_factory=dict)
    enrolments: list[StatedEnrolment] = field(default_factory=list)
    places: dict[uuid.UUID, KnownPlace] = field(default_factory=dict)
    events: list[KnownEvent] = field(default_factory=list)
    marks: list[KnownMark] = field(default_factory=list)
    additions: list[KnownAddition] = field(default_factory=list)
    agencies: dict[uuid.UUID, Agency] = field(default_factory=dict)
    office_phones: set[str] = field(default_factory=set)
    emails: list[StatedEmail] = field(default_factory=list)
    office_emails: set[str] = field(default_factory=set)
    deaths: dict[uuid.UUID, Death] = field(default_factory=dict)
    left_out: int = 0

    def events_of(self) -> Mapping[uuid.UUID, list[KnownEvent]]:
        """The events of each person, in the order they became known."""
        events: dict[uuid.UUID, list[KnownEvent]] = defaultdict(list)
        for event in self.events:
            events[event.person_id].append(event)
        return events

    def ended(self, at: date) -> Mapping[uuid.UUID, date | None]:
        """When the desk's last word by the day `at` says that a stated relationship ended (None: it did not), by the statement."""
        said = (word for word in self.words if word.word in {"ended", "stated"} and word.said_on <= at)
        return {word.statement_id: word.ended_on for word in said}

    def homes(self, at: date) -> dict[uuid.UUID, uuid.UUID]:
        """The address each person was last said to live at on the day `at`."""
        return {row.person_id: row.address_id for row in self.residences if row.until is None or row.until > at}

    def household(self, person_ids: Iterable[uuid.UUID], at: date) -> set[uuid.UUID]:
        """Everybody who lives at an address of these people now, they themselves included; not where a crowd does."""
        homes = self.homes(at)
        theirs = {homes[key] for key in person_ids if key in homes} - self.crowded.keys()
        return {*person_ids, *(key for key, home in homes.items() if home in theirs)}


def neighbourhood(
    session: Session,
    person_ids: Iterable[uuid.UUID],
    *,
    hops: int = 2,
    most_people: int = _MOST_PEOPLE,
    thorough: bool = False,
) -> Neighbourhood:
    """Load the people up to `hops` relationships or shared addresses away from `person_ids`, and what is known of them.

    `thorough` is for showing the graph: a phone number or email address that two people give is a step as well, where it is
    not an office's, and the relationships among those reached last are read too, and what was added to their referrals.

    Beyond `most_people` nobody more is loaded: nobody's family is that large. Every row is read through the session, which
    leaves out what is hidden from whoever it acts for (`people.sight`) before anything is counted, limited or derived
    here: the neighbourhood is that of a database which does not hold it.
    """
    walk = _Walk(session, tuple(dict.fromkeys(person_ids)), most_people, thorough=thorough)
    for _hop in range(hops):
        walk.step()
    walk.arrive()
    return walk.settled()


class _Walk:
    """A neighbourhood while it is loaded: `edge` are the people reached last, whose own edges were not followed yet."""

    def __init__(self, session: Session, focus: tuple[uuid.UUID, ...], most_people: int, *, thorough: bool) -> None:
        self.session, self.most_people, self.thorough = session, most_people, thorough
        self.around = Neighbourhood(focus=focus)
        self.edge: list[uuid.UUID] = list(focus)
        self.person_of: dict[uuid.UUID, uuid.UUID] = {}
        self.relationships: dict[uuid.UUID, Relationship] = {}
        self.residences: dict[uuid.UUID, Residence] = {}

    def step(self) -> None:
        """Follow every edge of the people reached last."""
        records = self._meet()
        if not records:
            self.edge = []
            return
        related = rows_of.relationships(self.session, records)
        near = self._lived_near(records)
        told = rows_of.joined_by_events(self.session, records)
        phoned = self._phoned() | self._mailed(records) if self.thorough else set()
        ends = {end for row in related for end in (row.from_record_id, row.to_record_id)}
        whose = {**self.person_of, **people_of(self.session, {*ends, *near, *told, *phoned} - self.person_of.keys())}
        met = [*self._relatives(related, whose), *sorted(whose[key] for key in near if key in whose)]
        met += sorted(whose[key] for key in (*told, *phoned) if key in whose)
        fresh = [key for key in dict.fromkeys(met) if key not in self.around.records]
        room = max(0, self.most_people - len(self.around.records))
        self.around.left_out += len(fresh[room:])
        self.edge = fresh[:room]

    def arrive(self) -> None:
        """Read the records and homes of the people reached last, and follow no edge of theirs."""
        records = self._meet()
        if records:
            self._keep(rows_of.residences(self.session, records))
            if self.thorough:
                among = (row for row in rows_of.relationships(self.session, records) if self._knows(row))
                self.relationships.update({row.id: row for row in among})

    def _meet(self) -> list[uuid.UUID]:
        met = clusters_of(self.session, self.edge)
        self.around.records.update(met)
        fresh = {record.id: key for key, records in met.items() for record in records}
        self.person_of.update(fresh)
        return list(fresh)

    def _relatives(self, rows: Iterable[Relationship], whose: Mapping[uuid.UUID, uuid.UUID]) -> list[uuid.UUID]:
        """The people related to those reached last, save to those of them with more relatives than a family has."""
        seen = [row for row in rows if row.from_record_id in whose and row.to_record_id in whose]
        self.relationships.update({row.id: row for row in seen})
        pairs = {frozenset((whose[row.from_record_id], whose[row.to_record_id])) for row in seen}
        degree = Counter(key for pair in pairs for key in pair)
        reached = set(self.edge)
        self.around.busy.update({key: degree[key] for key in reached if degree[key] > MOST_RELATIONSHIPS})
        return sorted({key for pair in pairs if pair & reached - self.around.busy.keys() for key in pair})

    def _lived_near(self, records: list[uuid.UUID]) -> set[uuid.UUID]:
        """The records of people at the same addresses, where an address is a household and not a crowd."""
        mine = rows_of.residences(self.session, records)
        self._keep(mine)
        found = rows_of.residents(self.session, {row.address_id for row in mine}, crowd=CROWD)
        self.around.hubs.update(found.hubs)
        self.around.crowded.update({key: found.hubs[key] for key in found.crowded})
        self._keep(found.rows)
        return {row.source_record_id for row in found.rows}

    def _phoned(self) -> set[uuid.UUID]:
        """The records that give a phone number of the people reached last, unless very many do."""
        mine = {phone_figures(record.phone) for key in self.edge for record in self.around.records.get(key, ())}
        return _given_by_few(rows_of.records_with_phone(self.session, mine - {""}), self.around.office_phones)

    def _mailed(self, records: list[uuid.UUID]) -> set[uuid.UUID]:
        """The records that give an email address of the people reached last, unless very many do."""
        given = rows_of.records_with_email(self.session, rows_of.emails_of(self.session, records))
        return _given_by_few(given, self.around.office_emails)

    def _knows(self, row: Relationship) -> bool:
        return row.from_record_id in self.person_of and row.to_record_id in self.person_of

    def _keep(self, rows: Iterable[Residence]) -> None:
        self.residences.update({row.id: row for row in rows})

    def settled(self) -> Neighbourhood:
        """What was loaded as facts about people, with the events, words, places and agencies they name."""
        around, session = self.around, self.session
        around.people = {key: identity_of(records) for key, records in around.records.items() if records}
        stated = rows_of.stated_relationships(self.relationships.values(), self.person_of)
        around.relationships = [row for row in stated if row.from_person != row.to_person]
        around.collapsed = [row for row in stated if row.from_person == row.to_person]
        around.words = rows_of.words(session, [row.id for row in stated])
        deaths, around.emails = rows_of.said_of_people(session, self.person_of)
        around.deaths = deaths_of(deaths)
        gone = {key: death.gone_from for key, death in around.deaths.items() if not death.disputed}
        around.residences = until_death(rows_of.stated_residences(self.residences.values(), self.person_of), gone)
        around.addresses = rows_of.addresses(session, {row.address_id for row in around.residences})
        around.enrolments = rows_of.enrolments(session, self.person_of)
        around.places = rows_of.places(session, {row.place_id for row in around.enrolments})
        around.events = rows_of.events(session, self.person_of)
        around.marks = rows_of.marks(session, [event.id for event in around.events if "link" in event.facts])
        if self.thorough:
            around.additions = additions_to(session, {event.referral_id for event in around.events if event.referral_id})
        around.agencies = rows_of.agencies(session, self._agency_ids())
        return around

    def _agency_ids(self) -> set[uuid.UUID]:
        around = self.around
        named = {record.agency_id for records in around.records.values() for record in records}
        named |= {row.agency_id for row in (*around.relationships, *around.collapsed)} | {row.agency_id for row in around.words}
        named |= {row.agency_id for row in around.residences} | {row.agency_id for row in around.enrolments}
        named |= {said.agency_id for death in around.deaths.values() for said in death.said} | {row.agency_id for row in around.emails}
        return named | {row.agency_id for row in around.events} | {row.agency_id for row in around.additions}


def _given_by_few(given: Mapping[str, set[uuid.UUID]], office: set[str]) -> set[uuid.UUID]:
    """The records that give a number or address which is no office's; those of so many are added to `office`."""
    office |= {contact for contact, theirs in given.items() if len(theirs) > OFFICE}
    return {key for contact, theirs in given.items() if contact not in office for key in theirs}
