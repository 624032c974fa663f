"""S21: a new adult in or around the home, and a concern."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from safeguard.concerns.fact_codes import ADULT_ROLES, CHECKS
from safeguard.risk.categories import is_family_report, is_injury, words
from safeguard.risk.course import known
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Evidence, Finding, Group, Severity, SignalCard, day, listed, of_events, span
from safeguard.risk.timeline import Adult, ChildTimeline, Event

CODE = "S21"
CARD = SignalCard(
    name="New adult in or around the home",
    why="A new partner or lodger whom nobody asked about, or checked, is a recurring finding.",
    source="Child Safeguarding Practice Review Panel, 2021, on men in the lives of babies",
    group=Group.ADULTS,
    reads="when an adult was first told of with the child, new partner, checks, injuries, domestic abuse, family reports",
    approximated="the adult: the category for a new partner, where no adult is named",
)
_NEVER_NEW = frozenset({"mother", "adoptive_parent"})


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("First told of within, and a concern within", unit="days")
    known_before: int = setting("The child was known this long before the adult appeared", unit="days")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """An adult first told of in 180 days, with an injury, domestic abuse or a family report in the same time.

    On the first referral every adult is new. An adult counts as new only where the child was known well before.
    """
    settings = policy.of(CODE, Settings)
    events = known(timeline.events, at, settings.window)
    told = [one for one in events if one.coded("new_partner") or one.fact("new_adult") is not None]
    unknown = [one for one in told if (fact := one.fact("new_adult")) and fact.get("identified") == "no"]
    adults = [one for one in timeline.adults if _is_new(one, timeline, at, settings)]
    concerns = [one for one in events if is_injury(one) or is_family_report(one) or (one.is_concern and one.coded("domestic_abuse"))]
    if not (adults or told) or not (concerns or unknown):
        return None
    checks = _checks(told)
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"{listed(dict.fromkeys([*(_who(one) for one in adults), *(_told_words(one) for one in told)]))}. "
            f"Checks recorded: {checks or 'none'}. Concerns since {day(at - timedelta(days=settings.window - 1))}: "
            f"{listed(words(concerns)) or ('reports by family or the public' if concerns else 'none')}."
        ),
        evidence=of_events([*told, *concerns]) + tuple(_edges(adults, timeline.child.name)),
        clears=f"Clears {span(settings.window)} after the adult first appeared, or when no such concern remains in that time.",
        policy_version=policy.version,
        gaps=(*(() if checks else ("No check on the adult is recorded.",)), *(("It is not known who the adult is.",) if unknown else ())),
    )


def _is_new(adult: Adult, timeline: ChildTimeline, at: date, settings: Settings) -> bool:
    first = adult.first_seen
    if first is None or adult.professional or adult.kin_carer or {link.kind for link in adult.links} & _NEVER_NEW:
        return False
    since = adult.links[0].since
    if (at - first).days >= settings.window or first > at or (since is not None and (at - since).days >= settings.window):
        return False
    same_name = any(
        other.person_id != adult.person_id and other.name.casefold() == adult.name.casefold() and (other.first_seen or at) < first
        for other in timeline.adults
    )
    child_known = min((one.known_on for one in timeline.events if one.is_concern and one.known_on <= at), default=None)
    return child_known is not None and (first - child_known).days >= settings.known_before and not same_name


def _who(adult: Adult) -> str:
    first = adult.first_seen
    return f"{adult.called} first recorded {day(first) if first else 'on a day not known'}"


def _told_words(event: Event) -> str:
    fact = event.fact("new_adult")
    role = ADULT_ROLES.label(str(fact.get("role"))).lower() if fact else "new partner in the home"
    return f"{role} reported {day(event.known_on)}"


def _checks(told: list[Event]) -> str:
    said = [str(fact.get("checks")) for one in told if (fact := one.fact("new_adult")) and fact.get("checks") in {"done", "asked"}]
    return CHECKS.label(said[-1]).lower() if said else ""


def _edges(adults: list[Adult], child: str) -> Iterable[Evidence]:
    for adult in adults:
        for edge in adult.edge_ids:
            yield Evidence("edge", edge, f"{adult.name} and {child}: {adult.role}")
