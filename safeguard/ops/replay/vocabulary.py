"""The words of the chronology format, and what each means to the service. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from safeguard.kernel.codes.concern_category import CONCERN_CATEGORIES

KINDS = ("inbound_concern", "professional_observation", "decision_or_activity")
VISIBILITIES = ("referral", "agency_record")
# Says that an agency met the family and no more; it is not a concern.
ROUTINE = "routine_contact"
CATEGORIES = (*dict.fromkeys((*CONCERN_CATEGORIES, ROUTINE)),)

# agency of the format: (name in the throw-away partnership, kind, sector, referral source of the DfE)
AGENCIES: Mapping[str, tuple[str, str, str, str]] = {
    "childrens_social_care": ("Children's social care", "local_authority", "social_care", "5A"),
    "adult_social_care": ("Adult social care", "local_authority", "social_care", "5A"),
    "early_help": ("Early help", "local_authority", "early_help", "5D"),
    "other_local_authority": ("Another council", "local_authority", "social_care", "5C"),
    "local_authority": ("Council services", "local_authority", "council", "5B"),
    "police": ("Police", "police", "police", "6"),
    "health": ("Health services", "community_health", "health", "3F"),
    "gp": ("General practice", "general_practice", "health", "3A"),
    "health_visitor": ("Health visiting", "community_health", "health", "3B"),
    "health_visiting": ("Health visiting", "community_health", "health", "3B"),
    "school_nurse": ("School nursing", "community_health", "health", "3C"),
    "midwifery": ("Midwifery", "hospital", "health", "3F"),
    "hospital": ("Hospital", "hospital", "health", "3E"),
    "emergency_department": ("Emergency department", "hospital", "health", "3E"),
    "ambulance": ("Ambulance service", "hospital", "health", "3F"),
    "mental_health": ("Mental health service", "community_health", "health", "3F"),
    "camhs": ("Children's mental health service", "community_health", "health", "3F"),
    "school": ("School", "school", "education", "2A"),
    "nursery": ("Nursery", "school", "education", "2A"),
    "early_years": ("Nursery", "school", "education", "2A"),
    "college": ("College", "school", "education", "2A"),
    "education": ("Education service", "education_service", "education", "2B"),
    "housing": ("Housing", "housing", "housing", "4"),
    "probation": ("Probation", "probation", "justice", "7"),
    "youth_justice": ("Youth justice", "probation", "justice", "7"),
    "court": ("Family court", "probation", "justice", "7"),
    "cafcass": ("Family court advisory service", "probation", "justice", "7"),
    "prison": ("Prison service", "probation", "justice", "7"),
    "fire": ("Fire and rescue", "voluntary", "council", "5B"),
    "voluntary": ("A charity", "voluntary", "voluntary", "8"),
    "charity": ("A charity", "voluntary", "voluntary", "8"),
    "immigration": ("Immigration service", "voluntary", "justice", "7"),
    "public": ("Calls from the public", "local_authority", "social_care", "1D"),
    "family": ("Calls from the public", "local_authority", "social_care", "1A"),
    "neighbour": ("Calls from the public", "local_authority", "social_care", "1B"),
    "anonymous": ("Calls from the public", "local_authority", "social_care", "9"),
    "other": ("Another service", "voluntary", "voluntary", "8"),
    "unknown": ("Another service", "voluntary", "voluntary", "8"),
}
# A word of the right shape that is not listed is another service of that name, and the report says so.
OTHER_AGENCY = AGENCIES["other"]
PUBLIC = frozenset({"public", "family", "neighbour", "anonymous"})

# outcome of the format: (outcome of the service or None, whether it ended the work, the rating it stands for)
OUTCOMES: Mapping[str, tuple[str | None, bool, str | None]] = {
    "none": (None, False, None),
    "unknown": (None, False, None),
    "nfa": ("NFA", True, "GREEN"),
    "closed": ("NFA", True, "GREEN"),
    "advice": ("ADVICE", True, "GREEN"),
    "early_help": ("EARLY_HELP", False, "GREEN"),
    "assessment": ("SINGLE_ASSESSMENT", False, "AMBER"),
    "cin": ("SINGLE_ASSESSMENT", False, "AMBER"),
    "cin_plan": ("SINGLE_ASSESSMENT", False, "AMBER"),
    "specialist_assessment": ("SPECIALIST_ASSESSMENT", False, "AMBER"),
    "strategy": ("STRATEGY_DISCUSSION", False, "RED"),
    "strategy_discussion": ("STRATEGY_DISCUSSION", False, "RED"),
    "s47": ("STRATEGY_DISCUSSION", False, "RED"),
    "cp_plan": ("cp_plan", False, "RED"),
    "police_protection": ("police_protection", False, "RED"),
    "care_proceedings": ("IMMEDIATE_PROTECTION", False, "RED"),
    "removed": ("removed", False, "RED"),
    "looked_after": ("looked_after", False, "RED"),
}

# An outcome that is not listed is kept as words: it decides nothing and rates nothing.
OTHER_OUTCOME = OUTCOMES["none"]

WORD = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
ROLE = re.compile(r"[a-z][a-z_]*[0-9]*", re.ASCII)
# What a role is to the child, by the words in it; the first that fits. (words, relationship, "adult" or "child", sex)
_ROLES: tuple[tuple[tuple[str, ...], str, str, str | None], ...] = (
    (("half_sibling", "half_brother", "half_sister"), "half_sibling", "child", None),
    (("step_sibling", "stepbrother", "stepsister"), "step_sibling", "child", None),
    (("sibling", "brother", "sister", "twin"), "sibling", "child", None),
    (("cousin",), "cousin", "child", None),
    (("partner", "boyfriend", "girlfriend"), "parents_partner", "adult", None),
    (("step_mother", "stepmother"), "step_parent", "adult", "F"),
    (("step_father", "stepfather", "step_parent"), "step_parent", "adult", "M"),
    (("adoptive",), "adoptive_parent", "adult", None),
    (("foster",), "foster_carer", "adult", None),
    (("guardian",), "special_guardian", "adult", None),
    (("gran",), "grandparent", "adult", None),
    (("aunt",), "aunt_or_uncle", "adult", "F"),
    (("uncle",), "aunt_or_uncle", "adult", "M"),
    (("mother",), "mother", "adult", "F"),
    (("father",), "father", "adult", "M"),
    (("parent",), "parent", "adult", None),
    (("lodger",), "lodger", "adult", None),
    (("friend", "neighbour"), "family_friend", "adult", None),
    (("exploit", "perpetrator", "abuser"), "alleged_perpetrator", "adult", None),
    (("staff", "worker", "teacher", "professional"), "professional", "adult", None),
    (("relative", "carer", "family"), "other_relative", "adult", None),
    (("youth", "peer", "associate", "child"), "not_known", "child", None),
)
_RELATIVES = frozenset({"father", "mother", "parent", "grandparent", "aunt_or_uncle", "other_relative", "sibling", "cousin"})


def standing_of(role: str) -> tuple[str, str, str | None]:
    """What a role is to the child: relationship, "adult" or "child", and the sex where the word says it."""
    for words, kind, age, sex in _ROLES:
        if any(word in role for word in words):
            of_a_grandparent = "F" if "mother" in role else "M" if "father" in role else None
            return kind, age, of_a_grandparent if kind == "grandparent" else sex
    return "not_known", "adult", None


def reporter_of(agency: str, others: tuple[str, ...]) -> tuple[str | None, str]:
    """Who called, where somebody outside services did, and their referral source.

    Chronologies name the caller first among the others. A mother named first and alone is the one complained of.
    """
    first = others[0] if others and others[0] != "mother" else None
    if agency == "anonymous" or first is None:
        return None, AGENCIES[agency][3] if agency in {"family", "neighbour"} else "9"
    return first, "1A" if standing_of(first)[0] in _RELATIVES else "1B"
