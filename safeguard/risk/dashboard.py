"""The children with open flags, in order, by family: a page at a time, in a fixed number of statements."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.agencies.model import Account, Agency
from safeguard.concerns.deaths import Death, deaths_of
from safeguard.concerns.model import CaseEvent
from safeguard.concerns.neighbourhood_rows import said_of_people
from safeguard.kernel.clock import LONDON, london_date
from safeguard.kernel.errors import NotPermitted
from safeguard.kernel.numbers import pages_of
from safeguard.kernel.working_time import CLOSES, is_working_day
from safeguard.people.candidates import clusters_of
from safeguard.people.identity import Identity, identity_of
from safeguard.people.model import PersonLink
from safeguard.people.queries import names_of
from safeguard.risk.age_band import age_band
from safeguard.risk.model import Flag, RiskStanding, RiskStandingAgency
from safeguard.risk.protective import FactorInFull, factors_of
from safeguard.risk.review_level import Standing, order_key
from safeguard.risk.timeline_figure import DECISIONS, FLAGS, Mark, TimelineFigure, timeline_figure

FAMILIES_A_PAGE = 15
VIEWS: Mapping[str, str] = {
    "review": "To review",
    "waiting": "Waiting for a second person",
    "single": "One Amber alone",
}
_LEVELS = {"review": ("same_day", "72_hours"), "single": ("single",), "waiting": ("same_day", "72_hours", "single")}
_MOST_CHANGES = 20


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader asked for; None means all. `age` is a key of `AGE_BANDS`."""

    view: str = "review"
    agency: uuid.UUID | None = None
    outward: str | None = None
    signal: str | None = None
    age: str | None = None


@dataclass(frozen=True, slots=True)
class ChildRow:
    """One child of the list. `flags` are open ones, most serious first; `new` are the ids of those raised since `since`."""

    person_id: uuid.UUID
    identity: Identity
    level: str
    due_at: datetime | None
    last_seen: date | None
    groups: int
    flags: Sequence[Flag]
    new: frozenset[uuid.UUID]
    figure: TimelineFigure
    factors: Sequence[FactorInFull]
    death: Death | None


@dataclass(frozen=True, slots=True)
class Family:
    """Children of one family, in the order of the list."""

    key: uuid.UUID
    children: Sequence[ChildRow]


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened since `since`, counted; and the flags that left the list since then, newest first, with whose they were."""

    since: datetime
    raised: Mapping[str, int]
    reviewed: int
    withdrawn: int
    left: Sequence[tuple[Flag, str]]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One page of the list and what stands around it. `counts` are children by view, `choices` what can be filtered by."""

    families: Sequence[Family]
    counts: Mapping[str, int]
    children: int
    page: int
    pages: int
    changes: Changes
    agencies: Sequence[tuple[uuid.UUID, str]]
    outwards: Sequence[str]
    signals: Sequence[str]
    names: Mapping[uuid.UUID, str]


def dashboard(session: Session, actor: Actor, filters: Filters, *, page: int, at: datetime) -> Dashboard:
    """The list as `filters` narrow it.

    Raises:
        NotPermitted: the actor may not see it.
    """
    if not permits(actor, "risk.view"):
        raise NotPermitted("risk")
    day = london_date(at)
    rows = [row for row in _standings(session, filters) if filters.age in {None, age_band(row.birth_date, row.unborn, day)}]
    families = _by_family(rows)
    pages = pages_of(len(families), FAMILIES_A_PAGE)
    page = min(max(page, 1), pages)
    shown = families[(page - 1) * FAMILIES_A_PAGE : page * FAMILIES_A_PAGE]
    since = last_close(at)
    changes, names = _changes(session, since)
    drawn = _children(session, [row for family in shown for row in family], since, day)
    owners = {flag.owner_id for child in drawn.values() for flag in child.flags if flag.owner_id}
    names |= dict(session.execute(select(Account.id, Account.name).where(Account.id.in_(owners))).tuples().all())
    agencies, outwards, signals = _choices(session, filters)
    return Dashboard(
        families=[
            Family(family[0].family, [drawn[row.person_id] for row in family if row.person_id in drawn]) for family in shown
        ],
        counts=_counts(session),
        children=len(rows),
        page=page,
        pages=pages,
        changes=changes,
        agencies=agencies,
        outwards=outwards,
        signals=signals,
        names=names,
    )


