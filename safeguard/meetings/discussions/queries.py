"""Strategy discussions as they are read."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from safeguard.agencies.model import Account
from safeguard.meetings.discussions import words
from safeguard.meetings.discussions.model import DiscussionAction, DiscussionAddendum, DiscussionChild, StrategyDiscussion
from safeguard.meetings.discussions.rules import QUESTIONS, missing_for_quorum
from safeguard.people.candidates import clusters_of, people_of
from safeguard.people.identity import identity_of
from safeguard.referrals.model import Referral


@dataclass(frozen=True, slots=True)
class Discussion:
    """A record in full: `children` by person id, `actions` with who noted that they were done, `added` with who said it."""

    row: StrategyDiscussion
    reference: str
    begun_by: str
    agreed_by: str | None
    children: Mapping[uuid.UUID, str]
    actions: Sequence[tuple[DiscussionAction, str | None]]
    added: Sequence[tuple[DiscussionAddendum, str]]

    @property
    def content(self) -> Mapping[str, Any]:
        return self.row.content

    @property
    def agreed(self) -> bool:
        return self.row.status == "agreed"

    @property
    def names(self) -> str:
        return ", ".join(self.children.values())

    @property
    def decision(self) -> str:
        return words.DECISIONS.label(self.row.decision) if self.row.decision else ""

    @property
    def missing(self) -> Sequence[str]:
        """Who is missing for a quorum."""
        return missing_for_quorum(self.content.get("attendees") or [])

    def said(self, part: str) -> list[tuple[str, str]]:
        """The questions of a part that were answered, with the answers in words."""
        rows = []
        for question in QUESTIONS[part]:
            said = self.content.get(question.name)
            if said:
                label = question.codes.label(said) if question.codes and said in question.codes else str(said)
                rows.append((question.label.removesuffix(" (optional)"), label))
        return rows

    def overdue(self, today: date) -> int:
        """How many actions should have been done before `today`."""
        return sum(action.done_on is None and action.due_on < today for action, _by in self.actions)


def discussions_of(session: Session, referral_id: uuid.UUID) -> list[Discussion]:
    """The discussions about a case, the newest first, in a fixed number of statements."""
    return _in_full(session, StrategyDiscussion.referral_id == referral_id)


def discussion_in_full(session: Session, discussion_id: uuid.UUID) -> Discussion | None:
    """One record that the reader may see."""
    return next(iter(_in_full(session, StrategyDiscussion.id == discussion_id)), None)


def _in_full(session: Session, which: ColumnElement[bool]) -> list[Discussion]:
    begun, agreed = aliased(Account), aliased(Account)
    rows = session.execute(
        select(StrategyDiscussion, Referral.reference, begun.name, agreed.name)
        .join(Referral, Referral.id == StrategyDiscussion.referral_id)
        .join(begun, begun.id == StrategyDiscussion.created_by)
        .outerjoin(agreed, agreed.id == StrategyDiscussion.agreed_by)
        .where(which)
        .order_by(StrategyDiscussion.created_at.desc(), StrategyDiscussion.id)
    ).tuples().all()
    ids = [row.id for row, *_names in rows]
    if not ids:
        return []
    children, actions, added = _children(session, ids), _actions(session, ids), _added(session, ids)
    return [
        Discussion(row, reference or "", by, agreed_by, children[row.id], actions[row.id], added[row.id])
        for row, reference, by, agreed_by in rows
    ]


def _children(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[uuid.UUID, str]]:
    rows = session.scalars(select(DiscussionChild).where(DiscussionChild.discussion_id.in_(ids))).all()
    whose = people_of(session, {row.source_record_id for row in rows})
    clusters = clusters_of(session, set(whose.values()))
    found: dict[uuid.UUID, dict[uuid.UUID, str]] = defaultdict(dict)
    for row in rows:
        person_id = whose.get(row.source_record_id)
        if person_id is not None and clusters.get(person_id):
            found[row.discussion_id][person_id] = identity_of(clusters[person_id]).name
    return defaultdict(dict, {key: dict(sorted(names.items(), key=lambda one: one[1])) for key, names in found.items()})


def _actions(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[tuple[DiscussionAction, str | None]]]:
    rows = session.execute(
        select(DiscussionAction, Account.name)
        .outerjoin(Account, Account.id == DiscussionAction.done_by)
        .where(DiscussionAction.discussion_id.in_(ids))
        .order_by(DiscussionAction.place)
    ).tuples()
    found: dict[uuid.UUID, list[tuple[DiscussionAction, str | None]]] = defaultdict(list)
    for action, name in rows:
        found[action.discussion_id].append((action, name))
    return found


def _added(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[tuple[DiscussionAddendum, str]]]:
    rows = session.execute(
        select(DiscussionAddendum, Account.name)
        .join(Account, Account.id == DiscussionAddendum.account_id)
        .where(DiscussionAddendum.discussion_id.in_(ids))
        .order_by(DiscussionAddendum.at, DiscussionAddendum.id)
    ).tuples()
    found: dict[uuid.UUID, list[tuple[DiscussionAddendum, str]]] = defaultdict(list)
    for added, name in rows:
        found[added.discussion_id].append((added, name))
    return found
