"""Parting a person who is two. Facts hang on source records and follow them; that the two differ is remembered."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.audit.service import record as audit
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, NotFound, Problem, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.people.links import current_links, move, new_person, take_turns
from safeguard.people.merging import state_of
from safeguard.people.model import IdentityChange, Person, PersonLink
from safeguard.people.proposals import carry_over, open_about
from safeguard.people.sight import sees_everything
from safeguard.people.verdicts import keep_verdict, reason_problems


def split(
    session: Session,
    actor: Actor,
    person_id: uuid.UUID,
    *,
    record_ids: Collection[uuid.UUID],
    reason: str,
    seen: str,
    at: datetime,
) -> IdentityChange:
    """Make these source records of a person a new person, and remember that the two differ.

    Args:
        seen: `state_of` the person's links as the page showed them.

    Raises:
        RuleBroken: no reason, no record chosen, or no record left.
        Conflict: the person has been joined, parted or added to since.
        NotFound: there is no such person, or one of the records is not theirs.
    """
    if session.get(Person, person_id) is None:
        raise NotFound("person")
    take_turns(session, [person_id])
    links = current_links(session, [person_id])[person_id]
    problems = choice_problems(len(links), len(set(record_ids)))
    problems += reason_problems(reason, "Enter the reason for parting them")
    if problems:
        raise RuleBroken(problems)
    if state_of(links) != seen:
        raise Conflict("the person was joined, parted or added to while this page was open")
    goes = [link for link in links if link.source_record_id in record_ids]
    if len(goes) != len(set(record_ids)):
        raise NotFound("source record")
    apart = new_person(session, at)
    change_id = new_id()
    change = IdentityChange(
        id=change_id, key=RecordKey.of(session, "change", change_id), kind="split", status="done", person_id=person_id,
        other_person_id=apart.id, reason=reason, asked_by=actor.account_id, asked_at=at, done_at=at,
    )  # fmt: skip
    session.add(change)
    session.flush()
    waiting = open_about(session, [person_id])
    part(session, actor, change, goes, [link for link in links if link not in goes], "different")
    carry_over(session, waiting, apart.id, change.id)
    audit(
        session, actor, "person.split", subject_kind="person", subject_id=person_id,
        other=str(apart.id), change=str(change.id), moved=len(goes), left=len(links) - len(goes),
    )
    return change


def choice_problems(records: int, chosen: int) -> list[Problem]:
    """What is wrong with choosing `chosen` of a person's `records` to part with."""
    if chosen == 0:
        return [Problem("records", "Choose at least one record that is about somebody else")]
    if chosen >= records:
        return [Problem("records", "Leave at least one record: a person without any is nobody")]
    return []


@sees_everything
def part(
    session: Session,
    actor: Actor,
    change: IdentityChange,
    goes: Sequence[PersonLink],
    stays: Sequence[PersonLink],
    verdict: str,
) -> None:
    """Move the records that go to the other person of a change, and keep what was said of the two."""
    keep_verdict(
        session, actor, one=[link.source_record_id for link in stays], other=[link.source_record_id for link in goes],
        verdict=verdict, reason=change.reason or "", at=change.asked_at, person_id=change.person_id, change_id=change.id,
    )  # fmt: skip
    move(
        session, goes, change.other_person_id, band="new", reason=change.reason or "", at=change.asked_at,
        account_id=actor.account_id, change_id=change.id,
    )