def last_close(at: datetime) -> datetime:
    """When the desk closed on the last working day before the day of `at`: what is newer came in since yesterday."""
    day = london_date(at) - timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return datetime.combine(day, time(CLOSES.hour), tzinfo=LONDON).astimezone(at.tzinfo)


def _standings(session: Session, filters: Filters) -> Sequence[Row[Any]]:
    """What orders and groups every child that the filters let through."""
    query: Select[*tuple[Any, ...]] = select(
        RiskStanding.person_id, RiskStanding.family, RiskStanding.level, RiskStanding.reds, RiskStanding.newest_red,
        RiskStanding.groups, RiskStanding.last_seen, RiskStanding.due_at, RiskStanding.birth_date, RiskStanding.unborn,
    ).where(RiskStanding.level.in_(_LEVELS[filters.view]))
    if filters.view == "waiting":
        query = query.where(RiskStanding.waiting > 0)
    if filters.outward:
        query = query.where(RiskStanding.outward == filters.outward)
    if filters.agency:
        query = query.join(
            RiskStandingAgency,
            and_(RiskStandingAgency.person_id == RiskStanding.person_id, RiskStandingAgency.agency_id == filters.agency),
        )
    if filters.signal:
        query = query.join(
            Flag, and_(Flag.person_id == RiskStanding.person_id, Flag.signal == filters.signal, Flag.status == "open")
        )
    return session.execute(query).all()


def _by_family(rows: Iterable[Row[Any]]) -> list[list[Row[Any]]]:
    """The rows of each family in order, families by their first child."""
    ordered = sorted(
        rows, key=lambda row: (order_key(Standing(row.reds, row.newest_red, row.groups, row.last_seen)), row.person_id)
    )
    families: dict[uuid.UUID, list[Row[Any]]] = defaultdict(list)
    for row in ordered:
        families[row.family].append(row)
    return list(families.values())


def _counts(session: Session) -> dict[str, int]:
    """Children in each view, whatever the filters."""
    levels = dict(session.execute(select(RiskStanding.level, func.count()).group_by(RiskStanding.level)).tuples().all())
    waiting = session.scalar(select(func.count()).select_from(RiskStanding).where(RiskStanding.waiting > 0)) or 0
    return {
        "review": levels.get("same_day", 0) + levels.get("72_hours", 0),
        "waiting": waiting,
        "single": levels.get("single", 0),
    }


def _children(
    session: Session, rows: Sequence[Row[Any]], since: datetime, day: date
) -> dict[uuid.UUID, ChildRow]:
    """Everything shown of the children of one page."""
    ids = [row.person_id for row in rows]
    clusters = clusters_of(session, ids)
    identities = {key: identity_of(said) for key, said in clusters.items() if said}
    deaths = deaths_of(said_of_people(session, {record.id: key for key, said in clusters.items() for record in said})[0])
    flags: dict[uuid.UUID, list[Flag]] = defaultdict(list)
    for flag in session.scalars(
        select(Flag).where(Flag.person_id.in_(ids), or_(Flag.status == "open", Flag.raised_at >= since - timedelta(days=365)))
    ):
        flags[flag.person_id].append(flag)
    marks = _marks(session, ids, day)
    factors = factors_of(session, ids, ended=False)
    return {
        row.person_id: _child(
            row, identities[row.person_id], flags[row.person_id], marks[row.person_id], factors.get(row.person_id, ()),
            deaths.get(row.person_id), since, day,
        )
        for row in rows
        if row.person_id in identities
    }


def _child(
    row: Row[Any], identity: Identity, flags: Sequence[Flag], marks: Sequence[Mark], factors: Sequence[FactorInFull],
    death: Death | None, since: datetime, day: date,
) -> ChildRow:
    order = {"RED": 0, "AMBER": 1, "INFO": 2}
    opened = sorted((flag for flag in flags if flag.status == "open"), key=lambda one: (order[one.severity], one.signal))
    raised = [Mark(london_date(flag.raised_at), FLAGS, flag.severity, flag.signal) for flag in flags]
    return ChildRow(
        person_id=row.person_id,
        identity=identity,
        level=row.level,
        due_at=row.due_at,
        last_seen=row.last_seen,
        groups=row.groups,
        flags=opened,
        new=frozenset(flag.id for flag in opened if flag.raised_at > since),
        figure=timeline_figure([*marks, *raised], at=day),
        factors=factors,
        death=death if death is not None and (death.disputed or death.by(day)) else None,
    )


