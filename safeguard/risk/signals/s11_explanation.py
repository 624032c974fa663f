"""S11: the explanation of an injury changes, or care was sought late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.categories import is_injury, is_note
from safeguard.risk.course import known
from safeguard.risk.incidents import Incident, incidents_of
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, listed, of_incidents, span
from safeguard.risk.timeline import ChildTimeline, Event

CODE = "S11"
CARD = SignalCard(
    name="Explanation changes, or care sought late",
    why="An account that shifts, does not fit, or comes with a late visit to hospital is a long-known indicator of abuse.",
    source="NICE guideline CG89",
    group=Group.INJURY,
    reads="injury categories, inconsistent explanation, delay in seeking care, accounts given, hours before care",
    approximated="accounts and hours: the two categories",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back", unit="days")
    hours: int = setting("Late from this many hours on", unit="hours")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """One injury, and with it an account that changed or does not fit, or care sought late."""
    settings = policy.of(CODE, Settings)
    events = known(timeline.events, at, settings.window)
    told = [one for one in events if is_injury(one) or (is_note(one) and _doubted(one, settings.hours))]
    incidents = [one for one in incidents_of(told, policy.same_incident_days) if _fires(one, settings.hours)]
    if not incidents:
        return None
    newest = incidents[-1]
    facts = [fact for report in newest.reports if (fact := report.fact("injury"))]
    accounts = [str(fact.get("accounts")) for fact in facts if fact.get("accounts")]
    hours = max((hours for fact in facts if (hours := fact.number("hours")) is not None), default=None)
    late = f"presented {hours} hours after" if hours is not None else _late_words(newest)
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"Injury on {day(newest.reports[0].on)}: accounts given were "
            f"{listed(accounts) if accounts else _account_words(newest)}; {late}."
        ),
        evidence=of_incidents(incidents),
        clears=f"Clears {span(settings.window)} after the last such injury, or when its record is corrected.",
        policy_version=policy.version,
        gaps=() if accounts else ("The accounts given are not recorded word for word.",),
    )


def _doubted(event: Event, hours: int) -> bool:
    fact = event.fact("injury")
    if event.coded("inconsistent_explanation", "delay_seeking_care"):
        return True
    return fact is not None and (fact.get("account_changed") == "yes" or (fact.number("hours") or 0) >= hours)


def _fires(incident: Incident, hours: int) -> bool:
    return any(is_injury(one) for one in incident.reports) and any(_doubted(one, hours) for one in incident.reports)


def _account_words(incident: Incident) -> str:
    changed = any(one.coded("inconsistent_explanation") for one in incident.reports)
    return "recorded as not fitting or changing" if changed else "not recorded"


def _late_words(incident: Incident) -> str:
    late = any(one.coded("delay_seeking_care") for one in incident.reports)
    return "care was sought late" if late else "when care was sought is not recorded"
