"""Loading the made-up authority: agencies and accounts, the population, then two years of referrals as they came."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session
from tqdm import tqdm

from safeguard.access.actor import Actor
from safeguard.agencies.service import actor_for, agencies_by_slug, open_agency
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import now, told_time
from safeguard.kernel.database import db, transaction
from safeguard.kernel.deployment import mark_data
from safeguard.mash.outcomes import ProposedDecision
from safeguard.mash.service import decide, rate
from safeguard.ops.demo.accounts import SCREENER_EMAIL, open_accounts
from safeguard.ops.demo.aftermath import aftermath
from safeguard.ops.demo.asked import ask_and_discuss
from safeguard.ops.demo.diary import Diary
from safeguard.ops.demo.documents import document_of
from safeguard.ops.demo.documents import half_known as hardly_knowing
from safeguard.ops.demo.households import Household, Households
from safeguard.ops.demo.local_settings import agree_local_settings, with_local_answers
from safeguard.ops.demo.occurrences import Occurrence, occurrences, with_more
from safeguard.ops.demo.places import SERVICES, Places
from safeguard.ops.demo.register import Register
from safeguard.ops.demo.worked import share_out
from safeguard.people.model import Person
from safeguard.referrals.submission import Submission, receive, subject_ids
from safeguard.risk.model import Flag
from safeguard.risk.night import PAGE
from safeguard.risk.service import evaluate_children

_YEARS = 2
_HOUSEHOLDS_A_TURN = 500
# Newer referrals than this are left for the person at the desk.
_LEFT_OPEN = timedelta(days=2)
_TODAYS_POST = 10
# Of those, counted from the newest, the ones whose sender hardly knew the child: a possible match waits for somebody.
_HALF_KNOWN = frozenset({1, 4, 7})
_RATING = {"STRATEGY_DISCUSSION": "RED", "SINGLE_ASSESSMENT": "AMBER"}


def load(*, children: int, seed: int, today: date, quiet: bool = False) -> int:
    """Fill an empty database with about `children` made-up children and two years of their referrals.

    Returns:
        how many referrals were made.

    Raises:
        Conflict: the database holds real people.
    """
    random = Random(seed)  # noqa: S311  a generator of examples, not of secrets
    places = Places(random, children)
    started = datetime.combine(today - timedelta(days=365 * _YEARS + 30), time(9), tzinfo=UTC)
    with transaction() as session:
        mark_data(session, "synthetic")
        agencies = {one.slug: open_agency(session, slug=one.slug, name=one.name, kind=one.kind, sector=one.sector,
                                          source_code=one.source_code) for one in (*SERVICES, *places.schools)}  # fmt: skip
        open_accounts(session, agencies, places.schools[0].slug)
        audit(session, None, "demo.loaded", children=children, seed=seed)
    agree_local_settings(started)
    register = Register(random, agencies["school-census"], started)
    households = _population(random, places, register, children, today, quiet)
    first = today - timedelta(days=365 * _YEARS)
    found = occurrences(random, households, first, today + timedelta(days=1))
    # Streams of their own: who is referred when stays what it was without them.
    more, after = Random(f"{seed} more"), Random(f"{seed} after")  # noqa: S311
    found = [with_more(more, one) for one in found]
    diary = Diary(seed, agencies, register.records)
    became = [seen for one in found for seen in aftermath(after, one)]
    diary.write(households, {child.place for one in found for child in one.children}, first, today, became)
    latest = min(now() - timedelta(minutes=5), datetime.combine(today, time(16), tzinfo=UTC))
    found = _with_todays_post([one for one in found if one.at < latest], latest)
    for number, occurrence in enumerate(tqdm(found, desc="Referrals", unit="", disable=quiet or None), 1):
        _live_until(diary, occurrence.at.date())
        _refer(random, occurrence, number, today, half_known=len(found) - number in _HALF_KNOWN)
    _live_until(diary, today)
    _last_night(latest)
    ask_and_discuss(places.schools[0].slug)
    share_out()
    return len(found)


def _last_night(at: datetime) -> None:
    """What the nightly pass would have left: flags that have grown old end, and the lists know who was seen since."""
    with transaction() as session:
        people = list(session.scalars(select(Flag.person_id).where(Flag.status == "open").distinct().order_by(Flag.person_id)))
    for start in range(0, len(people), PAGE):
        with transaction() as session:
            evaluate_children(session, people[start : start + PAGE], at=at)
        db.session.expunge_all()


def _live_until(diary: Diary, day: date) -> list[uuid.UUID]:
    """Store what agencies recorded of everyday life before `day`; returns the records of the children it worried somebody about."""
    with transaction() as session:
        return diary.store(session, day)


def _with_todays_post(found: list[Occurrence], latest: datetime) -> list[Occurrence]:
    """The newest few come in over the last day, so that there is always something in the queue."""
    post = found[-_TODAYS_POST:]
    moved = [replace(one, at=latest - timedelta(minutes=100 * back)) for back, one in enumerate(reversed(post))]
    return sorted(found[: len(found) - len(post)] + moved, key=lambda one: one.at)


def _population(
    random: Random, places: Places, register: Register, children: int, today: date, quiet: bool
) -> list[Household]:
    maker = Households(random, places, today)
    households: list[Household] = []
    made = 0
    with tqdm(total=children, desc="Children", unit="", disable=quiet or None) as bar:
        while made < children:
            turn: list[Household] = []
            while made < children and len(turn) < _HOUSEHOLDS_A_TURN:
                turn.append(maker.make())
                made += len(turn[-1].children)
                bar.update(len(turn[-1].children))
            with transaction() as session:
                register.store(session, turn)
            db.session.expunge_all()
            households += turn
    return households


def _refer(random: Random, occurrence: Occurrence, number: int, today: date, *, half_known: bool) -> None:
    """Submit one referral at its moment, and for an older one what the desk made of it soon after."""
    document = document_of(random, occurrence, number)
    if half_known:
        document = hardly_knowing(document, occurrence.at.date())
    slug = occurrence.organisation
    if slug == "school":
        slug = next((one.school.slug for one in occurrence.children if one.school), "education-welfare")
    hours = random.uniform(0.5, 20)
    with told_time(occurrence.at), transaction() as session:
        agency = agencies_by_slug(session)[slug]
        answered = with_local_answers(document, agency.source_code, number)
        submission = receive(session, agency, answered, at=occurrence.at)
    if occurrence.at.date() < today - _LEFT_OPEN:
        at = min(occurrence.at + timedelta(hours=hours), now())
        with told_time(at), transaction() as session:
            _settle(session, actor_for(session, SCREENER_EMAIL), submission, occurrence.outcome, at)
    db.session.expunge_all()


def _settle(session: Session, screener: Actor, submission: Submission, outcome: str, at: datetime) -> None:
    """The desk's rating and decision, in the words of a busy day."""
    referral_id = submission.referral.id
    rate(
        session, screener, referral_id, rating=_RATING.get(outcome, "GREEN"),
        rationale="Synthetic: rated on what the referral says and what was known.", version=0, at=at,
    )
    decide(
        session,
        screener,
        referral_id,
        ProposedDecision(
            children=[str(one) for one in subject_ids(session, referral_id)],
            outcome=outcome,
            rationale="Synthetic: decided on what the referral says, the family's history and the agencies' answers.",
            override_reason="Synthetic: looked at together before closing.",
            tell_referrer="yes",
            feedback="Thank you for your referral. This is what we have decided.",
            feedback_withheld_reason="",
        ),
        version=1,
        at=at,
    )


def holds_people(session: Session) -> bool:
    """Whether anything was loaded or referred already."""
    return session.scalar(select(Person.id).limit(1)) is not None
