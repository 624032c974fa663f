"""S26: the family moves when there are concerns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.categories import is_injury_of_concern
from safeguard.risk.course import is_enquiry, is_plan, known
from safeguard.risk.moves import Move, moves_of
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Evidence, Finding, Group, Severity, SignalCard, day, listed, of_events, span
from safeguard.risk.timeline import ChildTimeline, Event

CODE = "S26"
CARD = SignalCard(
    name="Moves around concerns",
    why="Each move can leave the record behind. In several reviews the family moved whenever worry grew.",
    source="The inquiry of 2003 into a child's death; local review, 2017; national review, 2026",
    group=Group.GRAPH,
    reads="addresses in the order they were told, moves, moves between areas, concerns, enquiries, plans, injuries",
    approximated="moves: the categories for frequent moves and for a move from another area",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back", unit="days")
    moves: int = setting("Moves near a concern", unit="moves")
    near: int = setting("A concern counts as near within", unit="days")
    far_after: int = setting("Or a move between areas after an enquiry, plan or injury within", unit="days")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Two moves in a year, each near a concern other than the one that told of it; or a move away soon after serious work."""
    settings = policy.of(CODE, Settings)
    moves = moves_of(timeline, at, settings.window)
    near = [(move, about) for move in moves if (about := _near(move, timeline, at, settings.near))]
    away = [(move, about) for move in moves if move.far and (about := _serious_before(move, timeline, at, settings.far_after))]
    if len(near) < settings.moves and not away:
        return None
    fired = [*(near if len(near) >= settings.moves else ()), *away]
    unique = {id(move): move for move, _about in fired}
    told = any(move.told for move in unique.values())
    events = [event for move, about in fired for event in (*move.events, *about)]
    homes = {edge: home.label for move in unique.values() for home in move.homes for edge in home.edge_ids[:1]}
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"{len(moves)} {'move' if len(moves) == 1 else 'moves'} in {span(settings.window)}: "
            f"{listed(f'{move.words} ({day(move.on)})' for move in moves)}. "
            f"Receiving authority informed? {'Yes' if told else 'Not recorded'}."
        ),
        evidence=of_events(events) + tuple(Evidence("edge", edge, f"{timeline.child.name} at {label}") for edge, label in homes.items()),
        clears=f"Clears when fewer than {settings.moves} such moves remain within {span(settings.window)}, and none between areas.",
        policy_version=policy.version,
        gaps=() if told or not away else ("No record that the receiving authority was told.",),
    )


def _near(move: Move, timeline: ChildTimeline, at: date, days: int) -> list[Event]:
    """The concerns near a move, without those that told of it: a new address in a referral is no move because of it."""
    own = {event.id for event in move.events}
    told_on = {home.since for home in move.homes[1:]} | {event.known_on for event in move.events}
    return [
        one
        for one in known(timeline.events, at)
        if one.is_concern and one.id not in own and one.known_on not in told_on and abs((one.known_on - move.on).days) <= days
    ]


def _serious_before(move: Move, timeline: ChildTimeline, at: date, days: int) -> list[Event]:
    own = {event.id for event in move.events}
    return [
        one
        for one in known(timeline.events, at)
        if (is_enquiry(one) or is_plan(one) or is_injury_of_concern(one))
        and one.id not in own
        and 0 <= (move.on - one.known_on).days <= days
    ]
