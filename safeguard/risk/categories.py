"""What concern categories and structured facts mean to the signals: injury, hunger, neglect, the ladder of concern. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from safeguard.kernel.codes.concern_category import CONCERN_CATEGORIES
from safeguard.risk.timeline import Event

INJURY = frozenset(
    {"physical_injury", "head_injury", "fracture", "burn_scald", "unexplained_bruising", "non_mobile_bruising"}
)
HUNGER = frozenset({"weight_loss_hunger"})
NEGLECT = frozenset(
    {"neglect", "home_conditions", "inadequate_supervision", "weight_loss_hunger", "medical_neglect_not_brought"}
)
_DOUBTED = ("unexplained_bruising", "non_mobile_bruising", "inconsistent_explanation", "delay_seeking_care")
EXPLOITATION = frozenset({"exploitation_criminal", "exploitation_sexual"})
SCHOOL = frozenset({"missing_education", "poor_attendance", "school_exclusion", "home_education"})
# Says nothing against anybody: contact as usual, a child's need, where a child lives.
BENIGN = frozenset({"routine_contact", "disability", "private_or_kinship_care", "reunification_return_home"})

# The ladder of S06: support and housing, neglect and emotional abuse, domestic abuse, injury and hunger, repeated injury
# and what the child said.
_RUNGS = (
    ({"housing_homelessness", "frequent_moves", "cross_area_move", "mental_health_parent", "learning_disability_parent",
      "young_parent", "young_carer", "child_mental_health", "substance_misuse_parent", "poor_attendance",
      "missing_education", "home_education", "school_exclusion", "non_engagement"}, 1),
    ({"neglect", "home_conditions", "inadequate_supervision", "medical_neglect_not_brought", "emotional"}, 2),
    ({"domestic_abuse", "criminality_violence_adult"}, 3),
    ({*INJURY, *HUNGER, "sexual", *EXPLOITATION}, 4),
    ({"disclosure_by_child"}, 5),
)  # fmt: skip
_RUNG = {code: rung for codes, rung in _RUNGS for code in codes}
HIGHEST_RUNG = 5


def is_note(event: Event) -> bool:
    """Something seen or said, not something decided."""
    return event.kind != "decision_or_activity"


def is_worry(event: Event) -> bool:
    """A concern, or an observation of something that worries; contact as usual is neither."""
    if event.kind == "inbound_concern":
        return not event.categories or bool(set(event.categories) - BENIGN)
    return event.kind == "professional_observation" and bool(set(event.categories) - BENIGN)


def is_injury(event: Event) -> bool:
    """An injury or mark seen or reported. A decision about one is not another."""
    return is_note(event) and (event.coded(*INJURY) or event.fact("injury") is not None)


def is_injury_of_concern(event: Event) -> bool:
    """An injury that somebody was worried about: told as a concern, without a fitting account, or seen by social care.

    The bumps that every nursery and emergency department writes down are not. A doctor's opinion takes no concern away.
    """
    if not is_injury(event):
        return False
    fact = event.fact("injury")
    doubted = fact is not None and (fact.get("account_changed") == "yes" or fact.get("opinion") == "inflicted")
    return event.is_concern or doubted or event.coded(*_DOUBTED) or event.source_code == "5A"


def is_hunger(event: Event) -> bool:
    return is_note(event) and event.coded(*HUNGER)


def is_family_report(event: Event) -> bool:
    """Told by family, neighbours, friends or the public, or passed on from them."""
    return event.is_concern and (
        not event.professional or event.coded("allegation_by_family_or_public") or event.fact("report") is not None
    )


def is_exploited(event: Event) -> bool:
    """Exploitation or a weapon."""
    return is_note(event) and event.coded(*EXPLOITATION, "weapons")


def rung(event: Event) -> int:
    """The highest rung of the ladder that the event's categories stand on; 0 where they stand on none."""
    return max((_RUNG.get(code, 0) for code in event.categories), default=0)


def words(events: Iterable[Event], among: Iterable[str] | None = None) -> list[str]:
    """The concern categories of these events in words, each once, in the order they came; only those `among` where given."""
    wanted = None if among is None else set(among)
    codes = dict.fromkeys(
        code for event in events for code in event.categories if code != "routine_contact" and (wanted is None or code in wanted)
    )
    return [_small(CONCERN_CATEGORIES.label(code)) if code in CONCERN_CATEGORIES else code for code in codes]


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]
