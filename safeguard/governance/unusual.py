"""Looking that somebody should ask about, by rule, over one day of the audit. It accuses nobody: a person asks and answers."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor, Role
from safeguard.access.policy import permits
from safeguard.agencies.model import Account
from safeguard.audit.actions import DONE
from safeguard.audit.model import AuditEvent, AuditSubject
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import LONDON
from safeguard.kernel.errors import Conflict, NotFound, NotPermitted, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.mash.allocation.model import Allocation
from safeguard.mash.model import Episode, undecided
from safeguard.mash.purpose.queries import PART
from safeguard.people.model import PersonLink, SourceRecord
from safeguard.people.restricted.glass import outcome_problems
from safeguard.people.restricted.model import AccountHome, UnusualLooking
from safeguard.people.restricted.notices import holders_of_role, tell
from safeguard.people.sight import sees_everything

# Views of one person's file; lists are work that the service sends out itself.
VIEWS = (
    "person.viewed", "referral.viewed", "family.viewed", "network.viewed", "chronology.viewed", "graph.asked", "match.viewed",
    "person.identity_viewed", "person.merge_viewed", "person.split_viewed", "record.viewed", "flag.viewed", "warning.viewed",
    "discussion.viewed", "check.viewed", "subject_access.viewed", "subject_access.part_viewed",
)  # fmt: skip
# More files than this in a day, and three times as many as the colleague in the middle.
MANY = 60
TIMES_THE_MIDDLE = 3
# Files taken out or handed over in a day: more than a chair of several discussions needs.
TAKEN_OUT = ("summary.downloaded", "subject_access.downloaded", "export.summary", "export.bundle", "export.handed")
MANY_TAKEN = 10
QUIET = (time(22), time(6))
MANY_AT_NIGHT = 5
# As many as have a part in one case and as many again: who opens it beside them, without a part, was drawn by the talk of it.
CROWD = 12
# So many files in colleagues' cases, without a part in any, are no chance: a search for a namesake opens two or three.
MANY_OF_OTHERS = 10
RULES: Mapping[str, str] = {
    "volume": "Opened far more records in a day than colleagues did",
    "hour": "Opened records at night",
    "postcode": "Opened records of people at their own postcode",
    "name": "Opened records of people of their own family name",
    "colleague": "Opened records of people with the full name of a colleague, or of somebody who used to work here",
    "taken": "Took far more files out of the service in a day than the work asks for",
    "no_part": "Opened records in cases that are colleagues’, and had no part in them",
    "crowd": "Opened a record that very many others opened that day, and had no part in it",
}
PAGE = 100


@dataclass(slots=True)
class Looked:
    """What one account looked at in a day: the files, how many of them at night, whose postcode or family name is its own.

    `colleagues`: people with the full name of somebody else who works or worked here. `crowds`: files that a crowd opened, in which
    this account did nothing but look. `of_others`: files in undecided cases of others, in which it had no part. `taken`: files
    downloaded or handed over.
    """

    files: set[str] = field(default_factory=set)
    at_night: int = 0
    same_postcode: int = 0
    same_name: int = 0
    colleagues: int = 0
    crowds: int = 0
    of_others: int = 0
    taken: int = 0


def unusual(day: Mapping[uuid.UUID, Looked]) -> list[tuple[uuid.UUID, str, dict[str, int]]]:
    """The rules that the looking of a day breaks: account, rule, and the counts behind it. Pure.

    The middle is the median over the accounts that looked at anything, so a busy day for all is unusual for none.
    """
    counts = sorted(len(one.files) for one in day.values() if one.files)
    middle = counts[len(counts) // 2] if counts else 0
    found = []
    for account_id, one in sorted(day.items()):
        if len(one.files) > MANY and len(one.files) > TIMES_THE_MIDDLE * middle:
            found.append((account_id, "volume", {"files": len(one.files), "colleague_in_the_middle": middle}))
        if one.at_night >= MANY_AT_NIGHT:
            found.append((account_id, "hour", {"at_night": one.at_night}))
        if one.same_postcode:
            found.append((account_id, "postcode", {"people": one.same_postcode}))
        if one.same_name:
            found.append((account_id, "name", {"people": one.same_name}))
        if one.colleagues:
            found.append((account_id, "colleague", {"people": one.colleagues}))
        if one.taken > MANY_TAKEN:
            found.append((account_id, "taken", {"files": one.taken}))
        if one.of_others >= MANY_OF_OTHERS:
            found.append((account_id, "no_part", {"records": one.of_others}))
        if one.crowds:
            found.append((account_id, "crowd", {"records": one.crowds}))
    return found


def at_night(at: datetime) -> bool:
    """Whether the aware moment `at` is in the quiet hours in England."""
    local = at.astimezone(LONDON).time()
    return local >= QUIET[0] or local < QUIET[1]


@sees_everything
def watch(session: Session, day: date, *, at: datetime) -> list[UnusualLooking]:
    """Read one day of the audit, and keep what is unusual for somebody to review. Reading a day twice finds nothing new."""
    first = datetime.combine(day, time(), tzinfo=LONDON)
    rows = session.execute(
        select(AuditEvent.actor_id, AuditEvent.at, AuditSubject.subject_id)
        .join(AuditSubject, AuditSubject.seq == AuditEvent.seq)
        .where(
            AuditEvent.at >= first, AuditEvent.at < first + timedelta(days=1), AuditEvent.action.in_(VIEWS),
            AuditEvent.actor_id.is_not(None), AuditEvent.subject_id == AuditSubject.subject_id,
            # An agency that opens what it was asked looks at no file.
            AuditEvent.subject_kind != "check",
        )
        .execution_options(yield_per=1000)
    ).tuples()
    looked = _looked(rows)
    _add_taken(session, looked, first)
    _add_own(session, looked)
    _add_crowds(session, looked, first)
    _add_of_others(session, looked, first)
    known = set(
        session.execute(
            select(UnusualLooking.account_id, UnusualLooking.rule).where(UnusualLooking.day == day)
        ).tuples()
    )
    made = []
    for account_id, rule, facts in unusual(looked):
        if (account_id, rule) in known:
            continue
        one = UnusualLooking(account_id=account_id, rule=rule, day=day, facts=facts, found_at=at)
        session.add(one)
        session.flush()
        tell(session, [key for key in holders_of_role(session, Role.GOVERNANCE) if key != account_id], "unusual", one.id, by=None, at=at)
        audit(session, None, "unusual.found", subject_kind="account", subject_id=account_id, rule=rule, facts=facts)
        made.append(one)
    return made


def _looked(rows: Iterable[tuple[uuid.UUID | None, datetime, str]]) -> dict[uuid.UUID, Looked]:
    looked: dict[uuid.UUID, Looked] = defaultdict(Looked)
    for account_id, at, subject in rows:
        if account_id is not None:
            looked[account_id].files.add(subject)
            looked[account_id].at_night += at_night(at)
    return dict(looked)


def _add_taken(session: Session, looked: dict[uuid.UUID, Looked], day: datetime) -> None:
    """Count the files that each account downloaded or handed over on the day that begins at `day`."""
    rows = session.execute(
        select(AuditEvent.actor_id, func.count())
        .where(
            AuditEvent.at >= day, AuditEvent.at < day + timedelta(days=1), AuditEvent.action.in_(TAKEN_OUT),
            AuditEvent.actor_id.is_not(None),
        )
        .group_by(AuditEvent.actor_id)
    ).tuples()
    for account_id, count in rows:
        if account_id is not None:
            looked.setdefault(account_id, Looked()).taken = count


def _add_own(session: Session, looked: Mapping[uuid.UUID, Looked]) -> None:
    """Count the people whom each account looked at and with whom it shares a postcode or a family name, or who may be colleagues."""
    homes = dict(session.execute(select(AccountHome.account_id, AccountHome.postcode)).tuples().all())
    names = dict(session.execute(select(Account.id, Account.name)).tuples().all())
    staff = {_plain(name) for name in names.values()}
    for account_id, one in looked.items():
        files = [uuid.UUID(key) for key in one.files]
        own = names.get(account_id, "").split()[-1:] or [""]
        # A referral and a record tell of their people as well as the file of a person does.
        rows = session.execute(
            select(PersonLink.person_id, SourceRecord.postcode, SourceRecord.surname, SourceRecord.given_names)
            .join(SourceRecord, SourceRecord.id == PersonLink.source_record_id)
            .where(
                or_(PersonLink.person_id.in_(files), SourceRecord.referral_id.in_(files), SourceRecord.id.in_(files)),
                PersonLink.superseded_at.is_(None),
            )
        ).tuples().all()
        home = homes.get(account_id)
        one.same_postcode = len({key for key, postcode, *_name in rows if home and postcode == home})
        one.same_name = len({key for key, _postcode, name, _given in rows if name and name.casefold() == own[0].casefold()})
        others = staff - {_plain(names.get(account_id, ""))}
        one.colleagues = len({key for key, _postcode, name, given in rows if name and given and _plain(f"{given} {name}") in others})


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _add_crowds(session: Session, looked: Mapping[uuid.UUID, Looked], day: datetime) -> None:
    """Count the files that a crowd opened on the day that begins at `day`, for those of it who did nothing about them in four weeks."""
    opened = Counter(key for one in looked.values() for key in one.files)
    crowded = {key for key, times in opened.items() if times >= CROWD}
    if not crowded:
        return
    stands_for = _stands_for(session, crowded)
    parts = _parts(session, set().union(*stands_for.values()), day)
    for account_id, one in looked.items():
        one.crowds = sum(all((account_id, about) not in parts for about in stands_for[key]) for key in crowded & one.files)


def _add_of_others(session: Session, looked: Mapping[uuid.UUID, Looked], day: datetime) -> None:
    """Count the files in undecided cases that are others', for those who had no part in them in four weeks."""
    stands_for = _stands_for(session, {key for one in looked.values() for key in one.files})
    about = {uuid.UUID(key) for keys in stands_for.values() for key in keys}
    rows = session.execute(
        select(Allocation.referral_id, Allocation.account_id)
        .outerjoin(Episode, Episode.referral_id == Allocation.referral_id)
        .where(
            Allocation.referral_id.in_(about), Allocation.ended_at.is_(None), undecided,
        )
    ).tuples()  # fmt: skip
    whose = {str(referral): account for referral, account in rows}
    theirs = {key: {whose[one] for one in keys if one in whose} for key, keys in stands_for.items()}
    theirs = {key: workers for key, workers in theirs.items() if workers}
    if not theirs:
        return
    parts = _parts(session, set().union(*(stands_for[key] for key in theirs)), day)
    for account_id, one in looked.items():
        one.of_others = sum(
            account_id not in theirs[key] and all((account_id, about) not in parts for about in stands_for[key])
            for key in theirs.keys() & one.files
        )


