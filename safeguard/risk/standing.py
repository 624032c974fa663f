"""Where each child with open flags stands on the list, kept in step with the flags in the same transaction."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.kernel.clock import london_date
from safeguard.risk.groups import group_of
from safeguard.risk.model import Flag, FlagEvidence, RiskStanding, RiskStandingAgency
from safeguard.risk.review_clock import review_due
from safeguard.risk.review_level import Level, Raised, groups_of, review_of
from safeguard.risk.seen import last_sighting
from safeguard.risk.timeline import ChildTimeline

# An answer that leaves the worry standing keeps a flag in the pairs of AMBER; a dismissal takes it out.
STANDS = frozenset({"acted_on", "already_known"})


@dataclass(frozen=True, slots=True)
class Place:
    """What the list must know of a child besides the flags."""

    family: uuid.UUID
    last_seen: date | None
    birth_date: date | None
    unborn: bool
    outward: str | None


def place_of(around: Neighbourhood, timeline: ChildTimeline, *, at: date) -> Place:
    """A child's place, from the neighbourhood that its flags were evaluated in."""
    person_id = uuid.UUID(timeline.child.id)
    siblings = [uuid.UUID(one.child.id) for one in timeline.siblings]
    return Place(
        family=min([person_id, *siblings]),
        last_seen=_last_seen(timeline, at),
        birth_date=timeline.child.birth_date,
        unborn=around.people[person_id].unborn,
        outward=outward_of(around, person_id, at),
    )


def _last_seen(timeline: ChildTimeline, at: date) -> date | None:
    """The last day on which a professional is recorded to have seen the child."""
    sighting = last_sighting(timeline.events, at)
    return sighting.on if sighting else None


def outward_of(around: Neighbourhood, person_id: uuid.UUID, at: date) -> str | None:
    """The outward half of the postcode where the child was last said to live."""
    found = None
    for stated in around.residences:  # oldest statement first
        if stated.person_id == person_id and (stated.until is None or stated.until > at):
            found = around.addresses[stated.address_id].postcode or found
    return found.split()[0][:5] if found else None


def keep_standing(
    session: Session, places: Mapping[uuid.UUID, Place | None], agency_of: Mapping[str, uuid.UUID], *, at: datetime
) -> None:
    """Rewrite the standing of these children from their flags.

    Args:
        places: by child; None for who carries no flags any more.
        agency_of: which agency reported each event around them.
    """
    session.flush()
    flags = _flags(session, places)
    live = {key: found for key in places if (found := [one for one in flags[key] if one.status == "open"])}
    agencies = _reporting(session, [flag for found in live.values() for flag in found])
    present = {
        row.person_id: row for row in session.scalars(select(RiskStanding).where(RiskStanding.person_id.in_(list(places))))
    }
    session.execute(
        delete(RiskStandingAgency)
        .where(RiskStandingAgency.person_id.in_(list(places)))
        .execution_options(synchronize_session=False)
    )
    for person_id, place in places.items():
        row = present.get(person_id)
        counts = _counts(live.get(person_id, ()), flags[person_id], at) if place is not None else None
        if place is None or counts is None:
            if row is not None:
                session.delete(row)
            continue
        if row is None:
            row = RiskStanding(person_id=person_id)
            session.add(row)
        row.family, row.last_seen, row.birth_date = place.family, place.last_seen, place.birth_date
        row.unborn, row.outward = place.unborn, place.outward
        _fill(row, counts)
        reporting = {agency_of[one] for one in agencies[person_id] if one in agency_of}
        session.add_all(RiskStandingAgency(person_id=person_id, agency_id=agency) for agency in sorted(reporting))
    session.flush()


def refresh_standing(session: Session, person_ids: Iterable[uuid.UUID], *, at: datetime) -> None:
    """Rewrite what a person's answer changes: counts, level and clock. What is known of the child stays as it was."""
    session.flush()
    ids = list(dict.fromkeys(person_ids))
    flags = _flags(session, ids)
    for row in session.scalars(select(RiskStanding).where(RiskStanding.person_id.in_(ids))):
        live = [flag for flag in flags[row.person_id] if flag.status == "open"]
        counts = _counts(live, flags[row.person_id], at)
        if counts is None:
            session.execute(
                delete(RiskStandingAgency)
                .where(RiskStandingAgency.person_id == row.person_id)
                .execution_options(synchronize_session=False)
            )
            session.delete(row)
        else:
            _fill(row, counts)
    session.flush()


@dataclass(frozen=True, slots=True)
class _Counts:
    level: str
    reds: int
    ambers: int
    groups: int
    newest_red: date | None
    due_at: datetime | None
    waiting: int


def _counts(live: Sequence[Flag], flags: Sequence[Flag], at: datetime) -> _Counts | None:
    """What the open flags come to; None where nothing above INFO is open. Starts the clock of a pair of AMBER."""
    serious = [flag for flag in live if flag.severity != "INFO"]
    if not serious:
        return None
    answered = [flag for flag in flags if flag.status == "reviewed" and flag.outcome in STANDS]
    review = review_of([_raised(flag) for flag in serious], [_raised(flag) for flag in answered])
    if review is not None and review.level is Level.WITHIN_72_HOURS:
        for flag in serious:
            if flag.due_at is None and _raised(flag) in review.because:
                flag.due_at = review_due(Level.WITHIN_72_HOURS, at)
    reds = [flag for flag in serious if flag.severity == "RED"]
    dues = [flag.due_at for flag in serious if flag.due_at is not None]
    level = str(review.level) if review else str(Level.WITHIN_72_HOURS) if dues else "single"
    return _Counts(
        level=level,
        reds=len(reds),
        ambers=len(serious) - len(reds),
        groups=groups_of([_raised(flag) for flag in serious]),
        newest_red=max((london_date(flag.raised_at) for flag in reds), default=None),
        due_at=min(dues, default=None),
        waiting=sum(flag.waits for flag in serious),
    )


def _raised(flag: Flag) -> Raised:
    return Raised(flag.severity, group_of(flag.signal), london_date(flag.raised_at))


def _fill(row: RiskStanding, counts: _Counts) -> None:
    row.level, row.reds, row.ambers, row.groups = counts.level, counts.reds, counts.ambers, counts.groups
    row.newest_red, row.due_at, row.waiting = counts.newest_red, counts.due_at, counts.waiting


def _flags(session: Session, person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Flag]]:
    flags: dict[uuid.UUID, list[Flag]] = defaultdict(list)
    for flag in session.scalars(
        select(Flag)
        .where(Flag.person_id.in_(list(person_ids)), Flag.status.in_(("open", "reviewed")))
        .order_by(Flag.raised_at, Flag.id)
    ):
        flags[flag.person_id].append(flag)
    return flags


def _reporting(session: Session, flags: Sequence[Flag]) -> dict[uuid.UUID, set[str]]:
    """The events behind each child's RED and AMBER flags."""
    person_of = {flag.id: flag.person_id for flag in flags if flag.severity != "INFO"}
    events: dict[uuid.UUID, set[str]] = defaultdict(set)
    if person_of:
        for flag_id, evidence_id in session.execute(
            select(FlagEvidence.flag_id, FlagEvidence.evidence_id).where(
                FlagEvidence.flag_id.in_(person_of), FlagEvidence.kind == "event"
            )
        ).tuples():
            events[person_of[flag_id]].add(evidence_id)
    return events
