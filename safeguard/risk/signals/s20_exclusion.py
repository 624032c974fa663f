"""S20: excluded or moved to alternative provision, and vulnerable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.categories import EXPLOITATION, is_note, words
from safeguard.risk.course import known
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, listed, of_events, span
from safeguard.risk.timeline import ChildTimeline, Event

CODE = "S20"
CARD = SignalCard(
    name="Exclusion of a vulnerable child",
    why="Exclusion can be the moment at which those who exploit a child have all day with them.",
    source="Local reviews published in 2020",
    group=Group.EDUCATION,
    reads="exclusion, managed move, alternative provision; exploitation, weapons, missing, disability; whether safeguarding "
    "was considered",
    approximated="permanent or not: the category for exclusion counts as permanent",
)
_OUT = frozenset({"permanent_exclusion", "managed_move", "alternative_provision"})
_VULNERABLE = frozenset({*EXPLOITATION, "weapons", "missing_from_home", "disability"})


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Exclusion and vulnerability both within", unit="days")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """An exclusion or managed move, and exploitation, a weapon, going missing or a disability, within a year. Suspension is neither."""
    settings = policy.of(CODE, Settings)
    events = known(timeline.events, at, settings.window)
    excluded = [one for one in events if _is_out(one)]
    vulnerable = [one for one in events if one.coded(*_VULNERABLE)]
    if not excluded or not vulnerable:
        return None
    newest = excluded[-1]
    fact = newest.fact("education")
    considered = {"yes": "Yes", "no": "No"}.get(str(fact.get("safeguarding")) if fact else "")
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"Excluded or moved {day(newest.known_on)}; recent: {listed(words(vulnerable, _VULNERABLE))}. "
            f"Was safeguarding considered in the decision? {considered or 'Not recorded'}."
        ),
        evidence=of_events([*excluded, *vulnerable]),
        clears=f"Clears when either no longer lies within {span(settings.window)}.",
        policy_version=policy.version,
        gaps=() if considered else ("It is not recorded whether safeguarding was considered in the decision.",),
    )


def _is_out(event: Event) -> bool:
    fact = event.fact("education")
    return fact.get("change") in _OUT if fact is not None else is_note(event) and event.coded("school_exclusion")
