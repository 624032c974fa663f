"""S03: several agencies are worried, each perhaps without knowing of the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.incidents import concerns_within
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, listed, of_event, span
from safeguard.risk.timeline import ChildTimeline

CODE = "S03"
CARD = SignalCard(
    name="Several agencies are worried",
    why="Each agency may hold one piece. Nobody sees the whole until the pieces lie side by side.",
    source="National review into the murders of two children, Child Safeguarding Practice Review Panel, 2022",
    group=Group.HISTORY,
    reads="concerns, who raised them",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back", unit="days")
    agencies: int = setting("Different agencies", unit="agencies")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Concerns from at least three professional agencies in 180 days. Members of the public are another signal's matter."""
    settings = policy.of(CODE, Settings)
    concerns = [one for one in concerns_within(timeline.events, at, settings.window) if one.professional]
    agencies = dict.fromkeys(one.agency_name for one in concerns)
    if len({one.agency_id for one in concerns}) < settings.agencies:
        return None
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"{listed(agencies)} have each raised concerns since {day(concerns[0].known_on)}. "
            "They may not have seen each other's."
        ),
        evidence=tuple(of_event(one) for one in concerns),
        clears=f"Clears when fewer than {settings.agencies} agencies have raised a concern within {span(settings.window)}.",
        policy_version=policy.version,
    )