def _stands_for(session: Session, files: Collection[str]) -> dict[str, set[str]]:
    """What each file stands for besides itself: what is done about a referral is done for the people in it."""
    named = session.execute(
        select(PersonLink.person_id, SourceRecord.referral_id)
        .join(SourceRecord, SourceRecord.id == PersonLink.source_record_id)
        .where(
            PersonLink.person_id.in_([uuid.UUID(key) for key in files]), PersonLink.superseded_at.is_(None),
            SourceRecord.referral_id.is_not(None),
        )
    ).tuples()  # fmt: skip
    found = {key: {key} for key in files}
    for person_id, referral_id in named:
        found[str(person_id)].add(str(referral_id))
    return found


def _parts(session: Session, about: Collection[str], day: datetime) -> set[tuple[uuid.UUID | None, str]]:
    """Who had a part in what: did something about it in the four weeks before the end of `day`, or had the case then."""
    until = day + timedelta(days=1)
    done = session.execute(
        select(AuditEvent.actor_id, AuditSubject.subject_id)
        .join(AuditSubject, AuditSubject.seq == AuditEvent.seq)
        .where(AuditSubject.subject_id.in_(about), AuditEvent.action.in_(DONE), AuditEvent.at >= day - PART, AuditEvent.at < until)
    ).tuples()
    had = session.execute(
        select(Allocation.account_id, Allocation.referral_id).where(
            Allocation.referral_id.in_([uuid.UUID(key) for key in about]), Allocation.at < until,
            or_(Allocation.ended_at.is_(None), Allocation.ended_at >= day - PART),
        )
    ).tuples()
    return {*done, *((account_id, str(referral_id)) for account_id, referral_id in had)}


