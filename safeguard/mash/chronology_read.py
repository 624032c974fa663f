"""One chronology of some people: what every part of the service knows of them, in order, with what was made of it.

Nobody copies anything: it is put together when it is read, for the page and for the case summary alike.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.agencies.model import Account
from safeguard.concerns.history import Entry, History, Remark, concerned, history_of
from safeguard.concerns.model import ChronologyRemark
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.kernel.clock import london_date
from safeguard.mash.chronology_remarks import SIGNIFICANCE
from safeguard.mash.chronology_sources import ByReferral, additions_of, deaths_of, flags_of, moves_of, ratings_of, told_elsewhere


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asked for; nothing of a kind means all of it. `since` and `until` are days, both included."""

    kinds: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    significant: bool = False

    def takes(self, entry: Entry) -> bool:
        """Whether an entry is one of those asked for."""
        day = entry.day
        return (
            (not self.kinds or entry.code in self.kinds)
            and (not self.agencies or entry.agency in self.agencies)
            and (self.since is None or day >= self.since)
            and (self.until is None or day <= self.until)
            and (not self.significant or is_significant(entry))
        )


def chronology_of(
    session: Session, actor: Actor, around: Neighbourhood, *, at: date, person_ids: Collection[uuid.UUID] | None = None
) -> History:
    """Everything known up to `at` of `person_ids`, or of the focus of `around`, its family and household; newest first.

    What several of them share is one entry. The number of statements does not depend on how much is known.
    """
    wanted = (set(person_ids) if person_ids is not None else concerned(around, at)) & around.people.keys()
    told = history_of(around, at=at, person_ids=wanted)
    referrals = _by_referral(told.entries)
    extra = [
        *moves_of(around, wanted, at),
        *deaths_of(around, wanted, at),
        *additions_of(session, referrals, around.focus, at),
        *ratings_of(session, referrals, around.focus, at),
        *flags_of(session, actor, around, wanted, at),
        *(entry for entry in told_elsewhere(session, actor, referrals) if entry.day <= at),
    ]
    # `told` is in the order of what became known on one day; what is added comes after it.
    oldest_first = sorted([*told.oldest_first, *extra], key=lambda entry: entry.day)
    entries = _with_remarks(session, oldest_first)
    people = told.people | {key for entry in extra for key in entry.people}
    return History(tuple(reversed(entries)), people)


def is_significant(entry: Entry) -> bool:
    """Whether the last that anybody said of it is that it is significant."""
    said = [remark.significance for remark in entry.remarks if remark.significance]
    return bool(said) and said[-1] == SIGNIFICANCE.label("significant")


def narrowed(history: History, wanted: Wanted) -> Sequence[Entry]:
    """The entries that a reader asked for, in the order of the history."""
    return [entry for entry in history.entries if wanted.takes(entry)]


def _by_referral(entries: Iterable[Entry]) -> ByReferral:
    """The people and names of each referral in the chronology, with its reference."""
    found: dict[uuid.UUID, tuple[str, dict[uuid.UUID, str]]] = {}
    for entry in entries:
        if entry.referral_id is not None:
            _reference, people = found.setdefault(entry.referral_id, (entry.reference or "", {}))
            people.update(zip(entry.people, entry.names, strict=False))
    return {key: (reference, tuple(people), tuple(dict.fromkeys(people.values()))) for key, (reference, people) in found.items()}


def _with_remarks(session: Session, entries: Sequence[Entry]) -> list[Entry]:
    events = [key for entry in entries for key in entry.events]
    others = [key for entry in entries for key in entry.rows]
    made: dict[tuple[str, uuid.UUID], list[Remark]] = {}
    if events or others:
        rows = session.execute(
            select(ChronologyRemark, Account.name)
            .join(Account, Account.id == ChronologyRemark.account_id)
            .where(ChronologyRemark.case_event_id.in_(events) | ChronologyRemark.entry_id.in_(others))
            .order_by(ChronologyRemark.at, ChronologyRemark.id)
        ).tuples()
        for row, name in rows:
            words = SIGNIFICANCE.label(row.significance) if row.significance != "not_said" else ""
            of = (row.entry_kind or "event", row.entry_id or row.case_event_id)
            made.setdefault(of, []).append(Remark(words, row.analysis, name, london_date(row.at)))  # type: ignore[arg-type]
    return [replace(entry, remarks=tuple(_made_of(entry, made))) if made else entry for entry in entries]


def _made_of(entry: Entry, made: Mapping[tuple[str, uuid.UUID], Sequence[Remark]]) -> Iterable[Remark]:
    for key in entry.events:
        yield from made.get(("event", key), ())
    for key in entry.rows:
        yield from made.get((entry.code, key), ())
