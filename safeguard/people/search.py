"""Finding known people by whatever somebody remembers, through indexes alone, and keeping what was asked for a while."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, literal, select, union_all
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import london_date
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import NotFound, NotPermitted, Problem, RuleBroken
from safeguard.kernel.numbers import pages_of
from safeguard.people.candidates import clusters_of
from safeguard.people.key_index import HOT, holders_of
from safeguard.people.matching.compare import compare
from safeguard.people.matching.keys import blocking_keys, hashed, keys_by_kind
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.slips import keys_with_a_slip
from safeguard.people.matching.statement import Statement
from safeguard.people.model import Person, SourceRecord
from safeguard.people.search_model import PersonSearch
from safeguard.people.search_statements import born_in_year, statements_of
from safeguard.people.search_terms import LONGEST, Asked, read_terms, written_forms
from safeguard.people.sight import unseen
from safeguard.people.statements import statements_of_people

# Long enough to read the results and come back to them; then nobody can open it, and the next search deletes it.
KEPT = timedelta(minutes=30)
MOST_FOUND = 100
PAGE = 20
# More records than this have one fact in common: it tells nobody from anybody.
_CROWD = 300
_MOST_RECORDS = 200
_NO_PLACE: dict[str, Any] = {"postcode": None, "address_lines": (), "uprn": None}
_NAMES = frozenset({"given_name", "surname"})


@dataclass(frozen=True, slots=True)
class Found:
    """One person who fits: the reasons in words, the strongest first."""

    person_id: uuid.UUID
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundPage:
    """One page of what a search found. `broad`: more people share what was typed than could be looked at."""

    search_id: uuid.UUID
    typed: str
    found: Sequence[tuple[Found, Sequence[SourceRecord]]]
    total: int
    broad: bool
    problems: Sequence[str]
    page: int
    pages: int


def search(session: Session, actor: Actor, typed: str, *, named: Mapping[str, Iterable[uuid.UUID]], at: datetime) -> PersonSearch:
    """Look for the people that `typed` may mean, and keep the result for `KEPT` for this actor alone.

    Args:
        named: the source records of each referral whose reference was typed, by reference.

    Raises:
        RuleBroken: nothing was typed, or nothing that anybody can be found by.
        NotPermitted: the actor may not search.
    """
    if not permits(actor, "person.search"):
        raise NotPermitted("search")
    asked = _read(typed, at)
    found, broad = _people(session, asked, at)
    for reference, record_ids in named.items():
        there = _as_seen(session, statements_of_people(session, [record_id.hex for record_id in record_ids]))
        others = [one for one in found if one.person_id not in there]
        found = [*(Found(key, (f"Named in referral {reference}",)) for key in there), *others]
    kept = PersonSearch(
        id=new_id(), account_id=actor.account_id, asked_at=at, typed=typed, broad=broad, problems=list(asked.problems),
        found=[{"person": str(one.person_id), "why": list(one.why)} for one in found[:MOST_FOUND]],
    )  # fmt: skip
    forget_old(session, at=at)
    session.add(kept)
    audit(
        session, actor, "person.searched", search=str(kept.id), kinds=sorted(term.kind for term in asked.terms),
        found=len(kept.found), broad=broad,
    )
    session.flush()
    return kept


def forget_old(session: Session, *, at: datetime) -> int:
    """Delete the searches that nobody can open any more; how many there were."""
    gone = session.execute(delete(PersonSearch).where(PersonSearch.asked_at < at - KEPT))
    return int(getattr(gone, "rowcount", 0))


def _read(typed: str, at: datetime) -> Asked:
    if not typed:
        raise RuleBroken([Problem("typed", "Enter a name, date of birth, postcode, phone, NHS number or referral reference")])
    if len(typed) > LONGEST:
        raise RuleBroken([Problem("typed", f"Enter {LONGEST} characters or fewer. You entered {len(typed):,}")])
    asked = read_terms(typed, today=london_date(at))
    if not asked.terms:
        raise RuleBroken([Problem("typed", problem) for problem in asked.problems])
    return asked


def _people(session: Session, asked: Asked, at: datetime) -> tuple[list[Found], bool]:
    """Whom the keys and exact facts lead to, those that fit best first, and whether something was too common to use."""
    meant = statements_of(asked, today=london_date(at))
    keys = frozenset().union(*(blocking_keys(one) for one in meant))
    keys |= {
        hashed(f"{kind}:{facts}")
        for one in born_in_year(asked, meant)
        for kind, facts in keys_by_kind(one)
        if kind == "family_birth"
    }
    kinds = {term.kind for term in asked.terms}
    names_alone = kinds <= {"name", "year"} and len(asked.of("name")) > 1
    by_key, common, by_slip = _by_key(session, keys, keys_with_a_slip(meant) - keys if names_alone else ())
    by_fact, crowded = _by_fact(session, asked)
    reached = list(dict.fromkeys([*by_key, *by_fact, *by_slip]))[:_MOST_RECORDS]
    known = _as_seen(session, statements_of_people(session, reached))
    surely = {*by_key, *by_fact}
    fits = [(*_fit(meant, said, both_names=surely.isdisjoint(_hex(one) for one in said)), key) for key, said in known.items()]
    fitting = sorted((fit for fit in fits if fit[0] > 0), key=lambda fit: (-fit[0], fit[2]))
    # A common name is no loss where something rarer was asked for as well; a single name leads nowhere at all.
    single = kinds == {"name"} and len(asked.terms) == 1
    broad = crowded or single or (common and kinds <= {"name", "year"}) or len(fitting) > MOST_FOUND
    return [Found(key, why) for _weight, why, key in fitting], broad


def _as_seen(session: Session, known: Mapping[uuid.UUID, Sequence[Statement]]) -> dict[uuid.UUID, Sequence[Statement]]:
    """What the reader may know of these people: nobody hidden from them, and no address or relative that is."""
    hidden = unseen(session)
    if hidden is None or not hidden.any:
        return dict(known)
    there = set(session.scalars(select(Person.id).where(Person.id.in_(list(known)))))
    placeless = hidden.ids(session, "at_hidden_addresses")
    return {
        key: [
            replace(one, family=(), **(_NO_PLACE if uuid.UUID(one.id) in placeless else {})) for one in said
        ]
        for key, said in known.items()
        if key in there
    }  # fmt: skip


def _by_key(session: Session, keys: frozenset[int], slips: Iterable[int]) -> tuple[list[str], bool, list[str]]:
    """The records that hold most of these keys, whether one was too common to be read, and those that hold one of `slips`."""
    holders = holders_of(session, [*keys, *slips])
    shared: dict[str, float] = {}
    for key, helds in holders.items():
        for held in helds if len(helds) <= HOT and key in keys else ():
            shared[held] = shared.get(held, 0.0) + 1 / len(helds)
    ranked = sorted(shared, key=lambda held: (-shared[held], held))
    by_slip = sorted({held for key, helds in holders.items() if key not in keys and len(helds) <= HOT for held in helds})
    return ranked, any(len(helds) > HOT for key, helds in holders.items() if key in keys), by_slip


def _hex(said: Statement) -> str:
    return said.id.replace("-", "")


def _by_fact(session: Session, asked: Asked) -> tuple[list[str], bool]:
    """The records that state exactly a fact asked for without a name; a fact that a crowd shares leads nowhere."""
    if asked.of("name"):
        return [], False
    facts = [
        *(SourceRecord.postcode == postcode for postcode in asked.of("postcode")),
        *(SourceRecord.phone.in_(written_forms(phone)) for phone in asked.of("phone")),
        *([SourceRecord.birth_date == asked.birth] if asked.birth else []),
    ]
    if not facts:
        return [], False
    hidden = unseen(session)
    placed = [SourceRecord.id.not_in(hidden.at_hidden_addresses)] if hidden and "addresses" in hidden.any and asked.of("postcode") else []
    each = [select(SourceRecord.id).where(fact, *placed).limit(_CROWD + 1).subquery() for fact in facts]
    rows = session.execute(union_all(*(select(one.c.id, literal(number)) for number, one in enumerate(each)))).tuples().all()
    sizes = [sum(1 for _id, number in rows if number == at) for at in range(len(facts))]
    usable = {at for at, size in enumerate(sizes) if size <= _CROWD}
    return [key.hex for key, number in rows if number in usable], len(usable) < len(facts) and not usable


def _fit(meant: Sequence[Statement], said: Sequence[Statement], *, both_names: bool) -> tuple[float, tuple[str, ...]]:
    """How well one person fits the likeliest reading, in bits, and what agrees in words.

    Args:
        both_names: whether first and family name must both agree, for somebody who was found as if one held a slip.
    """
    settings = MatchSettings.load()
    best: tuple[float, tuple[str, ...]] = (0.0, ())
    for theirs in said:
        for mine in meant:
            # The searcher did not say whether it is a child, so that is no evidence.
            lines = compare(replace(mine, kind=theirs.kind), theirs, settings)
            weight = sum(line.weight for line in lines)
            if weight > best[0] and not (both_names and any(line.weight <= 0 for line in lines if line.field in _NAMES)):
                agrees = sorted((line for line in lines if line.weight > 0), key=lambda line: -line.weight)
                best = (weight, tuple(line.words for line in agrees))
    return best


def found_page(session: Session, actor: Actor, search_id: uuid.UUID, *, page: int, at: datetime) -> FoundPage:
    """One page of a search that this actor made in the last `KEPT`, noted with the people shown.

    Raises:
        NotFound: there is no such search, it is another's, or it is too old.
        NotPermitted: the actor may not search.
    """
    if not permits(actor, "person.search"):
        raise NotPermitted("search")
    kept = session.scalar(
        select(PersonSearch).where(
            PersonSearch.id == search_id, PersonSearch.account_id == actor.account_id, PersonSearch.asked_at >= at - KEPT
        )
    )
    if kept is None:
        raise NotFound("search")
    # Somebody may have been restricted since: they are no result, and not counted as one.
    hidden = unseen(session)
    gone = hidden.ids(session, "people") if hidden else frozenset()
    found = [one for one in (Found(uuid.UUID(one["person"]), tuple(one["why"])) for one in kept.found) if one.person_id not in gone]
    pages = pages_of(len(found), PAGE)
    page = min(max(page, 1), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    clusters = clusters_of(session, [one.person_id for one in shown])
    rows = [(one, clusters[one.person_id]) for one in shown if clusters[one.person_id]]
    audit(
        session, actor, "search.viewed", search=str(kept.id), page=page, shown=[one.person_id for one, _said in rows]
    )
    return FoundPage(kept.id, kept.typed, rows, len(found), kept.broad, kept.problems, page, pages)
