"""S38: a safeguarding step is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from safeguard.concerns.fact_codes import STEPS
from safeguard.risk.categories import is_injury
from safeguard.risk.course import is_enquiry, known, open_since
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, listed, of_events
from safeguard.risk.timeline import ChildTimeline, Event

CODE = "S38"
CARD = SignalCard(
    name="Expected step overdue",
    why="A visit to the wrong address, a visit not made, a record not passed on: each was a step that somebody expected.",
    source="Local reviews in England, 2002, 2017 and 2025",
    group=Group.PROCESS,
    reads="steps with the day they were due and done, open concerns, injuries, age",
    approximated="the steps: an enquiry without any later decision, and a new concern since",
    absence=True,
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    grace: int = setting("Days after the due day before it counts", unit="days", least=0)
    outcome_days: int = setting("An enquiry without a later decision is overdue after", unit="days")
    open_window: int = setting("A concern counts as active for", unit="days")
    young_days: int = setting("RED for a child unborn or below the age of", unit="days")
    injury_window: int = setting("RED with an injury within", unit="days")


@dataclass(frozen=True, slots=True)
class _Late:
    what: str
    due: date
    event: Event


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """A step not recorded as done by its due day, while a concern is active; RED for a young child or an injury."""
    settings = policy.of(CODE, Settings)
    concern = open_since(timeline.events, at, settings.open_window)
    if concern is None:
        return None
    late = [*_steps(timeline, at, settings.grace), *_enquiries(timeline, at, settings.outcome_days)]
    if not late:
        return None
    age = timeline.child.days_old(at)
    hurt = [one for one in known(timeline.events, at, settings.injury_window) if is_injury(one)]
    young = age is not None and age < settings.young_days
    return Finding(
        signal=CODE,
        severity=Severity.RED if young or hurt else Severity[settings.severity],
        sentence=" ".join(
            f"{one.what} was due {day(one.due)}; no outcome recorded ({(at - one.due).days} days late)." for one in late
        ),
        evidence=of_events([concern, *(one.event for one in late), *hurt]),
        clears="Clears when the step is recorded as done, or the work is closed.",
        policy_version=policy.version,
        gaps=(f"No record that this was done: {listed(dict.fromkeys(one.what.lower() for one in late))}.",),
    )


def _steps(timeline: ChildTimeline, at: date, grace: int) -> list[_Late]:
    """Recorded steps past their due day; the newest word on a step stands."""
    newest: dict[tuple[str, date], tuple[Event, bool]] = {}
    for event in known(timeline.events, at):
        fact = event.fact("step")
        due = fact.day("due_on") if fact else None
        if fact is None or due is None:
            continue
        done_on = fact.day("done_on")
        newest[str(fact.get("step")), due] = (event, done_on is not None and done_on <= at)
    late = []
    for (step, due), (event, finished) in sorted(newest.items(), key=lambda item: (item[0][1], item[0][0])):
        if not finished and (at - due).days > grace:
            late.append(_Late(STEPS.label(step), due, event))
    return late


def _enquiries(timeline: ChildTimeline, at: date, days: int) -> list[_Late]:
    """Where no steps are recorded: the last enquiry, with no decision of any kind since, and a new concern after it."""
    events = known(timeline.events, at)
    if any(one.fact("step") for one in events):
        return []
    decisions = [one for one in events if one.fact("standing") or (one.outcome and one.outcome.lower() != "none")]
    if not decisions or not is_enquiry(decisions[-1]):
        return []
    last = decisions[-1]
    due = last.known_on + timedelta(days=days)
    again = any(one.is_concern and one.known_on > last.known_on for one in events)
    return [_Late("Outcome of the section 47 enquiry", due, last)] if again and at > due else []
