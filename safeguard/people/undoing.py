"""Taking a joining back: every record returns to whom it came from, and what was added since goes where a person says."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.audit.service import record as audit
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, NotFound, Problem, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.people.links import current_links, take_turns
from safeguard.people.matching.decide import Verdict
from safeguard.people.merging import state_of
from safeguard.people.model import IdentityChange, MatchProposal, MatchVerdict, PersonLink, VerdictRecord
from safeguard.people.proposals import carry_over, close_proposals, closed_by, open_about, reopen
from safeguard.people.sight import sees_everything
from safeguard.people.splitting import part
from safeguard.people.standing_verdicts import Pair
from safeguard.people.verdicts import reason_problems, said_of_records

AFTER_UNDO: Mapping[str, str] = {
    "different": "They are different people",
    "unsure": "I am not sure yet",
}


def undo(
    session: Session,
    actor: Actor,
    merge_id: uuid.UUID,
    *,
    later: Mapping[uuid.UUID, uuid.UUID],
    verdict: str,
    reason: str,
    seen: str,
    at: datetime,
) -> IdentityChange:
    """Take a joining back: each record returns to the person it came from.

    Args:
        later: for each record added to the joined person since, which of the two people it belongs to.
        verdict: "different", or "unsure" where the joining was only too early.
        seen: `state_of` the joined person's links as the page showed them.

    Raises:
        RuleBroken: no reason or verdict, or a later record that nobody has assigned.
        Conflict: it cannot be taken back any more, or the person has changed since.
        NotFound: there is no such joining.
    """
    merge = undoable(session, merge_id)
    take_turns(session, (merge.person_id, merge.other_person_id))
    links = current_links(session, [merge.person_id])[merge.person_id]
    came = came_from(session, merge, links)
    _check(merge, came, later, verdict, reason)
    if state_of(links) != seen:
        raise Conflict("the person was joined, parted or added to while this page was open")
    goes, stays = _sides(merge, links, came, later)
    change_id = new_id()
    change = IdentityChange(
        id=change_id, key=RecordKey.of(session, "change", change_id), kind="undo", status="done", person_id=merge.person_id,
        other_person_id=merge.other_person_id,
        undoes_id=merge.id, reason=reason, asked_by=actor.account_id, asked_at=at, done_at=at,
    )  # fmt: skip
    session.add(change)
    session.flush()
    part(session, actor, change, goes, stays, verdict)
    _ask_again(session, merge, change, links, verdict)
    audit(
        session, actor, "person.merge_undone", subject_kind="person", subject_id=merge.person_id,
        other=str(merge.other_person_id), change=str(change.id), undoes=str(merge.id), verdict=verdict,
        moved=len(goes), left=len(stays),
    )
    return change


def undoable(session: Session, merge_id: uuid.UUID) -> IdentityChange:
    """A joining that was carried out and not taken back.

    Raises:
        NotFound: there is no such joining.
        Conflict: it was taken back already.
    """
    merge = session.get(IdentityChange, merge_id)
    if merge is None or merge.kind != "merge" or merge.status != "done":
        raise NotFound("change")
    if session.scalar(select(IdentityChange.id).where(IdentityChange.undoes_id == merge_id)) is not None:
        raise Conflict("this was taken back already")
    return merge


def came_from(
    session: Session, merge: IdentityChange, links: Sequence[PersonLink]
) -> dict[uuid.UUID, uuid.UUID | None]:
    """Whose each record of the joined person was just before the joining; None for what was added since.

    Raises:
        Conflict: nothing that was joined is with this person any more.
    """
    sides = dict(
        session.execute(
            select(VerdictRecord.source_record_id, VerdictRecord.side)
            .join(MatchVerdict, MatchVerdict.id == VerdictRecord.verdict_id)
            .where(MatchVerdict.change_id == merge.id)
        )
        .tuples()
        .all()
    )
    whose = {"one": merge.person_id, "other": merge.other_person_id}
    came = {link.source_record_id: whose.get(sides.get(link.source_record_id, "")) for link in links}
    if merge.other_person_id not in came.values():
        raise Conflict("what was joined has been moved on since")
    return came


def _check(
    merge: IdentityChange,
    came: Mapping[uuid.UUID, uuid.UUID | None],
    later: Mapping[uuid.UUID, uuid.UUID],
    verdict: str,
    reason: str,
) -> None:
    either = {merge.person_id, merge.other_person_id}
    problems = [
        Problem(f"later_{record.hex}", "Choose whose record this is")
        for record, whose in came.items()
        if whose is None and later.get(record) not in either
    ]
    if verdict not in AFTER_UNDO:
        problems.append(Problem("verdict", "Choose what you say of the two now"))
    problems += reason_problems(reason, "Enter the reason for taking it back")
    if problems:
        raise RuleBroken(problems)


def _sides(
    merge: IdentityChange,
    links: Sequence[PersonLink],
    came: Mapping[uuid.UUID, uuid.UUID | None],
    later: Mapping[uuid.UUID, uuid.UUID],
) -> tuple[list[PersonLink], list[PersonLink]]:
    """The links that go back to the person who was joined, and those that stay."""
    home = {record: whose or later[record] for record, whose in came.items()}
    goes = [link for link in links if home[link.source_record_id] == merge.other_person_id]
    stays = [link for link in links if home[link.source_record_id] == merge.person_id]
    if not stays:
        raise RuleBroken([Problem("reason", "Nothing would be left with one of the two. They are one person now, or part them")])
    return goes, stays


@sees_everything
def _ask_again(
    session: Session, merge: IdentityChange, change: IdentityChange, links: Sequence[PersonLink], verdict: str
) -> None:
    """What the joining had closed waits again, unless a person has answered it since or answers it now."""
    at = change.asked_at
    inside = {link.source_record_id for link in links}
    asked = closed_by(session, merge.id)
    answered = said_of_records(session, [one.source_record_id for one in asked])
    again = [
        one.source_record_id
        for one in asked
        if (verdict == "unsure" if one.source_record_id in inside else not _answered(one, inside, answered))
    ]
    reopen(session, again, merge.id)
    about = open_about(session, [merge.person_id])
    carried = [one.source_record_id for one in about if one.opened_by_change == merge.id]
    close_proposals(session, carried, [merge.person_id], at=at, change_id=change.id)
    done_at = merge.done_at or at
    newer = [one for one in about if one.opened_by_change != merge.id and one.proposed_at > done_at]
    carry_over(session, newer, merge.other_person_id, change.id)


def _answered(
    proposal: MatchProposal, records: set[uuid.UUID], said: Mapping[Pair, Verdict]
) -> bool:
    return any(said.get(frozenset((proposal.source_record_id, other))) in {"same", "different"} for other in records)
