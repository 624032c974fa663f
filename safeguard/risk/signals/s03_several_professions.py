"""S03: several agencies are worried, each perhaps without knowing of the others."""

from __future__ import annotations

from datetime import date

from safeguard.risk.incidents import concerns_within
from safeguard.risk.policy import Policy
from safeguard.risk.signals.finding import Finding, Severity, SignalCard, day, listed, of_event
from safeguard.risk.timeline import ChildTimeline

CODE = "S03"
CARD = SignalCard(
    name="Several agencies are worried",
    why="Each agency may hold one piece. Nobody sees the whole until the pieces lie side by side.",
    source="National review into the murders of two children, Child Safeguarding Practice Review Panel, 2022",
)


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Concerns from at least three professional agencies in 180 days. Members of the public are another signal's matter."""
    concerns = [one for one in concerns_within(timeline.events, at, policy.professions_window) if one.professional]
    agencies = dict.fromkeys(one.agency_name for one in concerns)
    if len({one.agency_id for one in concerns}) < policy.professions_agencies:
        return None
    return Finding(
        signal=CODE,
        severity=Severity.AMBER,
        sentence=(
            f"{listed(agencies)} have each raised concerns since {day(concerns[0].known_on)}. "
            "They may not have seen each other's."
        ),
        evidence=tuple(of_event(one) for one in concerns),
        clears="Clears when fewer than three agencies have raised a concern within 180 days.",
        policy_version=policy.version,
    )
