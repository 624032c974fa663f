"""Derived links, risk and paths against brute force: hundreds of random populations, everything tried."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest

from safeguard.concerns.adult_risk import risk_paths, risks_recorded
from safeguard.concerns.answer_json import around_json, connection_json
from safeguard.concerns.event_groups import event_groups
from safeguard.concerns.homes import homes_on
from safeguard.concerns.links import STEPS, Link
from safeguard.concerns.marks import KINDS
from safeguard.concerns.named import named_id, with_named, with_phone
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.concerns.network import Network, network_of
from safeguard.concerns.network_events import MOST_OPENED, folded
from safeguard.concerns.questions.around import Around, answered
from safeguard.concerns.questions.connect import shortest
from safeguard.concerns.questions.merged import as_one, joined
from safeguard.kernel.codes.relationship import RELATIONSHIPS, traits
from tests.unit.concerns.made import key
from tests.unit.concerns.populations import ADULTS, CHILDREN, START, TODAY, population

SEEDS = range(200)
DAYS = [START + timedelta(step) for step in range(0, 182, 45)]
Pair = frozenset[uuid.UUID]


def _of(network: Network, kind: str) -> list[Link]:
    return [link for link in network.links if link.kind == kind]


@pytest.mark.parametrize("seed", SEEDS)
def test_derived_links_are_those_of_brute_force(seed: int) -> None:
    found = population(seed)
    network = network_of(found, on=TODAY, today=TODAY)
    assert all(link.sources for link in network.links if link.derived)
    for day in DAYS:
        homes = {person: {home.address_id for home in there} for person, there in homes_on(found.residences, day).items()}
        expected = {
            (frozenset((one, other)), address)
            for one, other in combinations(homes, 2)
            for address in (homes[one] & homes[other]) - found.crowded.keys()
        }
        assert {(link.ends, link.via[0]) for link in _of(network, "shared_address") if link.holds(day)} == expected
    assert {link.ends for link in _of(network, "shared_phone")} == _phones(found)
    assert {link.ends for link in _of(network, "shared_email")} == _emails(found)
    assert {(link.ends, link.via) for link in _of(network, "shared_parent")} == _parents(network)
    assert {link.ends for link in _of(network, "co_missing")} == _missing(found)
    assert {(link.ends, link.code) for link in _of(network, "shared_mark")} == _marks(found)
    assert {(link.ends, link.via[0]) for link in _of(network, "shared_adult")} == _accused(found, network)


def _phones(found: Neighbourhood) -> set[Pair]:
    given = {person: {record.phone[-6:] for record in records if record.phone} for person, records in found.records.items()}
    return {frozenset((one, other)) for one, other in combinations(given, 2) if given[one] & given[other]}


def _emails(found: Neighbourhood) -> set[Pair]:
    given = {(said.person_id, said.email) for said in found.emails}
    return {frozenset((one, other)) for one, mine in given for other, theirs in given if mine == theirs and one != other}


def _parents(network: Network) -> set[tuple[Pair, tuple[uuid.UUID, ...]]]:
    valid = [fact for fact in network.facts if fact.standing != "overturned" and fact.one != fact.other]
    siblings = {frozenset(fact.ends) for fact in valid if "sibling" in fact.kind or fact.kind == "twin"}
    parent_of = {(fact.one, fact.other) for fact in valid if fact.kind in {"mother", "father", "parent", "adoptive_parent"}}
    result = set()
    for one, other in combinations(network.nodes, 2):
        of_one, of_other = ({parent for parent, child in parent_of if child == end} for end in (one, other))
        shared = tuple(sorted((of_one & of_other) - {one, other}))
        if shared and frozenset((one, other)) not in siblings:
            result.add((frozenset((one, other)), shared))
    return result


def _live(found: Neighbourhood) -> list[object]:
    corrected = {event.supersedes_id for event in found.events}
    return [event for event in found.events if event.id not in corrected]


def _missing(found: Neighbourhood) -> set[Pair]:
    marks = {(mark.event_id, mark.kind, mark.mark) for mark in found.marks}
    gone = [event for event in _live(found) if "missing" in event.facts]  # type: ignore[attr-defined]
    result = set()
    for one, other in combinations(found.people, 2):
        pairs = [
            (mine, theirs) for mine in gone for theirs in gone
            if mine.person_id == one and theirs.person_id == other  # type: ignore[attr-defined]
            and abs((mine.happened_on or mine.known_on) - (theirs.happened_on or theirs.known_on)).days <= 1  # type: ignore[attr-defined]
        ]  # fmt: skip
        twice = len({mine.id for mine, _ in pairs}) > 1 and len({theirs.id for _, theirs in pairs}) > 1  # type: ignore[attr-defined]
        together = any(
            (mine.referral_id and mine.referral_id == theirs.referral_id)  # type: ignore[attr-defined]
            or {(k, m) for e, k, m in marks if e == mine.id} & {(k, m) for e, k, m in marks if e == theirs.id}  # type: ignore[attr-defined]
            for mine, theirs in pairs
        )
        if twice or together:
            result.add(frozenset((one, other)))
    return result


def _marks(found: Neighbourhood) -> set[tuple[Pair, str]]:
    events = {event.id: event for event in _live(found)}  # type: ignore[attr-defined]
    result = set()
    for one, other in combinations([mark for mark in found.marks if mark.event_id in events], 2):
        mine, theirs = events[one.event_id], events[other.event_id]
        near = abs((mine.happened_on or mine.known_on) - (theirs.happened_on or theirs.known_on)).days <= 90  # type: ignore[attr-defined]
        if (one.kind, one.mark) == (other.kind, other.mark) and near and mine.person_id != theirs.person_id:  # type: ignore[attr-defined]
            result.add((frozenset((mine.person_id, theirs.person_id)), one.kind))  # type: ignore[attr-defined]
    return result


def _accused(found: Neighbourhood, network: Network) -> set[tuple[Pair, uuid.UUID]]:
    said = {
        (row.from_person, row.to_person) if row.kind == "alleged_perpetrator" else (row.to_person, row.from_person)
        for row in (*found.relationships, *found.collapsed)
        if row.kind in {"alleged_perpetrator", "alleged_victim_of"} and row.status != "overturned"
    }
    result = set()
    for adult in {adult for adult, _child in said}:
        for one, other in combinations([child for accused, child in said if accused == adult], 2):
            if not any({one, other} <= home for home in network.households.values()):
                result.add((frozenset((one, other)), adult))
    return result


@pytest.mark.parametrize("seed", SEEDS)
def test_risk_reaches_whom_brute_force_says(seed: int) -> None:
    found = population(seed)
    for day in (DAYS[1], TODAY):
        network = network_of(found, on=day, today=TODAY)
        risks = risks_recorded(found.events, [key(one) for one in ADULTS], day)
        told = {(path.risk_of, path.child, tuple(link.key for link in path.links)) for path in risk_paths(network, risks, day)}
        known = [event for event in found.events if event.known_on <= day]
        corrected = {event.supersedes_id for event in known}
        risky = {
            event.person_id for event in known
            if event.facts.get("adult_history", {}).get("status") in {"proven", "alleged"} and event.id not in corrected
        } & {key(one) for one in ADULTS}  # fmt: skip
        assert told == {way for adult in risky for way in _ways(network, adult, day)}


def _ways(network: Network, adult: uuid.UUID, day: date) -> set[tuple[uuid.UUID, uuid.UUID, tuple[str, ...]]]:
    links = [link for link in network.links if link.kind in {"relationship", "shared_address"} and link.holds(day) and len(link.ends) == 2]
    links = [link for link in links if not any(network.nodes[end].deceased for end in link.ends)]
    children, adults = ({key(one) for one in group} for group in (CHILDREN, ADULTS))
    result = set()
    for child in children:
        direct = {(adult, child, (link.key,)) for link in links if link.ends == {adult, child}}
        further = {
            (adult, child, (first.key, second.key))
            for between in adults - {adult}
            for first in links if first.ends == {adult, between} and _near(first, adult)
            for second in links if second.ends == {between, child} and _cares(second, between)
        }  # fmt: skip
        result |= direct or further
    return result


def _seen_from(link: Link, person: uuid.UUID) -> str:
    return link.code if link.one == person else RELATIONSHIPS.reciprocal(link.code)


def _near(link: Link, adult: uuid.UUID) -> bool:
    near = {"step_parent", "parents_partner", "lodger", "carer", "kinship_carer", "family_friend", "associate"}
    kind = traits(link.code)
    return link.kind == "shared_address" or kind.partner or kind.kin or kind.sibling or bool({link.code, _seen_from(link, adult)} & near)


def _cares(link: Link, person: uuid.UUID) -> bool:
    if link.kind == "shared_address":
        return True
    kind = _seen_from(link, person)
    return traits(kind).parent or traits(kind).kin_carer or kind in {"step_parent", "parents_partner", "foster_carer"}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_shortest_path_and_no_other(seed: int) -> None:
    found = population(seed)
    network = network_of(found, on=TODAY, today=TODAY)
    one, other = key(ADULTS[seed % 5]), key(CHILDREN[seed % 7])
    for on in (None, TODAY, DAYS[1]):
        steps = [link for link in network.links if link.kind in STEPS and len(link.ends) == 2]
        joins = {link.ends for link in steps if (link.holds(on) if on else link.standing != "overturned")}
        joins = {ends for ends in joins if all(network.nodes[end].kind == "person" for end in ends)}
        paths = [[one]]
        for _step in range(6):
            ended = [path for path in paths if path[-1] == other]
            if ended:
                break
            paths = [[*path, end] for path in paths for end in network.nodes if frozenset((path[-1], end)) in joins and end not in path]
        expected = sorted(tuple(path) for path in paths if path[-1] == other)
        answer = shortest(network, one, other, on=on, longest=6)
        assert [path.people for path in answer.paths] == expected[:20]
        assert answer.more == (len(expected) > 20)
        assert all(step for path in answer.paths for step in path.steps)
        connection_json(answer, on=on or TODAY)


@pytest.mark.parametrize("seed", SEEDS)
def test_who_is_near_on_a_day(seed: int) -> None:
    """Distance is that of a walk, one step at a time; nothing is there that does not count on the day."""
    found = population(seed)
    for day in (DAYS[2], TODAY):
        answer = answered(found, hops=2, on=day, today=TODAY)
        links = [link for link in network_of(found, on=day, today=TODAY).links if link.kind in STEPS and link.holds(day)]
        near = {found.focus[0]: 0}
        for step in (1, 2):
            for person in [person for person, far in near.items() if far == step - 1]:
                for link in links:
                    if person in link.ends:
                        for end in link.ends & found.people.keys():
                            near.setdefault(end, step)
        assert answer.distance == near
        assert all(link.holds(day) for link in answer.network.links)
        around_json(answer)


@pytest.mark.parametrize("seed", SEEDS)
def test_contacts_are_those_of_brute_force(seed: int) -> None:
    """Every event near that still stands is about its person, in one contact, of one agency; no other contact is there."""
    found = population(seed)
    for day in (DAYS[2], TODAY):
        network = answered(found, hops=2, on=day, today=TODAY).network
        near = [
            event for event in found.events
            if event.person_id in network.nodes and event.known_on <= day and event.kind != "decision_or_activity"
            and not any(
                other.supersedes_id == event.id and other.person_id in network.nodes and other.known_on <= day for other in found.events
            )
        ]  # fmt: skip
        about = [link for link in network.links if link.kind == "about"]
        assert {source.id for link in about for source in link.sources} == {event.id for event in near}
        came = {(event.referral_id or (event.agency_id, event.known_on), event.person_id) for event in near}
        assert len(about) == len(came)
        contacts = [node for node in network.nodes.values() if node.kind in {"referral", "contact"}]
        assert len(contacts) == len({contact for contact, _person in came})
        sent = [link for link in network.links if link.kind == "sent"]
        assert sorted(link.other for link in sent) == sorted(node.id for node in contacts)
        for link in network.links:
            if link.kind == "named":
                told = {event.person_id for event in near if event.referral_id == link.one}
                assert told
                assert link.other not in told
                assert any(record.referral_id == link.one for record in found.records[link.other])


@pytest.mark.parametrize("seed", SEEDS)
def test_concerns_events_and_additions_are_those_of_brute_force(seed: int) -> None:
    """Every event near that still stands is in one node, with those told alike in the same referral and no other; what was added
    to a referral is there where the referral is. The groups of the picture hold each node once."""
    found = population(seed)
    for day in (DAYS[2], TODAY):
        network = answered(found, hops=2, on=day, today=TODAY).network
        known = [event for event in found.events if event.person_id in network.nodes and event.known_on <= day]
        near = [
            event for event in known
            if not any(other.supersedes_id == event.id for other in known)
            and not (event.supersedes_id and event.kind == "decision_or_activity" and not event.facts)
        ]  # fmt: skip
        kinds = {"inbound_concern": "concern", "professional_observation": "observation", "decision_or_activity": "decision"}
        held = {}
        for event in near:
            node, = (link.one for link in network.links if link.kind == "regards" and event.id in {row.id for row in link.sources})
            held.setdefault(node, []).append(event)
            assert network.nodes[node].kind == kinds[event.kind]
        assert held.keys() == {key for key, node in network.nodes.items() if node.kind in kinds.values()}
        for one, other in combinations(near, 2):
            alike = one.referral_id == other.referral_id is not None and one.kind == other.kind and one.recorded_at == other.recorded_at
            assert (one in next(theirs for theirs in held.values() if other in theirs)) is (one is other or alike)
        for node, events in held.items():
            assert {link.other for link in network.links if link.kind == "regards" and link.one == node} == {e.person_id for e in events}
            came, = (link for link in network.links if link.kind in {"holds", "recorded"} and link.other == node)
            assert came.kind == ("recorded" if events[0].kind == "decision_or_activity" else "holds")
        added = {one.id for one in found.additions if one.on <= day and one.referral_id in network.nodes}
        assert {key for key, node in network.nodes.items() if node.kind == "addition"} == added
        groups = event_groups(network)
        assert sorted(item.id for group in groups for item in group.items) == sorted([*held, *added])
        assert len({group.ends for group in groups}) == len({group.id for group in groups}) == len(groups)
        for opened in ("", "all", *(str(group.id) for group in groups[:2])):
            drawn = folded(network, network.nodes, opened)
            alone = [node for node in drawn.nodes().values() if node.kind != "events"]
            folded_in = [item.id for group in drawn.groups.values() for item in group.items]
            assert len({*folded_in, *(node.id for node in alone)}) == len(folded_in) + len(alone)
            assert drawn.left_out or len(folded_in) + len(alone) == len(held) + len(added)
            assert not opened or opened != "all" or not drawn.groups or len(alone) >= MOST_OPENED


@pytest.mark.parametrize("seed", SEEDS)
def test_named_places_are_those_of_brute_force(seed: int) -> None:
    """A place is there once, joined with everybody near of whom something that still stands names it, since the first such day."""
    found = population(seed)
    for day in (DAYS[2], TODAY):
        answer = answered(found, hops=2, on=day, today=TODAY)
        for network, kinds in ((answer.network, {"venue", "online"}), (_named_all(found, answer, day), set(KINDS))):
            said: dict[tuple[str, str, uuid.UUID], list[tuple[date, str, uuid.UUID]]] = {}
            for mark in found.marks:
                event = next(event for event in found.events if event.id == mark.event_id)
                stands = not any(other.supersedes_id == event.id and other.known_on <= day for other in found.events)
                if mark.kind in kinds and event.known_on <= day and stands and event.person_id in answer.distance:
                    said.setdefault((mark.kind, mark.mark, event.person_id), []).append((event.known_on, mark.label, event.id))
            links = {(network.nodes[link.other].kind, link.other, link.one): link for link in network.links if link.kind == "names"}
            assert links.keys() == {(kind, named_id(kind, mark), person) for kind, mark, person in said}
            for (kind, mark, person), rows in said.items():
                link = links[kind, named_id(kind, mark), person]
                assert (link.since, {row.id for row in link.sources}) == (min(on for on, *_ in rows), {event for *_, event in rows})
                labels = [label for (k, m, _p), theirs in said.items() if (k, m) == (kind, mark) for _on, label, _event in theirs]
                assert network.nodes[link.other].label == min(labels)


def _named_all(found: Neighbourhood, answer: Around, day: date) -> Network:
    people = {key: node for key, node in answer.network.nodes.items() if node.kind == "person"}
    return with_named(replace(answer.network, nodes=people, links=()), found, by=day, kinds=KINDS)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_phone_is_joined_with_whom_it_was_given_for(seed: int) -> None:
    found = population(seed)
    network = network_of(found, on=TODAY, today=TODAY)
    for figures in ("1632960001", "1632960002", "1632960009"):
        links = [link for link in with_phone(network, found, figures).links if link.kind == "number"]
        given = [key for key, records in found.records.items() if any((one.phone or "").endswith(figures[-6:]) for one in records)]
        assert sorted(link.one for link in links) == sorted(given)


@pytest.mark.parametrize("seed", SEEDS)
def test_as_one_is_what_would_be_said_of_one(seed: int) -> None:
    """The preview before a joining is the graph after it."""
    found = population(seed)
    stays, joins = key(CHILDREN[0]), key(CHILDREN[1])
    after = network_of(joined(found, stays, joins), on=TODAY, today=TODAY)
    assert joins not in {end for link in after.links for end in link.ends}
    told = sum(len(fact.statements) for fact in after.facts)
    assert told == len(found.relationships) + len(found.collapsed)
    between = [row for row in found.relationships if {row.from_person, row.to_person} == {stays, joins} and row.status != "overturned"]
    of_themselves = [doubt for doubt in as_one(found, stays, joins, today=TODAY).doubts if "themselves" in doubt]
    assert of_themselves or not between or found.collapsed
