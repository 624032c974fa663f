"""The concern graph around some people as nodes and links of all times, each with its evidence. Pure.

`Network.on(day)` leaves what counted on a day; `graph()` hands it to NetworkX.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date

import networkx as nx

from safeguard.concerns import derived
from safeguard.concerns.deaths import death_words
from safeguard.concerns.homes import homes_on, households_on, stays
from safeguard.concerns.impossible import impossible
from safeguard.concerns.links import STEPS, Link, Source
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.concerns.relationships import KnownRelationship, known_relationships
from safeguard.kernel.clock import london_date
from safeguard.people.matching.phone import phone_figures

PERSON, ADDRESS = "person", "address"
AGENCY, REFERRAL, CONTACT, ADDITION = "agency", "referral", "contact", "addition"
CONCERN, OBSERVATION, DECISION = "concern", "observation", "decision"


@dataclass(frozen=True, slots=True)
class Node:
    """A person, an address, a place (`place_key.PLACE_KINDS`), an agency, a referral, what was added to it, another contact,
    or a concern, observation or decision, by its id.

    `day` is when a concern or event, or an addition, became known. `death` says in words what is stated of a person's death;
    `deceased` that they had surely died by the day asked about, and `death_known` since when anybody says so.
    """

    id: uuid.UUID
    kind: str
    label: str
    is_child: bool = False
    sex: str | None = None
    birth_date: date | None = None
    expected_date: date | None = None
    death: str = ""
    deceased: bool = False
    day: date | None = None
    death_known: date | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """What is known around `focus`. `hubs` are addresses of which not everybody is here, with how many people ever lived there."""

    focus: tuple[uuid.UUID, ...]
    today: date
    nodes: dict[uuid.UUID, Node]
    links: tuple[Link, ...]
    facts: tuple[KnownRelationship, ...] = ()
    households: dict[uuid.UUID, frozenset[uuid.UUID]] = field(default_factory=dict)
    agencies: dict[uuid.UUID, str] = field(default_factory=dict)
    hubs: dict[uuid.UUID, int] = field(default_factory=dict)
    busy: dict[uuid.UUID, int] = field(default_factory=dict)
    left_out: int = 0

    def on(self, day: date) -> Network:
        """What counted on `day`, as far as is known now."""
        return replace(self, links=tuple(link for link in self.links if link.holds(day)))

    def graph(self, kinds: Collection[str] | None = None) -> nx.MultiGraph:
        """The links as edges (attribute `link`, key its key) between node ids (attribute `node`), of these kinds or of all."""
        graph = nx.MultiGraph()
        for key, node in self.nodes.items():
            graph.add_node(key, node=node)
        for link in self.links:
            if (kinds is None or link.kind in kinds) and link.one in graph and link.other in graph:
                graph.add_edge(link.one, link.other, key=link.key, link=link)
        return graph

    def between_people(self) -> nx.MultiGraph:
        """Only people, and the links that are steps from person to person: a relationship, a home, a phone, a place named."""
        graph = self.graph(STEPS)
        graph.remove_nodes_from([key for key, node in self.nodes.items() if node.kind != PERSON])
        return graph

    def within(self, hops: int) -> tuple[Network, dict[uuid.UUID, int]]:
        """The part at most `hops` steps from person to person away from the focus, with how far everybody is.

        Their homes, schools and practices stay with them.
        """
        people = self.between_people()
        focus = [key for key in self.focus if key in people]
        far = dict(nx.multi_source_dijkstra_path_length(people, set(focus), cutoff=hops)) if focus else {}
        places = {link.other for link in self.links if link.kind in {"home", "belongs"} and link.one in far}
        kept = {key: node for key, node in self.nodes.items() if key in far or key in places}
        links = tuple(link for link in self.links if link.one in kept and link.other in kept)
        return replace(self, nodes=kept, links=links), {key: int(steps) for key, steps in far.items()}


def network_of(around: Neighbourhood, *, on: date, today: date) -> Network:
    """Every node and link of a neighbourhood. Standings and households are those of the day `on`; `today` is what is future."""
    facts = known_relationships([*around.relationships, *around.collapsed], around.words, on=on)
    marks = impossible(facts, around.people, on=today, deaths=around.deaths)
    households = households_on(around.residences, on)
    links = [
        *(_relationship(fact, marks.get(fact.key, ())) for fact in facts),
        *_homes(around, on),
        *enrolled(around, on),
        *derived_links(around, facts, households.values()),
    ]
    return Network(
        focus=tuple(key for key in around.focus if key in around.people),
        today=today,
        nodes={node.id: node for node in _nodes(around, on)},
        links=tuple(sorted(links, key=lambda link: link.key)),
        facts=tuple(facts),
        households=households,
        agencies={key: agency.name for key, agency in around.agencies.items()},
        hubs=dict(around.hubs),
        busy=dict(around.busy),
        left_out=around.left_out,
    )


def derived_links(
    around: Neighbourhood, facts: list[KnownRelationship], households: Iterable[frozenset[uuid.UUID]]
) -> list[Link]:
    """Everything that follows from what was stated in a neighbourhood."""
    rows = {row.id: Source("residence", row.id, row.agency_id, row.stated_on) for row in around.residences}
    corrected = {event.supersedes_id for event in around.events}
    events = {event.id: event for event in around.events if event.id not in corrected}
    named: dict[tuple[str, str], list[uuid.UUID]] = defaultdict(list)
    for mark in around.marks:
        named[mark.kind, mark.mark].append(mark.event_id)
    joined = {frozenset((one, other)) for ids in named.values() for one in ids for other in ids if one != other}
    return [
        *derived.shared_addresses(stays(around.residences), rows, around.crowded),
        *derived.shared_contacts("shared_phone", phones_of(around)),
        *derived.shared_contacts("shared_email", emails_of(around)),
        *derived.shared_adults(facts, list(households)),
        *derived.shared_parents(facts),
        *derived.co_missing(events.values(), joined),
        *derived.shared_marks(events, around.marks),
    ]


def phones_of(around: Neighbourhood) -> list[derived.StatedContact]:
    """The phone numbers that records give."""
    return [
        derived.StatedContact(key, figures, Source("record", record.id, record.agency_id, london_date(record.stated_at)))
        for key, records in around.records.items()
        for record in records
        if (figures := phone_figures(record.phone)) and figures not in around.office_phones
    ]


def emails_of(around: Neighbourhood) -> list[derived.StatedContact]:
    """The email addresses that were given."""
    return [
        derived.StatedContact(said.person_id, said.email, Source("statement", said.id, said.agency_id, london_date(said.stated_at)))
        for said in around.emails
        if said.email not in around.office_emails
    ]


def _nodes(around: Neighbourhood, on: date) -> Iterable[Node]:
    for key, person in around.people.items():
        death = around.deaths.get(key)
        yield Node(
            key, PERSON, person.name, person.is_child, person.sex, person.birth_date, person.expected_date,
            death_words(death) if death else "", death is not None and death.by(on), death_known=death.known_since if death else None,
        )  # fmt: skip
    for key, address in around.addresses.items():
        yield Node(key, ADDRESS, address.one_line or "Address not stated")
    for key, place in around.places.items():
        yield Node(key, place.kind, place.name)


def _relationship(fact: KnownRelationship, marks: tuple[str, ...]) -> Link:
    return Link(
        "relationship", fact.one, fact.other, fact.kind, fact.standing, fact.begins, fact.until,
        tuple(Source("relationship", said.id, said.agency_id, said.stated_on) for said in fact.statements),
        against=fact.against, impossible=marks,
    )  # fmt: skip


def _homes(around: Neighbourhood, on: date) -> Iterable[Link]:
    disputed = {(key, home.address_id) for key, homes in homes_on(around.residences, on).items() for home in homes if home.disputed}
    rows = {row.id: row for row in around.residences}
    for stay in stays(around.residences):
        said = tuple(Source("residence", key, rows[key].agency_id, rows[key].stated_on) for key in stay.statement_ids)
        here = (stay.person_id, stay.address_id) in disputed and stay.begins <= on and (stay.ends is None or on < stay.ends)
        ended = stay.ends is not None and stay.ends <= on
        standing = "disputed" if here else "ended" if ended else "stated"
        yield Link("home", stay.person_id, stay.address_id, "", standing, stay.begins, stay.ends, said)


def enrolled(around: Neighbourhood, on: date) -> Iterable[Link]:
    """Each school or practice once a person; a later one of the same kind ends the one before."""
    rows = sorted(around.enrolments, key=lambda row: (row.begins, row.stated_at, row.id))
    stated: dict[tuple[uuid.UUID, str], list[tuple[uuid.UUID, list[Source], date, date | None]]] = defaultdict(list)
    for row in rows:
        place = around.places.get(row.place_id)
        if place is None:
            continue
        runs = stated[row.person_id, place.kind]
        source = Source("enrolment", row.id, row.agency_id, row.stated_on)
        if runs and runs[-1][0] == row.place_id:
            _same, sources, begins, _until = runs[-1]
            runs[-1] = (row.place_id, [*sources, source], begins, row.until)
        else:
            runs.append((row.place_id, [source], row.begins, row.until))
    for (person_id, kind), runs in stated.items():
        for number, (place_id, sources, begins, until) in enumerate(runs):
            following = runs[number + 1][2] if number + 1 < len(runs) else None
            ends = min((day for day in (until, following) if day is not None), default=None)
            standing = "ended" if ends is not None and ends <= on else "stated"
            yield Link("belongs", person_id, place_id, kind, standing, begins, ends, tuple(sources))
