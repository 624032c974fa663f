"""What a chronology holds besides events: moves, ratings, flags, and what higher rooms add, each as an entry of its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable
from datetime import date

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.agencies.model import Account, Agency
from safeguard.concerns.graph import place_words
from safeguard.concerns.history import Entry
from safeguard.concerns.homes import Stay, stays
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.kernel.clock import london_date
from safeguard.kernel.codes.code_set import CodeSet
from safeguard.mash.model import Rating
from safeguard.referrals.addenda import KINDS as ADDENDUM_KINDS
from safeguard.referrals.model import Addendum
from safeguard.risk.flag_review import OUTCOMES
from safeguard.risk.model import Flag, FlagStep
from safeguard.risk.signals import SIGNAL_CARDS

KINDS = CodeSet(
    "kind of chronology entry",
    {
        "inbound_concern": "Concern received",
        "professional_observation": "Observation",
        "decision_or_activity": "Decision",
        "move": "Move",
        "rating": "Rating",
        "flag": "Flag",
        "meeting": "Meeting",
        "summary": "Case summary",
        "check": "Agency check",
        "addition": "Added to a referral",
        "death": "Death",
    },
)
HUB = "The hub"
_RATINGS = {"RED": "Red", "AMBER": "Amber", "GREEN": "Green"}
_SEVERITIES = {"RED": "Red", "AMBER": "Amber", "INFO": "Information"}
_EXTENSION = "safeguard_chronology_sources"

# Of each referral in a chronology: its reference, and the ids and names of the people whose chronology it is.
ByReferral = dict[uuid.UUID, tuple[str, tuple[uuid.UUID, ...], tuple[str, ...]]]
Source = Callable[[Session, Actor, ByReferral], Iterable[Entry]]


def told_by(app: Flask, function: Source) -> None:
    """Let a room above the desk add entries to every chronology of `app`, in a fixed number of statements."""
    app.extensions.setdefault(_EXTENSION, []).append(function)


def told_elsewhere(session: Session, actor: Actor, referrals: ByReferral) -> list[Entry]:
    """What the rooms above add."""
    return [entry for source in current_app.extensions.get(_EXTENSION, ()) for entry in source(session, actor, referrals)]


def moves_of(around: Neighbourhood, wanted: Collection[uuid.UUID], at: date) -> list[Entry]:
    """Each time one of these people is said to live somewhere else than before; those who moved together share an entry."""
    days = {row.id: (row.stated_on, row.agency_id) for row in around.residences}
    by_person: dict[uuid.UUID, list[Stay]] = {}
    for stay in sorted(stays(around.residences), key=lambda stay: (stay.begins, str(stay.address_id))):
        if stay.person_id in wanted and stay.address_id in around.addresses:
            by_person.setdefault(stay.person_id, []).append(stay)
    together: dict[tuple[date, uuid.UUID], list[Stay]] = {}
    for theirs in by_person.values():
        for stay in theirs[1:]:
            together.setdefault((stay.begins, stay.address_id), []).append(stay)
    entries = []
    for (begins, address), moved in together.items():
        known, agency = min(days[key] for stay in moved for key in stay.statement_ids)
        if known <= at:
            people = tuple(stay.person_id for stay in moved)
            stated = tuple(key for stay in moved for key in stay.statement_ids)
            entries.append(
                Entry(
                    day=known, happened_on=begins, kind=KINDS.label("move"), code="move", people=people, rows=stated,
                    names=tuple(around.people[key].name for key in people), agency=around.agencies[agency].name,
                    words=f"Moved to {place_words(around, address)}", reference=None, referral_id=None,
                    in_focus=bool(set(people) & set(around.focus)),
                )
            )  # fmt: skip
    return entries


def ratings_of(session: Session, referrals: ByReferral, focus: Collection[uuid.UUID], at: date) -> list[Entry]:
    """How the referrals of these people were rated."""
    rows = session.execute(
        select(Rating, Account.name).join(Account, Account.id == Rating.account_id).where(Rating.referral_id.in_(referrals))
    ).tuples()
    entries = []
    for rating, name in rows:
        reference, people, names = referrals[rating.referral_id]
        day = london_date(rating.at)
        if day <= at:
            entries.append(
                Entry(
                    day=day, happened_on=None, kind=KINDS.label("rating"), code="rating", rows=(rating.id,), people=people, names=names,
                    agency=HUB, words=f"Rated {_RATINGS[rating.rating]} by {name}. {rating.rationale}", reference=reference,
                    referral_id=rating.referral_id, in_focus=bool(set(people) & set(focus)),
                )
            )  # fmt: skip
    return entries


def additions_of(session: Session, referrals: ByReferral, focus: Collection[uuid.UUID], at: date) -> list[Entry]:
    """What agencies added to the referrals of these people after they were sent."""
    rows = session.execute(
        select(Addendum, Agency.name)
        .join(Agency, Agency.id == Addendum.agency_id)
        .where(Addendum.referral_id.in_(referrals))
        .order_by(Addendum.at, Addendum.id)
    ).tuples()
    entries = []
    for added, agency in rows:
        reference, people, names = referrals[added.referral_id]
        if london_date(added.at) <= at:
            told_by = f" (told by {added.told_by})" if added.told_by else ""
            entries.append(
                Entry(
                    day=london_date(added.at), happened_on=None, kind=KINDS.label("addition"), code="addition", rows=(added.id,),
                    people=people, names=names, agency=agency, words=f"{ADDENDUM_KINDS[added.kind]}{told_by}. {added.words}",
                    reference=reference, referral_id=added.referral_id, in_focus=bool(set(people) & set(focus)),
                )
            )  # fmt: skip
    return entries


def deaths_of(around: Neighbourhood, wanted: Collection[uuid.UUID], at: date) -> list[Entry]:
    """What agencies stated of whether these people have died: the last word of each."""
    return [
        Entry(
            day=said.stated_on, happened_on=said.day, kind=KINDS.label("death"), code="death", rows=(said.id,), people=(key,),
            names=(around.people[key].name,), agency=around.agencies[said.agency_id].name, reference=None, referral_id=None,
            words=f"{'Has died' if said.died else 'Is alive after all'}{f'. {said.words}' if said.words else ''}",
            in_focus=key in around.focus,
        )
        for key, death in around.deaths.items()
        if key in wanted
        for said in death.said
        if said.stated_on <= at
    ]  # fmt: skip


def flags_of(session: Session, actor: Actor, around: Neighbourhood, wanted: Collection[uuid.UUID], at: date) -> list[Entry]:
    """The flags raised about these people and how they were answered, for who may see flags; not those that a newer one replaced."""
    if not permits(actor, "risk.view"):
        return []
    flags = {
        flag.id: flag for flag in session.scalars(select(Flag).where(Flag.person_id.in_(list(wanted)), Flag.status != "renewed"))
    }
    steps = session.scalars(select(FlagStep).where(FlagStep.flag_id.in_(flags), FlagStep.act == "answered").order_by(FlagStep.at))
    told = [(flag, flag.id, flag.raised_at, f"{_name(flag)}: {flag.sentence}") for flag in flags.values()]
    for step in steps:
        words = f"{_name(flags[step.flag_id])} answered: {OUTCOMES.get(step.outcome or '', 'Answered')}. {step.reason or ''}".strip()
        told.append((flags[step.flag_id], step.id, step.at, words))
    return [
        Entry(
            day=london_date(moment), happened_on=None, kind=KINDS.label("flag"), code="flag", rows=(row,), people=(flag.person_id,),
            names=(around.people[flag.person_id].name,), agency=HUB, words=words, reference=None, referral_id=None,
            in_focus=flag.person_id in around.focus,
        )
        for flag, row, moment, words in told
        if flag.person_id in around.people and london_date(moment) <= at
    ]  # fmt: skip


def _name(flag: Flag) -> str:
    card = SIGNAL_CARDS.get(flag.signal)
    name = card.name[:1].lower() + card.name[1:] if card else flag.signal
    return f"{_SEVERITIES[flag.severity]} flag, {name}"


