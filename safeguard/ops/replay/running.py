"""Running chronologies day by day on the throw-away stage, and gathering what was flagged."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from safeguard.kernel.clock import london_date
from safeguard.kernel.database import db
from safeguard.ops.replay.cast import Cast
from safeguard.ops.replay.comparators import Warned, contact_days, first_of, latest_rating, third_contact
from safeguard.ops.replay.dates import Placed, left_out, placed
from safeguard.ops.replay.feeding import Feeder
from safeguard.ops.replay.record import CHILD, UNBORN, Chronology
from safeguard.ops.replay.stage import Theatre, theatre
from safeguard.ops.replay.vocabulary import AGENCIES, OUTCOMES
from safeguard.risk.alerts import Call, Stood, alerts, calls
from safeguard.risk.groups import group_of
from safeguard.risk.model import Flag, FlagEvidence
from safeguard.risk.policy import Policy, trying
from safeguard.risk.review_level import Level

# How many nights without news are still read: no signal of absence waits longer.
_NIGHTS = 400
_AFTER = 60
_SUBJECTS = frozenset({CHILD, UNBORN})
_WHY = {Level.SAME_DAY: "RED", Level.WITHIN_72_HOURS: "two AMBER of different groups"}


@dataclass(frozen=True, slots=True)
class RaisedFlag:
    """A flag of the case, with the events of the file behind it."""

    stood: Stood
    sentence: str
    policy_version: str
    events: tuple[str, ...]
    holder: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of one chronology. `policy` is the first review-level day, the others are the comparators."""

    case: Chronology
    flags: tuple[RaisedFlag, ...]
    calls: tuple[Call, ...]
    alerts: tuple[Call, ...]
    policy: Warned
    third_contact: Warned
    latest_rating: Warned
    contacts: tuple[date, ...]
    left_out: tuple[str, ...]
    notes: tuple[str, ...]


def replay(
    cases: Sequence[Chronology], policy: Policy, *, dates: str, feed: str, without: frozenset[str] = frozenset()
) -> Iterator[Replayed]:
    """Replay each case under `policy`, on an empty stage of its own.

    Args:
        dates: "latest", "earliest" or "mid": which day of a loosely dated event is believed.
        feed: "referrals" for what reached social care at the time, "all" for agencies' own records too.
        without: agencies that are left out, as if they had told nothing.
    """
    words = frozenset(event.agency for case in cases for event in case.events)
    with theatre(words) as house:
        for case in cases:
            events = [one for one in placed(case, choice=dates, feed=feed) if one.event.agency not in without]
            with trying(policy):
                yield _replay(house, case, events, policy, feed)


def _replay(house: Theatre, case: Chronology, events: Sequence[Placed], policy: Policy, feed: str) -> Replayed:
    cast = Cast(case)
    with house.stage() as stage:
        feeder = Feeder(stage, cast)
        _tell(feeder, case, events, policy)
        flags = _flags(feeder)
    days = calls([flag.stood for flag in flags])
    reasons = [(call.on, f"{_WHY[call.level]}: {', '.join(call.signals)}") for call in days]
    return Replayed(
        case=case,
        flags=flags,
        calls=tuple(days),
        alerts=tuple(alerts(days)),
        policy=first_of(reasons, case.incident),
        third_contact=third_contact(case, events, _SUBJECTS),
        latest_rating=latest_rating(case, events, _SUBJECTS),
        contacts=tuple(contact_days(events, _SUBJECTS)),
        left_out=left_out(case, events, feed=feed),
        notes=_notes(case),
    )


def _tell(feeder: Feeder, case: Chronology, events: Sequence[Placed], policy: Policy) -> None:
    """Day by day: the events of each day in their order, and the nights in between."""
    if not events:
        return
    end = case.incident or events[-1].on + timedelta(days=_AFTER)
    for place, one in enumerate(events):
        turn = sum(other.on == one.on for other in events[:place])
        feeder.feed(one, turn)
        until = events[place + 1].on if place + 1 < len(events) else end
        feeder.wait(one.on, min((until - one.on).days, _NIGHTS), policy)


def _flags(feeder: Feeder) -> tuple[RaisedFlag, ...]:
    """The flags of the child, and those an adult held for a child not yet born, in the order they were raised."""
    session = db.session()
    holders: Mapping[uuid.UUID, str] = {person: role for role, person in feeder.everybody.items() if _holds(role)}
    rows = list(session.scalars(select(Flag).where(Flag.person_id.in_(holders)).order_by(Flag.raised_at, Flag.signal)))
    evidence: dict[uuid.UUID, list[str]] = {flag.id: [] for flag in rows}
    for item in session.scalars(select(FlagEvidence).where(FlagEvidence.flag_id.in_(evidence)).order_by(FlagEvidence.place)):
        told = feeder.told_by.get(item.evidence_id)
        if told and told not in evidence[item.flag_id]:
            evidence[item.flag_id].append(told)
    return tuple(
        RaisedFlag(
            stood=stood_of(flag),
            sentence=flag.sentence,
            policy_version=flag.policy_version,
            events=tuple(evidence[flag.id]),
            holder=holders[flag.person_id],
        )
        for flag in rows
    )


def _holds(role: str) -> bool:
    return role in {CHILD, "mother"}


def stood_of(flag: Flag) -> Stood:
    """A stored flag over its life."""
    until = None if flag.status in {"open", "reviewed"} else london_date(flag.status_at)
    return Stood(flag.signal, group_of(flag.signal), flag.severity, london_date(flag.raised_at), until)


def _notes(case: Chronology) -> tuple[str, ...]:
    """What a reader should know of the words of this case."""
    notes = [f"agency “{word}” is not one the service knows: taken as another service" for word in _unknown(case, "agency", AGENCIES)]
    notes += [f"outcome “{word}” is not one the service knows: it decides nothing" for word in _unknown(case, "outcome", OUTCOMES)]
    roles = {role for event in case.events for role in (event.subject, *event.others)} - {*case.persons, CHILD, UNBORN}
    notes += [f"{role} is not listed under persons" for role in sorted(roles)]
    return tuple(notes)


def _unknown(case: Chronology, field: str, known: Collection[str]) -> list[str]:
    return sorted({getattr(event, field) for event in case.events} - set(known))
