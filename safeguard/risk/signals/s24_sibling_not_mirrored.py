"""S24: a concern about a brother or sister that left no trace on this child's record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from safeguard.risk.course import known
from safeguard.risk.incidents import concerns_within
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Evidence, Finding, Group, Severity, SignalCard, day, of_event, span
from safeguard.risk.timeline import Child, ChildTimeline, Event, Sibling

CODE = "S24"
CARD = SignalCard(
    name="Concern about a brother or sister only",
    why="Children have been lost behind their brothers and sisters, when what happened to one was never asked about the other.",
    source="Local case reviews in England, 2002 to 2013",
    group=Group.GRAPH,
    reads="concerns of brothers, sisters and children of the same home; this child's events",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back", unit="days")
    near: int = setting("An entry here counts when it lies within", unit="days")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """A sibling's concern in the last 24 months, without an entry on this child at about the same time.

    Concerns from before this child was expected are left out: there was nobody to mirror them on. Nor is a sibling one who
    bears the same name and birthday: whether they are one child is for somebody to say who looks at the match.
    """
    settings = policy.of(CODE, Settings)
    own = known(timeline.events, at)
    missing = [
        (sibling, event)
        for sibling in timeline.siblings
        if not _same_child(timeline.child, sibling.child)
        for event in concerns_within(sibling.events, at, settings.window)
        if _was_there(timeline, event) and not _mirrored(event, own, timedelta(days=settings.near))
    ]
    if not missing:
        return None
    missing.sort(key=lambda pair: (pair[1].known_on, pair[1].id))
    sibling, newest = missing[-1]
    more = len(missing) - 1
    others = f" {more} earlier {'concern has' if more == 1 else 'concerns have'} none either." if more else ""
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"The concern about {sibling.child.name} on {day(newest.known_on)} has no entry on "
            f"{timeline.child.name}'s record.{others}"
        ),
        evidence=_evidence(timeline, missing),
        clears=f"Clears {span(settings.window)} after the last such concern, or when this child is found to have been considered with it.",
        policy_version=policy.version,
    )


def _same_child(one: Child, other: Child) -> bool:
    """Whether two records may be of one child: two that were parted, or that nobody has joined yet. Twins have two names."""
    born = {one.birth_date, other.birth_date} - {None}
    return one.birth_date is not None and len(born) == 1 and one.name.casefold() == other.name.casefold()


def _was_there(timeline: ChildTimeline, event: Event) -> bool:
    """Whether the child was born, or on the way, when the event became known."""
    due = timeline.child.birth_date or timeline.child.expected_date
    return due is None or event.known_on >= due - timedelta(weeks=40)


def _mirrored(event: Event, mine: list[Event], near: timedelta) -> bool:
    return any(
        (own.referral_id is not None and own.referral_id == event.referral_id)
        or abs(own.known_on - event.known_on) <= near
        for own in mine
    )


def _evidence(timeline: ChildTimeline, missing: list[tuple[Sibling, Event]]) -> tuple[Evidence, ...]:
    evidence = [of_event(event, sibling.child.name) for sibling, event in missing]
    for sibling in dict.fromkeys(sibling for sibling, _event in missing):
        words = f"{sibling.child.name} and {timeline.child.name}: {sibling.basis}"
        evidence += [Evidence("edge", edge, words) for edge in sibling.edge_ids]
    return tuple(evidence)
