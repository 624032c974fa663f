"""What people said of who is who: kept for ever, read on every path that matches, revised only by people."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, aliased

from safeguard.access.actor import Actor
from safeguard.agencies.model import Account
from safeguard.audit.service import record as audit
from safeguard.kernel.database import AMONG, listed, new_id
from safeguard.kernel.errors import Conflict, NotFound, Problem, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.people.links import current_links, move, new_person, take_turns
from safeguard.people.matching.decide import Verdict
from safeguard.people.model import MatchVerdict, PersonLink, VerdictRecord
from safeguard.people.proposals import carry_over, close_proposals, open_about
from safeguard.people.sight import sees_everything
from safeguard.people.standing_verdicts import Pair, Word, between_people, last_words

VERDICTS: Mapping[str, str] = {
    "same": "The same person",
    "different": "Different people",
    "unsure": "Not sure yet",
}
LONGEST_REASON = 2000


def keep_verdict(
    session: Session,
    actor: Actor,
    *,
    one: Collection[uuid.UUID],
    other: Collection[uuid.UUID],
    verdict: str,
    reason: str,
    at: datetime,
    person_id: uuid.UUID,
    record_id: uuid.UUID | None = None,
    change_id: uuid.UUID | None = None,
) -> None:
    """Keep a person's word on whether the source records of two sides are of one person.

    Args:
        one, other: the source records of each side, none empty, none in both.
        person_id, record_id, change_id: how it was asked.
    """
    said = MatchVerdict(
        id=new_id(), source_record_id=record_id, person_id=person_id, key=RecordKey.of(session, "person", person_id),
        change_id=change_id, verdict=verdict,
        reason=reason, account_id=actor.account_id, at=_after_all_others(session, one, other, at),
    )  # fmt: skip
    session.add(said)
    session.flush()
    for side, records in (("one", one), ("other", other)):
        session.add_all(VerdictRecord(verdict_id=said.id, source_record_id=key, side=side) for key in records)
    session.flush()


@sees_everything
def _after_all_others(
    session: Session, one: Collection[uuid.UUID], other: Collection[uuid.UUID], at: datetime
) -> datetime:
    """`at`, or the moment after the last word on these records: of two words said in one moment the second stands."""
    last = session.scalar(
        select(func.max(MatchVerdict.at))
        .join(VerdictRecord, VerdictRecord.verdict_id == MatchVerdict.id)
        .where(VerdictRecord.source_record_id.in_([*one, *other]))
    )
    return at if last is None or last < at else last + timedelta(microseconds=1)


# Part of every lookup, so in a text that never changes.
_VERDICT, _SIDE = MatchVerdict.__table__.c, VerdictRecord.__table__.c
_WORDS = {
    kind: text(
        "SELECT said.id, said.verdict, said.at, part.side, part.source_record_id FROM match_verdict AS said "  # noqa: S608
        "JOIN match_verdict_record AS part ON part.verdict_id = said.id WHERE said.id IN "
        f"(SELECT verdict_id FROM match_verdict_record WHERE source_record_id IN {among})"
    ).columns(_VERDICT.id, _VERDICT.verdict, _VERDICT.at, _SIDE.side, _SIDE.source_record_id)
    for kind, among in AMONG.items()
}


@sees_everything
def _words_on(session: Session, record_ids: Collection[uuid.UUID]) -> list[Word]:
    """Every verdict with one of these records on a side, both sides whole."""
    if not record_ids:
        return []
    kind = session.get_bind().dialect.name
    rows = session.execute(_WORDS[kind], {"ids": listed(record_ids, kind)})
    said: dict[uuid.UUID, tuple[Verdict, datetime]] = {}
    sides: dict[tuple[uuid.UUID, str], set[uuid.UUID]] = {}
    for verdict_id, verdict, at, side, record_id in rows:
        said[verdict_id] = (cast(Verdict, verdict), at)
        sides.setdefault((verdict_id, side), set()).add(record_id)
    return [
        Word(verdict, at, frozenset(sides.get((key, "one"), ())), frozenset(sides.get((key, "other"), ())))
        for key, (verdict, at) in said.items()
    ]


def said_of_records(session: Session, record_ids: Collection[uuid.UUID]) -> dict[Pair, Verdict]:
    """The verdict that stands for each pair of source records with one of these in it, in one statement."""
    ids = frozenset(record_ids)
    return last_words(_words_on(session, ids), ids)


def said_of_people(session: Session, person_ids: Iterable[uuid.UUID]) -> dict[Pair, Verdict]:
    """The verdict that stands between each two of these people, as they consist now, in two statements.

    Whatever compares people must leave alone those that differ, and join none that somebody is unsure of.
    """
    person_of = {
        link.source_record_id: person_id
        for person_id, links in current_links(session, person_ids).items()
        for link in links
    }
    return between_people(said_of_records(session, person_of), person_of)


def verdicts_between(
    session: Session, one: Collection[uuid.UUID], other: Collection[uuid.UUID]
) -> list[tuple[MatchVerdict, str]]:
    """Every verdict between source records of these two sides with who gave it, newest first."""
    here, there = aliased(VerdictRecord), aliased(VerdictRecord)
    crossing = (
        select(here.verdict_id)
        .join(there, (there.verdict_id == here.verdict_id) & (there.side != here.side))
        .where(here.source_record_id.in_(list(one)), there.source_record_id.in_(list(other)))
    )
    rows = session.execute(
        select(MatchVerdict, Account.name)
        .join(Account, Account.id == MatchVerdict.account_id)
        .where(MatchVerdict.id.in_(crossing))
        .order_by(MatchVerdict.at.desc())
    )
    return list(rows.tuples())


def say(
    session: Session,
    actor: Actor,
    *,
    record_id: uuid.UUID,
    person_id: uuid.UUID,
    verdict: str,
    reason: str,
    at: datetime,
    expected_person_id: uuid.UUID,
) -> set[uuid.UUID]:
    """Keep a person's word on whether a source record and a person are the same, and act on it.

    "same" moves the record to that person; "different" keeps it apart for ever, and takes it out where it was
    linked there; "unsure" leaves everything waiting. Nothing is erased: each link is superseded, never changed.

    Args:
        expected_person_id: the person the record belonged to on the page that was answered.

    Returns:
        the people whose records changed hands.

    Raises:
        RuleBroken: no verdict, or no reason.
        Conflict: the record or the person has been joined or parted since the page was opened.
        NotFound: there is no such record, or nothing of that person to compare it with.
    """
    _check_verdict(verdict, reason)
    take_turns(session, {person_id, expected_person_id})
    current = _current_link(session, record_id)
    if current.person_id != expected_person_id:
        raise Conflict("the record was linked differently while this page was open")
    others = [one.source_record_id for one in current_links(session, [person_id])[person_id] if one is not current]
    if not others:
        if current.person_id == person_id:
            raise NotFound("match")
        raise Conflict("the person was joined with somebody else while this page was open")
    keep_verdict(
        session, actor, one=[record_id], other=others, verdict=verdict, reason=reason, at=at,
        person_id=person_id, record_id=record_id,
    )  # fmt: skip
    audit(
        session, actor, "match.decided", subject_kind="person", subject_id=person_id,
        source_record=str(record_id), verdict=verdict,
    )
    if verdict != "unsure":
        close_proposals(session, [record_id], None if verdict == "same" else [person_id], at=at)
    target = _where_to(session, current, person_id, verdict, at)
    if target is None:
        return set()
    before = current.person_id
    move(
        session, [current], target, band="match" if verdict == "same" else "new", reason=reason, at=at,
        account_id=actor.account_id,
    )
    if not current_links(session, [before])[before]:
        _follow(session, before, target, at)
    audit(
        session, actor, "person.linked", subject_kind="person", subject_id=target,
        source_record=str(record_id), made_by="person", before=str(before),
    )
    return {before, target}


@sees_everything
def _follow(session: Session, emptied: uuid.UUID, person_id: uuid.UUID, at: datetime) -> None:
    """What was proposed about a person whose last record moved on is asked of the person who has it now."""
    waiting = open_about(session, [emptied])
    theirs = {link.source_record_id for link in current_links(session, [person_id])[person_id]}
    carry_over(session, [one for one in waiting if one.source_record_id not in theirs], person_id, None)
    close_proposals(session, [one.source_record_id for one in waiting], [emptied], at=at)


def _check_verdict(verdict: str, reason: str) -> None:
    problems = [] if verdict in VERDICTS else [Problem("verdict", "Choose whether the two are the same person")]
    problems += reason_problems(reason, "Enter the reason for your answer")
    if problems:
        raise RuleBroken(problems)


def reason_problems(reason: str, needed: str) -> list[Problem]:
    """What is wrong with a reason that must be given; `needed` is what to say where there is none."""
    if not reason.strip():
        return [Problem("reason", needed)]
    if len(reason) > LONGEST_REASON:
        return [Problem("reason", f"The reason must be {LONGEST_REASON:,} characters or fewer. You entered {len(reason):,}")]
    return []


def _current_link(session: Session, record_id: uuid.UUID) -> PersonLink:
    link = session.scalar(
        select(PersonLink)
        .where(PersonLink.source_record_id == record_id, PersonLink.superseded_at.is_(None))
        .with_for_update()
    )
    if link is None:
        raise NotFound("source record")
    return link


def _where_to(
    session: Session, current: PersonLink, person_id: uuid.UUID, verdict: str, at: datetime
) -> uuid.UUID | None:
    """The person the record moves to, or None where it stays."""
    if verdict == "same" and current.person_id != person_id:
        return person_id
    if verdict == "different" and current.person_id == person_id:
        return new_person(session, at).id
    return None
