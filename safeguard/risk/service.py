"""Evaluating signals when something changes, for every child the change can touch."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.concerns.neighbourhood import Neighbourhood, neighbourhood
from safeguard.kernel.clock import london_date
from safeguard.people.sight import sees_everything
from safeguard.risk.facts import timelines_of, touched
from safeguard.risk.flags import Keeper
from safeguard.risk.model import Flag
from safeguard.risk.policy_in_force import policy_in_force
from safeguard.risk.renewal import RANK
from safeguard.risk.signals import OF_THE_LIVING, evaluate_all
from safeguard.risk.standing import Place, keep_standing, place_of
from safeguard.risk.turns import take_turns

# As many children as one neighbourhood is loaded for at night: enough to share its statements, few enough for memory.
BATCH = 25
_AROUND_A_CHILD = 60


@sees_everything
def evaluate(session: Session, actor: Actor | None, person_ids: Iterable[uuid.UUID], *, at: datetime) -> list[Flag]:
    """Evaluate every signal for the children that a change to `person_ids` can touch.

    A finding raises a flag once for the same events. A new event renews an open flag or raises an answered one again;
    an open flag whose facts are gone is withdrawn, and says why. What a person decided is never altered.

    Args:
        person_ids: everybody whose facts changed; both sides of a merge or a split.

    Returns:
        the flags raised now, most serious first.
    """
    session.flush()
    changed = list(dict.fromkeys(person_ids))
    near = touched(neighbourhood(session, changed, hops=2), at=london_date(at))
    people = list(dict.fromkeys([*changed, *near]))
    # What others have changed is read after they are done, or it would be taken for gone.
    take_turns(session, people)
    return _evaluate(session, actor, neighbourhood(session, people, hops=2), at=at)


@sees_everything
def evaluate_children(session: Session, person_ids: Iterable[uuid.UUID], *, at: datetime) -> list[Flag]:
    """Evaluate these people alone, at most `BATCH` at a time: as time passes, nothing changes for those around them.

    The statements run depend on the number of batches, never on the population. Flushes and never commits: the caller
    decides how many people a transaction takes.

    Returns:
        the flags raised now, most serious first within each batch.
    """
    ids = list(dict.fromkeys(person_ids))
    raised: list[Flag] = []
    session.flush()
    take_turns(session, ids)
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        around = neighbourhood(session, part, hops=2, most_people=len(part) * _AROUND_A_CHILD)
        raised += _evaluate(session, None, around, at=at)
    return raised


def _evaluate(session: Session, actor: Actor | None, around: Neighbourhood, *, at: datetime) -> list[Flag]:
    """Evaluate the people in the neighbourhood's focus, and rewrite where they stand."""
    policy = policy_in_force(session)
    day = london_date(at)
    people = sorted(around.focus)
    timelines = timelines_of(around, at=day)
    keeper = Keeper.load(session, actor, around, people, policy_version=policy.version, at=at)
    raised: list[Flag] = []
    places: dict[uuid.UUID, Place | None] = {}
    for person_id in people:
        timeline = timelines.get(person_id)
        if timeline is None:
            keeper.leave(person_id, reason="adult" if around.records.get(person_id) else "joined")
            places[person_id] = None
            continue
        found = evaluate_all(timeline, at=day, policy=policy)
        # What was missing while the child lived was missing: those flags wait for a person.
        raised += keeper.keep(person_id, found, dead=timeline.dead, unread=OF_THE_LIVING if timeline.child.died else ())
        places[person_id] = place_of(around, timeline, at=day)
    keep_standing(session, places, {str(event.id): event.agency_id for event in around.events}, at=at)
    return sorted(raised, key=lambda flag: -RANK[flag.severity])
