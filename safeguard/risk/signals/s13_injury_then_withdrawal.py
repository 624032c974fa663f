"""S13: an injury or hunger, then the child is withdrawn from sight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.categories import is_hunger, is_injury, is_injury_of_concern, is_note, words
from safeguard.risk.course import known
from safeguard.risk.moves import is_move, moves_of
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.seen import is_failed_contact, last_sighting, not_seen_since, seen_by
from safeguard.risk.signals.finding import Evidence, Finding, Group, Severity, SignalCard, day, listed, of_events, span, times
from safeguard.risk.timeline import ChildTimeline, Event

CODE = "S13"
CARD = SignalCard(
    name="Injury or hunger, then withdrawal",
    why="Children were taken out of school, or doors stayed shut, soon after somebody noticed a mark or hunger.",
    source="Local reviews published in 2010 and 2025",
    group=Group.INJURY,
    reads="injury and hunger categories, home education and off-roll notices, refused access, missed appointments, "
    "failed visits, moves, sightings",
)
_OFF_ROLL = frozenset({"home_education", "off_roll"})


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back", unit="days")
    within: int = setting("The withdrawal follows within", unit="days")
    addresses: bool = setting("A new address counts as a move")
    missed: bool = setting("A missed appointment counts")
    visits: bool = setting("A visit that found nobody counts; access refused always does")
    of_concern: bool = setting("Only an injury told as a concern, or doubted")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Withdrawal of any kind within 60 days after an injury or hunger; what came in one report with it does not follow it."""
    settings = policy.of(CODE, Settings)
    events = known(timeline.events, at, settings.window)
    hurt = is_injury_of_concern if settings.of_concern else is_injury
    marks = [one for one in events if hurt(one) or is_hunger(one)]
    after: list[tuple[date, str, tuple[Evidence, ...], str | None]] = [
        (one.known_on, what, of_events([one]), one.id) for one in events if (what := _withdrawal(one, settings))
    ]
    if settings.addresses:
        after += [
            (move.on, f"a move {move.words}", tuple(Evidence("edge", edge, f"{timeline.child.name} {move.words}") for edge in
             (home_edge for home in move.homes for home_edge in home.edge_ids[:1])), None)
            for move in moves_of(timeline, at, settings.window)
            if move.homes and not move.events
        ]  # fmt: skip
    pairs = [
        (mark, later)
        for mark in marks
        for later in after
        if 0 < (later[0] - mark.known_on).days <= settings.within and later[3] != mark.id
    ]
    if not pairs:
        return None
    mark, (on, what, _evidence, _id) = max(pairs, key=lambda pair: (pair[1][0], pair[0].known_on))
    last = last_sighting(timeline.events, at)
    seen = f"{seen_by(last)} on {day(last.on)}" if last is not None and last.on > on else "nobody, on record"
    extra = {item.id: item for _mark, later in pairs for item in later[2]}
    own = of_events(mark for mark, _later in pairs)
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"{listed(_mark_words(mark)).capitalize()} on {day(mark.on)}, then {what} on {day(on)} "
            f"({times((on - mark.known_on).days, 'day')}). Child has since been seen by: {seen}."
        ),
        evidence=own + tuple(item for item in extra.values() if item.id not in {one.id for one in own}),
        clears=f"Clears {span(settings.window)} after the injury or hunger. A sighting does not clear it; it is shown beside it.",
        policy_version=policy.version,
        gaps=not_seen_since(timeline.child.name, timeline.events, on, at),
    )


def _mark_words(event: Event) -> list[str]:
    return words([event]) or ["injury or mark"]


def _withdrawal(event: Event, settings: Settings) -> str:
    """What kind of withdrawal the event tells of; empty where none."""
    education = event.fact("education")
    if education is not None:
        return "home education or off-roll" if education.get("change") in _OFF_ROLL else ""
    if event.coded("home_education"):
        return "home education"
    if is_failed_contact(event):
        if event.coded("refused_access"):
            return "refused access"
        return "a visit that did not reach the child" if settings.visits else ""
    if settings.missed and is_note(event) and event.coded("medical_neglect_not_brought"):
        return "a missed appointment"
    return "a move" if is_move(event) else ""
