"""S18: attendance collapses, and there is another concern."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.categories import SCHOOL, is_note, is_worry, words
from safeguard.risk.course import known
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, listed, of_events, span
from safeguard.risk.timeline import ChildTimeline, Event

CODE = "S18"
CARD = SignalCard(
    name="Attendance falls, with another concern",
    why="Three in ten children of serious incidents were often absent. Absence alone is common and means little.",
    source="Child Safeguarding Practice Review Panel, annual report 2022 to 2023",
    group=Group.EDUCATION,
    reads="attendance in per cent, poor attendance, other concerns",
    approximated="the fall: the category for poor attendance",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    recent: int = setting("Attendance told within", unit="days")
    drop: int = setting("A fall of this many points", unit="points", highest=100)
    over_weeks: int = setting("Over at most", unit="weeks")
    below: int = setting("Or attendance below", unit="per cent", highest=100)
    needs_figures: bool = setting("Only where the figures are recorded; many children are coded as often absent")
    window: int = setting("Another concern within", unit="days")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Attendance under half, or fallen by 30 points in six weeks, and a separate report of another concern within a year."""
    settings = policy.of(CODE, Settings)
    events = known(timeline.events, at, settings.window)
    poor = [one for one in events if (at - one.known_on).days < settings.recent and _collapsed(one, events, settings)]
    others = [one for one in events if is_worry(one) and one not in poor and (not one.categories or set(one.categories) - SCHOOL)]
    if not poor or not others:
        return None
    newest = poor[-1]
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=f"{_fall(newest, events)} Other concerns: {listed(words(others)) or 'not coded'}.",
        evidence=of_events([*poor, *others]),
        clears=f"Clears {span(settings.recent)} after the last such report, or with no other concern within {span(settings.window)}.",
        policy_version=policy.version,
        gaps=() if newest.fact("attendance") else ("The attendance figures are not recorded.",),
    )


def _collapsed(event: Event, events: list[Event], settings: Settings) -> bool:
    fact = event.fact("attendance")
    if fact is None:
        return not settings.needs_figures and is_note(event) and event.coded("poor_attendance")
    percent = fact.number("percent")
    if percent is None:
        return False
    before, days = _before(event, events)
    fell = before is not None and before - percent >= settings.drop and days <= settings.over_weeks * 7
    return percent < settings.below or fell


def _before(event: Event, events: list[Event]) -> tuple[int | None, int]:
    """Attendance before this report and how many days earlier: as told with it, or the highest in the six weeks before."""
    fact = event.fact("attendance")
    stated = fact.number("before") if fact else None
    if fact is not None and stated is not None:
        return stated, (fact.number("weeks") or 1) * 7
    earlier = [
        (percent, (event.on - one.on).days)
        for one in events
        if one.on < event.on and (told := one.fact("attendance")) and (percent := told.number("percent")) is not None
    ]
    near = [pair for pair in earlier if pair[1] <= 42]
    return max(near, default=(None, 0)) if near else (None, 0)


def _fall(event: Event, events: list[Event]) -> str:
    fact = event.fact("attendance")
    if fact is None:
        return f"Poor attendance reported on {day(event.known_on)}."
    before, _days = _before(event, events)
    was = f"fell from {before}% to" if before is not None else "was"
    return f"Attendance {was} {fact.number('percent')}% on {day(event.on)}."
