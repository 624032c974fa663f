"""Writing the record of a strategy discussion part by part, agreeing it, and what follows: actions done and later words."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from safeguard.access.actor import Actor
from safeguard.audit.service import record as audit
from safeguard.concerns.genogram.known import known_family
from safeguard.concerns.neighbourhood import neighbourhood
from safeguard.kernel.clock import london_date
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, NotFound, Problem, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.mash.case import Case, open_case
from safeguard.mash.checks.queries import checks_of
from safeguard.mash.chronology import ProposedEntry, add_entry, kind_named
from safeguard.meetings.discussions.model import DiscussionAction, DiscussionAddendum, DiscussionChild, StrategyDiscussion
from safeguard.meetings.discussions.rules import LONGEST, conference_due, problems_of_part, problems_of_record
from safeguard.meetings.discussions.words import SECTION_47
from safeguard.people.candidates import clusters_of, people_of
from safeguard.people.identity import identity_of


def children_to_cover(session: Session, case: Case) -> list[tuple[str, str]]:
    """The children a discussion of this case can cover: those of the referral and known brothers and sisters, born or not.

    Returns:
        the id of a source record of each, as text, and the child's name; the referral's children come first.
    """
    found = {case.person_id(record): (str(record.id), case.identities[case.person_id(record)].name) for record in case.subjects}
    found |= {
        case.person_id(record): (str(record.id), case.identities[case.person_id(record)].name)
        for record in case.others
        if record.role == "child" and case.person_id(record) not in found
    }
    around = neighbourhood(session, list(found), hops=2)
    family = [one.id for one in known_family(around, at=london_date(case.at)).family.members if one.id not in found]
    for person_id, records in clusters_of(session, family).items():
        if records and identity_of(records).is_child:
            found[person_id] = (str(records[-1].id), identity_of(records).name)
    return list(found.values())


def start(session: Session, actor: Actor, referral_id: uuid.UUID, *, at: datetime) -> StrategyDiscussion:
    """Begin a record about the children of a referral, with what agencies answered that a strategy discussion may read.

    Raises:
        NotFound: there is no such case for this actor.
    """
    case = open_case(session, actor, referral_id, at=at)
    shared = [
        {"agency": one.agency, "words": one.standing.answer.words}
        for one in checks_of(session, referral_id, at=at)
        if one.standing is not None and not one.standing.within_the_mash and one.standing.answer.words
    ]
    made = StrategyDiscussion(
        id=new_id(), referral_id=referral_id, key=session.get(RecordKey, referral_id), status="draft", content={"information": shared},
        created_by=actor.account_id, created_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add_all(DiscussionChild(discussion_id=made.id, source_record_id=record.id) for record in case.subjects)
    session.flush()
    _note(session, actor, made, "discussion.started")
    return made


def save_part(
    session: Session,
    actor: Actor,
    discussion_id: uuid.UUID,
    part: str,
    said: Mapping[str, Any],
    *,
    version: int,
    at: datetime,
    held_at: datetime | None = None,
    children: Collection[str] = (),
) -> StrategyDiscussion:
    """Keep one part of a draft, with gaps where there are any.

    Args:
        said: the answers and rows of the part, by name.
        held_at: for the part "when".
        children: for the part "reason": the ids of the records chosen.

    Raises:
        RuleBroken: something makes no sense.
        Conflict: somebody else changed the draft since `version`, or it was agreed.
        NotFound: there is no such record for this actor.
    """
    discussion = _draft(session, discussion_id, version)
    problems = problems_of_part(part, said)
    if problems:
        raise RuleBroken(problems)
    discussion.content = {**discussion.content, **said}
    if part == "when":
        discussion.held_at = held_at
    if part == "reason":
        _cover(session, actor, discussion, children, at)
    _flush(session)
    _note(session, actor, discussion, "discussion.changed", part=part)
    return discussion


def _cover(session: Session, actor: Actor, discussion: StrategyDiscussion, children: Collection[str], at: datetime) -> None:
    offered = {key for key, _name in children_to_cover(session, open_case(session, actor, discussion.referral_id, at=at))}
    if not set(children) <= offered:
        raise RuleBroken([Problem("children", "Choose only from the children that are offered")])
    session.execute(delete(DiscussionChild).where(DiscussionChild.discussion_id == discussion.id))
    session.add_all(DiscussionChild(discussion_id=discussion.id, source_record_id=uuid.UUID(one)) for one in dict.fromkeys(children))
    # So that the version moves with the children too.
    discussion.content = {**discussion.content, "covered": sorted(children)}


def agree(
    session: Session, actor: Actor, discussion_id: uuid.UUID, *, override: str, version: int, at: datetime
) -> StrategyDiscussion:
    """Agree the record: from now on it is frozen. An enquiry becomes part of each child's history, and the signals are read again.

    Raises:
        RuleBroken: something is missing; a missing quorum only needs a reason.
        Conflict: somebody else changed the draft since `version`, or agreed it.
        NotFound: there is no such record for this actor.
    """
    discussion = _draft(session, discussion_id, version)
    records = covered(session, discussion.id)
    missing = problems_of_record(discussion.content, held_at=discussion.held_at, children=records, override=override, at=at)
    if missing:
        raise RuleBroken([problem for _part, problem in missing])
    assert discussion.held_at is not None  # the rules ask for it
    enquiry = discussion.content["decision"] == SECTION_47
    held_on = london_date(discussion.held_at)
    discussion.status, discussion.override, discussion.decision = "agreed", override or None, discussion.content["decision"]
    discussion.conference_due = conference_due(held_on) if enquiry else None
    discussion.agreed_by, discussion.agreed_at = actor.account_id, at
    session.add_all(
        DiscussionAction(
            id=new_id(), discussion_id=discussion.id, key=discussion.key, place=place, words=row["words"], owner=row["owner"],
            due_on=date.fromisoformat(row["due_on"]),
        )
        for place, row in enumerate(discussion.content.get("actions") or [], 1)
    )  # fmt: skip
    _flush(session)
    _note(
        session, actor, discussion, "discussion.agreed", decision=discussion.decision, overridden=bool(override),
        conference_due=str(discussion.conference_due) if enquiry else None,
    )  # fmt: skip
    if enquiry:
        _tell_history(session, actor, records, held_on, at)
    return discussion


def _tell_history(session: Session, actor: Actor, records: Sequence[uuid.UUID], held_on: date, at: datetime) -> None:
    """That an enquiry began is an entry of each child's chronology, dated by the discussion that began it."""
    entry = ProposedEntry(str(actor.agency_id), held_on, held_on, {"standing": "s47"}, "Decided in a strategy discussion")
    for person_id in dict.fromkeys(people_of(session, records).values()):
        add_entry(session, actor, person_id, kind_named("standing"), entry, at=at)


