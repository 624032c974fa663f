"""What a concern is about. Each category maps to the assessment factor of the Children in Need census.

`offered` categories are those a partner chooses on the page; the others come with imported history.
"""

from __future__ import annotations

from safeguard.kernel.codes.code_set import CodeSet

# group: {code: (label, assessment factor, offered)}
_GROUPS: dict[str, dict[str, tuple[str, str, bool]]] = {
    "Injury": {
        "physical_injury": ("Physical injury", "18C", True),
        "head_injury": ("Head injury", "18C", False),
        "fracture": ("Fracture", "18C", False),
        "burn_scald": ("Burn or scald", "18C", False),
        "unexplained_bruising": ("Unexplained bruising", "18C", True),
        "non_mobile_bruising": ("Bruising in a baby or child who cannot move about", "18C", True),
        "inconsistent_explanation": ("Explanation that does not fit or changes", "18C", True),
        "delay_seeking_care": ("Delay in seeking medical care", "16A", True),
    },
    "Abuse and neglect": {
        "neglect": ("Neglect", "16A", True),
        "emotional": ("Emotional abuse", "17A", True),
        "sexual": ("Sexual abuse", "19C", True),
        "home_conditions": ("Home conditions", "16A", True),
        "inadequate_supervision": ("Left without proper supervision", "16A", True),
        "weight_loss_hunger": ("Hunger or weight loss", "16A", True),
        "medical_neglect_not_brought": ("Not brought to health appointments", "16A", True),
        "disclosure_by_child": ("Something the child has said", "20", True),
        "allegation_by_family_or_public": ("Allegation by family or the public", "20", True),
        "fgm_risk": ("Female genital mutilation", "22A", True),
    },
    "Adults around the child": {
        "domestic_abuse": ("Domestic abuse", "3B", True),
        "substance_misuse_parent": ("Parent's drug or alcohol misuse", "2B", True),
        "mental_health_parent": ("Parent's mental health", "4B", True),
        "learning_disability_parent": ("Parent's learning disability", "5B", True),
        "young_parent": ("Young parent", "20", True),
        "criminality_violence_adult": ("Crime or violence by an adult", "20", True),
        "adult_prior_harm_concern": ("Adult with earlier concerns of harm", "20", True),
        "new_partner": ("New partner in the home", "20", True),
        "previous_child_removed": ("Earlier child removed", "20", True),
        "sibling_concern": ("Concern about a brother or sister", "20", True),
        "concealed_pregnancy": ("Concealed pregnancy", "20", True),
    },
    "School": {
        "missing_education": ("Missing from education", "20", True),
        "poor_attendance": ("Poor attendance", "20", True),
        "school_exclusion": ("Excluded from school", "14A", True),
        "home_education": ("Educated at home", "20", True),
    },
    "Harm outside the home": {
        "missing_from_home": ("Missing from home", "10A", True),
        "exploitation_criminal": ("Criminal exploitation", "24A", True),
        "exploitation_sexual": ("Sexual exploitation", "11A", True),
        "weapons": ("Weapons", "13A", True),
        "extremism": ("Extremism", "20", True),
    },
    "The child's own needs": {
        "child_substance_misuse": ("Child's drug or alcohol misuse", "2A", True),
        "child_mental_health": ("Child's mental health or self-harm", "4A", True),
        "young_carer": ("Young carer", "7A", True),
        "disability": ("Disability", "6A", True),
    },
    "Working with the family": {
        "disguised_compliance": ("Agreeing but not acting", "20", True),
        "refused_access": ("Refused access", "20", True),
        "parental_hostility": ("Hostility from a parent", "20", True),
        "child_not_seen": ("Child not seen", "20", True),
        "non_engagement": ("Not engaging with services", "20", True),
    },
    "Home and moves": {
        "frequent_moves": ("Frequent moves", "20", True),
        "housing_homelessness": ("Housing or homelessness", "20", True),
        "cross_area_move": ("Moved from another area", "20", True),
        "reunification_return_home": ("Returned home from care", "20", False),
        "private_or_kinship_care": ("Private fostering or care by relatives", "8F", True),
    },
    "Something else": {
        "unspecified_concern": ("Another concern", "20", True),
        "routine_contact": ("Contact as usual, no concern", "20", False),
    },
}
_ALL = {code: (*words, group) for group, kinds in _GROUPS.items() for code, words in kinds.items()}


class ConcernCategories(CodeSet):
    """Concern categories in groups, each with its census factor."""

    @property
    def offered(self) -> tuple[str, ...]:
        """The codes that the page offers."""
        return tuple(code for code in self if _ALL[code][2])

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """The codes of each group, in order."""
        return {group: tuple(kinds) for group, kinds in _GROUPS.items()}

    def group(self, code: str) -> str:
        return _ALL[code][3]

    def factor(self, code: str) -> str:
        """The assessment factor of the Children in Need census."""
        return _ALL[code][1]


CONCERN_CATEGORIES = ConcernCategories("concern category", {code: words[0] for code, words in _ALL.items()})
