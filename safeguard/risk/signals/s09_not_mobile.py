"""S09: an injury or mark on a child who cannot move about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.categories import is_injury, is_injury_of_concern
from safeguard.risk.course import known
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, of_events, span
from safeguard.risk.timeline import Child, ChildTimeline, Event

CODE = "S09"
CARD = SignalCard(
    name="Injury on a child who cannot move about",
    why="A baby who cannot roll or crawl seldom bruises by accident: in fewer than one in a hundred.",
    source="NICE guideline CG89; Royal College of Paediatrics and Child Health, 2020; Panel briefing, September 2022",
    group=Group.INJURY,
    reads="injury categories, age, whether the child can move about, same-day paediatric assessment, medical opinion",
    approximated="mobility: age under six months, or the category for bruising in a child who cannot move about",
)
_DONE = {"done": "Done", "not_done": "Not done"}


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back", unit="days")
    under_days: int = setting("Taken as not mobile below the age of", unit="days")
    of_concern: bool = setting("Only an injury told as a concern, or doubted, or a bruise without a cause")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Any injury or bruise under six months, or at any age where the child is recorded as not mobile."""
    settings = policy.of(CODE, Settings)
    injuries = [
        one
        for one in known(timeline.events, at, settings.window)
        if (is_injury_of_concern(one) if settings.of_concern else is_injury(one)) and _immobile(one, timeline.child, settings.under_days)
    ]
    if not injuries:
        return None
    newest = injuries[-1]
    facts = [fact for one in injuries if (fact := one.fact("injury"))]
    done = next((_DONE[str(fact.get("paediatric"))] for fact in reversed(facts) if fact.get("paediatric") in _DONE), None)
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"Mark or injury reported at {_age(timeline.child, newest)} ({day(newest.on)}). "
            f"Local protocol: same-day paediatric assessment and social care. Done? {done or 'Not recorded'}."
        ),
        evidence=of_events(injuries),
        clears=f"Clears {span(settings.window)} after the last such injury, or when its record is corrected.",
        policy_version=policy.version,
        gaps=() if done else ("No same-day paediatric assessment is recorded.",),
    )


def _immobile(event: Event, child: Child, under_days: int) -> bool:
    fact = event.fact("injury")
    if event.coded("non_mobile_bruising") or (fact is not None and fact.get("mobility") == "not_mobile"):
        return True
    age = child.days_old(event.on)
    return age is not None and child.birth_date is not None and 0 <= age < under_days


def _age(child: Child, event: Event) -> str:
    days = child.days_old(event.on)
    if days is None or days < 0:
        return "an age not recorded"
    if days < 28:
        return f"{days} {'day' if days == 1 else 'days'} old"
    return f"{days // 7} weeks old" if days < 183 else f"{days * 12 // 365} months old"