def _marks(session: Session, person_ids: Sequence[uuid.UUID], day: date) -> dict[uuid.UUID, list[Mark]]:
    """A year of events of each person, as marks on their agency's line; decisions have a line of their own."""
    kinds = {"inbound_concern": "concern", "professional_observation": "observation", "decision_or_activity": "decision"}
    marks: dict[uuid.UUID, list[Mark]] = defaultdict(list)
    rows = session.execute(
        select(PersonLink.person_id, CaseEvent, Agency.name)
        .join(CaseEvent, CaseEvent.source_record_id == PersonLink.source_record_id)
        .join(Agency, Agency.id == CaseEvent.agency_id)
        .where(
            PersonLink.person_id.in_(person_ids), PersonLink.superseded_at.is_(None),
            CaseEvent.known_on > day - timedelta(days=365),
        )
    ).tuples()
    for person_id, event, agency in rows:
        lane = DECISIONS if event.kind == "decision_or_activity" else agency
        words = f"{agency}: {event.summary}" if event.kind == "decision_or_activity" else event.summary
        marks[person_id].append(Mark(event.known_on, lane, kinds[event.kind], words))
    return marks


def _changes(session: Session, since: datetime) -> tuple[Changes, dict[uuid.UUID, str]]:
    """What happened to RED and AMBER flags since then, and the names of who answered."""
    serious = Flag.severity != "INFO"
    raised = dict(
        session.execute(
            select(Flag.severity, func.count()).where(serious, Flag.raised_at > since).group_by(Flag.severity)
        ).tuples().all()
    )
    ended = dict(
        session.execute(
            select(Flag.status, func.count())
            .where(serious, Flag.status_at > since, Flag.status.in_(("reviewed", "withdrawn")))
            .group_by(Flag.status)
        ).tuples().all()
    )
    left = session.scalars(
        select(Flag)
        .where(serious, Flag.status_at > since, Flag.status.in_(("reviewed", "withdrawn")))
        .order_by(Flag.status_at.desc(), Flag.id)
        .limit(_MOST_CHANGES)
    ).all()
    people = names_of(session, {flag.person_id for flag in left})
    accounts = {flag.reviewed_by for flag in left if flag.reviewed_by}
    names = dict(session.execute(select(Account.id, Account.name).where(Account.id.in_(accounts))).tuples().all())
    return (
        Changes(
            since, raised, ended.get("reviewed", 0), ended.get("withdrawn", 0),
            [(flag, people.get(flag.person_id, "a record joined to another")) for flag in left],
        ),
        names,
    )


def _choices(session: Session, filters: Filters) -> tuple[list[tuple[uuid.UUID, str]], list[str], list[str]]:
    """What the list can be narrowed by: agencies, outward postcodes and signals that are on it, and what was chosen before."""
    agencies = session.execute(
        select(Agency.id, Agency.name)
        .where(or_(Agency.id.in_(select(RiskStandingAgency.agency_id)), Agency.id == filters.agency))
        .order_by(Agency.name)
    ).tuples().all()
    outwards = session.scalars(
        select(RiskStanding.outward).where(RiskStanding.outward.is_not(None)).distinct().order_by(RiskStanding.outward)
    ).all()
    signals = session.scalars(
        select(Flag.signal).where(Flag.status == "open", Flag.severity != "INFO").distinct().order_by(Flag.signal)
    ).all()
    return list(agencies), _with(filters.outward, outwards), _with(filters.signal, signals)


def _with(chosen: str | None, there: Iterable[str | None]) -> list[str]:
    return sorted({one for one in (*there, chosen) if one})


def family_of(session: Session, actor: Actor, person_id: uuid.UUID) -> list[uuid.UUID]:
    """The child and every brother or sister on the list."""
    if not permits(actor, "risk.view"):
        return []
    mine = select(RiskStanding.family).where(RiskStanding.person_id == person_id).scalar_subquery()
    found = session.scalars(select(RiskStanding.person_id).where(RiskStanding.family == mine))
    return list(dict.fromkeys([person_id, *found]))
