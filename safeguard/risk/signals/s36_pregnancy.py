"""S36: a pregnancy, and an earlier child removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.concerns.fact_codes import PREGNANCY
from safeguard.risk.course import known
from safeguard.risk.earlier_children import dead_parents_words, earlier_children, overturned_words, status_words
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Evidence, Finding, Group, Severity, SignalCard, listed, of_events
from safeguard.risk.timeline import ChildTimeline, Event

CODE = "S36"
CARD = SignalCard(
    name="Pregnancy, with an earlier child removed",
    why="A late or hidden pregnancy after a removal leaves no time to plan. Asked early, help can come before birth.",
    source="National review, 2026; research on late and concealed booking",
    group=Group.ADULTS,
    reads="unborn children, pregnancies and how they are known, removals and plans of earlier children, pre-birth assessment",
    approximated="the pregnancy: an unborn child on record, or the category for a concealed pregnancy",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("A pregnancy without an expected date counts for", unit="days")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Until birth: an unborn child, or a pregnancy of the parent, and an earlier child removed or on a plan.

    The flag stands with the parent while no unborn child is recorded.
    """
    settings = policy.of(CODE, Settings)
    events = [*timeline.events, *(event for adult in timeline.adults if adult.parent for event in adult.events)]
    told = [one for one in known(events, at, settings.window) if _pregnant(one)]
    expecting = timeline.child.unborn(at) or (timeline.expecting and bool(told))
    if not expecting or _ended(told):
        return None
    earlier = earlier_children(timeline, at)
    if not earlier:
        return None
    assessed = [one for one in known(events, at) if _assessed(one)]
    edges = dict.fromkeys(edge for one in earlier for edge in one.edge_ids)
    facts = dict.fromkeys(f"{one.what} {one.year} ({status_words(one.status)})" for one in earlier)
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"Pregnancy {_status(told)}; earlier child or children {listed(facts)}. "
            f"{'Pre-birth assessment recorded.' if assessed else 'No pre-birth assessment found.'}"
            f"{dead_parents_words(timeline, at)}"
        ),
        evidence=of_events([*told, *(one.event for one in earlier), *assessed])
        + tuple(Evidence("edge", edge, "Parent of the earlier child") for edge in edges),
        clears="Clears at birth, when the pregnancy is recorded as ended, or when the earlier record is corrected or overturned.",
        policy_version=policy.version,
        gaps=(*(() if assessed else ("No pre-birth assessment is recorded.",)), *overturned_words(timeline, at)),
    )


def _pregnant(event: Event) -> bool:
    return event.fact("pregnancy") is not None or event.coded("concealed_pregnancy")


def _ended(told: list[Event]) -> bool:
    facts = [fact for one in told if (fact := one.fact("pregnancy"))]
    return bool(facts) and facts[-1].get("status") == "ended"


def _assessed(event: Event) -> bool:
    pregnancy, step = event.fact("pregnancy"), event.fact("step")
    if pregnancy is not None and pregnancy.get("assessment") == "done":
        return True
    return step is not None and step.get("step") == "pre_birth_assessment" and step.get("done_on") is not None


def _status(told: list[Event]) -> str:
    facts = [fact for one in told if (fact := one.fact("pregnancy"))]
    if facts:
        return PREGNANCY.label(str(facts[-1].get("status"))).lower()
    return "concealed" if told else "known: an unborn child is recorded"
