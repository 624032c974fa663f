"""Links that nobody stated and that follow from what was: each with the rows it rests on. Pure.

Recomputed whenever they are shown. A phone or email address that many people give is an office's, and joins nobody.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from safeguard.concerns.homes import Stay
from safeguard.concerns.links import Link, Source
from safeguard.concerns.relationships import KnownRelationship
from safeguard.concerns.stated import KnownEvent, KnownMark
from safeguard.kernel.codes.link_status import OVERTURNED
from safeguard.kernel.codes.relationship import traits

# More people than this with one phone: a surgery, a refuge, a school.
MOST_SHARING = 12
# Two episodes of missing that begin at most this far apart are at the same time.
AT_ONCE = timedelta(days=1)
# Two events that name the same place within this time are in one window.
WINDOW = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class StatedContact:
    """Somebody says that a person is reached by this number (ten figures) or email address (in lower case)."""

    person_id: uuid.UUID
    contact: str
    source: Source


def shared_addresses(stays: Iterable[Stay], sources: Mapping[uuid.UUID, Source], crowded: Collection[uuid.UUID] = ()) -> list[Link]:
    """Two people at one address on the same days, for each stretch of such days; not where a crowd lives.

    Args:
        sources: of every residence, by its id.
    """
    at: dict[uuid.UUID, list[Stay]] = defaultdict(list)
    for stay in stays:
        if stay.address_id not in crowded:
            at[stay.address_id].append(stay)
    found = []
    for address_id, there in at.items():
        for mine, theirs in combinations(there, 2):
            span = mine.overlap(theirs) if mine.person_id != theirs.person_id else None
            if span:
                rows = tuple(sources[key] for key in (*mine.statement_ids, *theirs.statement_ids))
                found.append(_link("shared_address", mine.person_id, theirs.person_id, *span, rows, via=(address_id,)))
    return found


def shared_contacts(kind: str, contacts: Iterable[StatedContact]) -> list[Link]:
    """Two people for whom the same number or address was given, from the day on which it was known of both.

    Args:
        kind: "shared_phone" or "shared_email".
    """
    given: dict[str, dict[uuid.UUID, list[Source]]] = defaultdict(lambda: defaultdict(list))
    for said in contacts:
        given[said.contact][said.person_id].append(said.source)
    found = []
    for contact, people in given.items():
        if len(people) > MOST_SHARING:
            continue
        for one, other in combinations(people, 2):
            since = max(min(source.on for source in people[key]) for key in (one, other))
            found.append(_link(kind, one, other, since, None, (*people[one], *people[other]), label=contact))
    return found


def shared_adults(facts: Iterable[KnownRelationship], households: Collection[frozenset[uuid.UUID]] = ()) -> list[Link]:
    """Two people whom the same adult is said to have harmed, who do not live together."""
    harmed: dict[uuid.UUID, dict[uuid.UUID, KnownRelationship]] = defaultdict(dict)
    for fact in facts:
        if fact.kind == "alleged_perpetrator" and fact.standing != OVERTURNED:
            harmed[fact.one][fact.other] = fact
    found = []
    for adult, victims in harmed.items():
        for one, other in combinations(victims, 2):
            if any(one in home and other in home for home in households):
                continue
            since = max(victims[key].first_stated for key in (one, other))
            rows = (*_rows(victims[one]), *_rows(victims[other]))
            found.append(_link("shared_adult", one, other, since, None, rows, via=(adult,)))
    return found


def shared_parents(facts: Sequence[KnownRelationship]) -> list[Link]:
    """Two children of one parent of whom nobody says that they are brothers or sisters.

    One link a pair, through every parent they share; its code is "two_parents" or "one_parent".
    """
    children: dict[uuid.UUID, dict[uuid.UUID, list[Source]]] = defaultdict(lambda: defaultdict(list))
    stated = set()
    for fact in facts:
        if fact.standing == OVERTURNED or fact.one == fact.other:
            continue
        if traits(fact.kind).sibling:
            stated.add(frozenset(fact.ends))
        elif traits(fact.kind).parent:
            children[fact.one][fact.other] += _rows(fact)
    through: dict[frozenset[uuid.UUID], dict[uuid.UUID, tuple[Source, ...]]] = defaultdict(dict)
    for parent, theirs in children.items():
        for one, other in combinations(theirs, 2):
            if parent not in {one, other}:
                through[frozenset((one, other))][parent] = (*theirs[one], *theirs[other])
    found = []
    for pair, parents in through.items():
        if pair not in stated:
            one, other = pair
            rows = tuple(row for rows in parents.values() for row in rows)
            code = "two_parents" if len(parents) > 1 else "one_parent"
            found.append(_link("shared_parent", one, other, None, None, rows, code=code, via=tuple(sorted(parents))))
    return found


def co_missing(events: Iterable[KnownEvent], joined: Collection[frozenset[uuid.UUID]] = ()) -> list[Link]:
    """Two people missing at the same time: twice or more, or once where something else joins the two episodes.

    Args:
        joined: pairs of events that came in one referral or name the same mark.
    """
    missing: dict[uuid.UUID, list[KnownEvent]] = defaultdict(list)
    for event in events:
        if _is_missing(event):
            missing[event.person_id].append(event)
    found = []
    for one, other in combinations(missing, 2):
        pairs = [
            (mine, theirs)
            for mine in missing[one]
            for theirs in missing[other]
            if abs(day_of(mine) - day_of(theirs)) <= AT_ONCE
        ]
        if not pairs:
            continue
        often = min(len({mine.id for mine, _theirs in pairs}), len({theirs.id for _mine, theirs in pairs}))
        if often > 1 or any(_joined(mine, theirs, joined) for mine, theirs in pairs):
            rows = tuple(dict.fromkeys(_row(event) for pair in pairs for event in pair))
            since = min(max(mine.known_on, theirs.known_on) for mine, theirs in pairs)
            found.append(_link("co_missing", one, other, since, None, rows, label=str(often)))
    return found


def shared_marks(events: Mapping[uuid.UUID, KnownEvent], marks: Iterable[KnownMark]) -> list[Link]:
    """Two people whose events name the same place, vehicle or phone within `WINDOW`."""
    named: dict[tuple[str, str], list[tuple[KnownEvent, KnownMark]]] = defaultdict(list)
    for mark in marks:
        if mark.event_id in events:
            named[mark.kind, mark.mark].append((events[mark.event_id], mark))
    found: list[Link] = []
    for (kind, _mark), told in named.items():
        pairs: dict[frozenset[uuid.UUID], list[KnownEvent]] = defaultdict(list)
        for (mine, _one), (theirs, _other) in combinations(told, 2):
            if mine.person_id != theirs.person_id and abs(day_of(mine) - day_of(theirs)) <= WINDOW:
                pairs[frozenset((mine.person_id, theirs.person_id))] += [mine, theirs]
        label = min(mark.label for _event, mark in told)
        for pair, both in pairs.items():
            one, other = pair
            rows = tuple(dict.fromkeys(_row(event) for event in both))
            first = {key: min(event.known_on for event in both if event.person_id == key) for key in pair}
            found.append(_link("shared_mark", one, other, max(first.values()), None, rows, code=kind, label=label))
    return found


def day_of(event: KnownEvent) -> date:
    """When it happened, as far as that was said; otherwise when it became known."""
    return event.happened_on or event.known_on


def _is_missing(event: KnownEvent) -> bool:
    return "missing" in event.facts or "missing_from_home" in event.categories


def _joined(one: KnownEvent, other: KnownEvent, joined: Collection[frozenset[uuid.UUID]]) -> bool:
    same_referral = one.referral_id is not None and one.referral_id == other.referral_id
    return same_referral or frozenset((one.id, other.id)) in joined


def _rows(fact: KnownRelationship) -> list[Source]:
    return [Source("relationship", said.id, said.agency_id, said.stated_on) for said in fact.statements if said.status != OVERTURNED]


def _row(event: KnownEvent) -> Source:
    return Source("event", event.id, event.agency_id, event.known_on)


def _link(
    kind: str, one: uuid.UUID, other: uuid.UUID, since: date | None, until: date | None, rows: Iterable[Source], *,
    code: str = "", via: tuple[uuid.UUID, ...] = (), label: str = "",
) -> Link:  # fmt: skip
    low, high = sorted((one, other))
    sources = tuple(sorted(set(rows), key=lambda row: (row.on, row.kind, row.id)))
    return Link(kind, low, high, code, "derived", since, until, sources, via=via, label=label)