def add_words(session: Session, actor: Actor, discussion_id: uuid.UUID, words: str, *, at: datetime) -> DiscussionAddendum:
    """Say something after the record was agreed; the record stays.

    Raises:
        RuleBroken: nothing is said, or too much.
        Conflict: it is a draft still: change the draft.
        NotFound: there is no such record for this actor.
    """
    if not words or len(words) > LONGEST:
        message = f"Use {LONGEST:,} characters or fewer. You entered {len(words):,}" if words else "Enter what you want to add"
        raise RuleBroken([Problem("words", message)])
    discussion = discussion_called(session, discussion_id)
    if discussion.status != "agreed":
        raise Conflict("the record is a draft still")
    made = DiscussionAddendum(
        id=new_id(), discussion_id=discussion.id, key=discussion.key, words=words, account_id=actor.account_id, at=at
    )
    session.add(made)
    session.flush()
    _note(session, actor, discussion, "discussion.added_to", addendum=str(made.id))
    return made


def mark_done(session: Session, actor: Actor, action_id: uuid.UUID, *, at: datetime) -> DiscussionAction:
    """Note that an action was done today; the first word stands.

    Raises:
        NotFound: there is no such action for this actor.
    """
    action = session.scalar(select(DiscussionAction).where(DiscussionAction.id == action_id).with_for_update())
    if action is None:
        raise NotFound("action")
    if action.done_on is None:
        action.done_on, action.done_by = london_date(at), actor.account_id
        session.flush()
        _note(session, actor, discussion_called(session, action.discussion_id), "discussion.action_done", place=action.place)
    return action


def discussion_called(session: Session, discussion_id: uuid.UUID) -> StrategyDiscussion:
    """A record that the reader may see.

    Raises:
        NotFound: there is none.
    """
    found = session.scalar(select(StrategyDiscussion).where(StrategyDiscussion.id == discussion_id))
    if found is None:
        raise NotFound("strategy discussion")
    return found


def covered(session: Session, discussion_id: uuid.UUID) -> list[uuid.UUID]:
    """The source records of the children that a discussion covers."""
    return list(session.scalars(select(DiscussionChild.source_record_id).where(DiscussionChild.discussion_id == discussion_id)))


def _draft(session: Session, discussion_id: uuid.UUID, version: int) -> StrategyDiscussion:
    wanted = select(StrategyDiscussion).where(StrategyDiscussion.id == discussion_id).with_for_update()
    discussion = session.scalar(wanted.execution_options(populate_existing=True))
    if discussion is None:
        raise NotFound("strategy discussion")
    if discussion.status != "draft" or discussion.version != version:
        raise Conflict("the record was changed or agreed while this page was open")
    return discussion


def _flush(session: Session) -> None:
    try:
        session.flush()
    except StaleDataError as error:
        raise Conflict("the record was changed at the same moment by somebody else") from error


def _note(session: Session, actor: Actor, discussion: StrategyDiscussion, action: str, **details: Any) -> None:
    people = set(people_of(session, covered(session, discussion.id)).values())
    audit(
        session, actor, action, subject_kind="referral", subject_id=discussion.referral_id, discussion=str(discussion.id), shown=people,
        **details,
    )  # fmt: skip
