"""S33: the child said something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.categories import is_note
from safeguard.risk.course import known
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, of_events, span
from safeguard.risk.timeline import ChildTimeline

CODE = "S33"
CARD = SignalCard(
    name="Something the child has said",
    why="Children told somebody, and were not acted on. Taking it back later is common and proves nothing.",
    source="Reviews published in 2013 and 2020",
    group=Group.VOICE,
    reads="what the child said, in the child's own words; what was done; whether it was taken back",
    approximated="the words and the response: the category for something the child has said",
)
_LONGEST_QUOTE = 160


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back", unit="days")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Any disclosure in 180 days. One taken back is shown as such and still fires."""
    settings = policy.of(CODE, Settings)
    said = [
        one
        for one in known(timeline.events, at, settings.window)
        if is_note(one) and (one.coded("disclosure_by_child") or one.fact("disclosure") is not None)
    ]
    if not said:
        return None
    newest = said[-1]
    fact = next((fact for one in reversed(said) if (fact := one.fact("disclosure"))), None)
    quote = str(fact.get("quote") or "")[:_LONGEST_QUOTE] if fact else ""
    response = str(fact.get("response") or "") if fact else ""
    taken_back = any(fact.get("retracted") == "yes" for one in said if (fact := one.fact("disclosure")))
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"On {day(newest.on)} the child {f'said: “{quote}”' if quote else 'said something that worries'}. "
            f"Response recorded: {response or 'none'}.{' Taken back since, which does not clear this.' if taken_back else ''}"
        ),
        evidence=of_events(said),
        clears=f"Clears {span(settings.window)} after the child last said something of the kind.",
        policy_version=policy.version,
        gaps=(
            *(() if quote else ("The child's own words are not recorded.",)),
            *(() if response else ("What was done in response is not recorded.",)),
        ),
    )