def to_review(session: Session, actor: Actor) -> Sequence[tuple[UnusualLooking, str]]:
    """What nobody has answered yet, the oldest first, with whose looking it was; one's own is a colleague's to review.

    Raises:
        NotPermitted: the actor reviews none.
    """
    if not permits(actor, "glass.review"):
        raise NotPermitted("unusual")
    rows = session.execute(
        select(UnusualLooking, Account.name)
        .join(Account, Account.id == UnusualLooking.account_id)
        .where(UnusualLooking.reviewed_at.is_(None), UnusualLooking.account_id != actor.account_id)
        .order_by(UnusualLooking.found_at, UnusualLooking.id)
        .limit(PAGE)
    )
    return list(rows.tuples())


def review_unusual(session: Session, actor: Actor, unusual_id: uuid.UUID, *, outcome: str, reason: str, at: datetime) -> None:
    """Say what asking found.

    Raises:
        RuleBroken: no outcome or no reason.
        Conflict: it was reviewed already.
        NotFound: there is none, or it is the actor's own.
    """
    if not permits(actor, "glass.review"):
        raise NotPermitted("unusual")
    found = session.get(UnusualLooking, unusual_id, with_for_update=True)
    if found is None or found.account_id == actor.account_id:
        raise NotFound("unusual")
    if problems := outcome_problems(outcome, reason):
        raise RuleBroken(problems)
    if found.reviewed_at is not None:
        raise Conflict("a colleague has reviewed this already")
    RecordKey.of(session, "looking", found.id)
    session.refresh(found, ["key"])
    found.outcome, found.outcome_reason, found.reviewed_by, found.reviewed_at = outcome, reason, actor.account_id, at
    audit(session, actor, "unusual.reviewed", subject_kind="account", subject_id=found.account_id, rule=found.rule, outcome=outcome)
