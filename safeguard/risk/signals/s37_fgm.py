"""S37: indicators of female genital mutilation come together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.concerns.fact_codes import FGM_AFFECTED, FGM_PLANS
from safeguard.risk.categories import is_note, words
from safeguard.risk.course import known
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, listed, of_events, span
from safeguard.risk.timeline import ChildTimeline, Event

CODE = "S37"
CARD = SignalCard(
    name="Indicators of female genital mutilation together",
    why="One indicator alone asks for a talk. A family affected and a journey planned ask for protection now.",
    source="Multi-agency statutory guidance on female genital mutilation, 2020",
    group=Group.VOICE,
    reads="who in the family is affected or what is said, journeys, ceremonies, long absence; never ethnicity or nationality",
    approximated="the plan: missing education, poor attendance, home education or a move away, beside the category for this risk",
)
_AWAY = ("missing_education", "poor_attendance", "home_education", "cross_area_move")


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back", unit="days")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Somebody affected, or a statement, and a plan or absence, in the child's record or a sister's, within a year."""
    settings = policy.of(CODE, Settings)
    own = known(timeline.events, at, settings.window)
    family = [one for sibling in timeline.siblings for one in known(sibling.events, at, settings.window) if one.fact("fgm")]
    facts = [(one, fact) for one in (*own, *family) if (fact := one.fact("fgm"))]
    affected = [FGM_AFFECTED.label(code).lower() for _one, fact in facts for code in fact.many("affected")]
    plans = [FGM_PLANS.label(code).lower() for _one, fact in facts for code in fact.many("plans")]
    coded = [one for one in own if is_note(one) and one.coded("fgm_risk")]
    away = [one for one in own if is_note(one) and one.coded(*_AWAY)]
    fired = _fired(facts_on=[one for one, _fact in facts], affected=affected, plans=plans, coded=coded, away=away)
    if not fired:
        return None
    reported = ["risk of female genital mutilation reported"] if coded and not affected else []
    shown = dict.fromkeys([*reported, *affected, *plans, *(words(away, _AWAY) if not plans else ())])
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"{_sentence_case(listed(shown))}. "
            "Mandatory duties differ for known and suspected cases: see the procedure."
        ),
        evidence=of_events(fired),
        clears=f"Clears {span(settings.window)} after the last indicator, or when its record is corrected.",
        policy_version=policy.version,
        gaps=() if affected else ("Who in the family is affected is not recorded.",),
    )


def _sentence_case(words: str) -> str:
    return words[:1].upper() + words[1:]


def _fired(
    *, facts_on: list[Event], affected: list[str], plans: list[str], coded: list[Event], away: list[Event]
) -> list[Event]:
    """The events behind the finding; none where the indicators do not come together."""
    if affected and plans:
        return facts_on
    if (coded or affected) and away:
        return [*facts_on, *coded, *away]
    return []
