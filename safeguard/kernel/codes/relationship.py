"""How one person stands to another. "mother" reads: the first person is the mother of the second."""

from __future__ import annotations

from dataclasses import dataclass

from safeguard.kernel.codes.code_set import CodeSet


@dataclass(frozen=True, slots=True)
class Traits:
    """What a kind of relationship means to the rules.

    `rises` is how many generations the first person stands above the second, None where that says nothing; `kin` is
    what people are to each other from birth or by adoption, whatever the date.
    """

    parent: bool = False
    sibling: bool = False
    professional: bool = False
    kin_carer: bool = False
    relative: bool = False
    partner: bool = False
    kin: bool = False
    rises: int | None = None


_PARENT = Traits(parent=True, kin=True, rises=1)
_OFFSPRING = Traits(kin=True, rises=-1)
_STEP = Traits(rises=1)
_STEP_CHILD = Traits(rises=-1)
_SIBLING = Traits(sibling=True, kin=True, rises=0)
_STEP_SIBLING = Traits(sibling=True, rises=0)
_CARER = Traits(kin_carer=True, rises=1)
_IN_CARE = Traits(rises=-1)
# A relative is a carer only where that is stated: an uncle who visits is none.
_GRANDPARENT = Traits(relative=True, kin=True, rises=2)
_GREAT = Traits(relative=True, kin=True, rises=3)
_AUNT = Traits(relative=True, kin=True, rises=1)
_RELATIVE = Traits(relative=True, kin=True)
_PARTNER = Traits(partner=True, rises=0)
_PROFESSIONAL = Traits(professional=True)
_FOSTER = Traits(professional=True, rises=1)
_NONE = Traits()

# code: (label, what the second person is to the first, traits, offered on the page)
_KINDS: dict[str, tuple[str, str, Traits, bool]] = {
    "mother": ("Mother", "child_of", _PARENT, True),
    "father": ("Father", "child_of", _PARENT, True),
    "parent": ("Parent", "child_of", _PARENT, True),
    "step_parent": ("Step-parent", "step_child_of", _STEP, True),
    "parents_partner": ("Partner of a parent", "partners_child", _STEP, True),
    "adoptive_parent": ("Adoptive parent", "child_of", _PARENT, True),
    "foster_carer": ("Foster carer", "fostered_by", _FOSTER, True),
    "private_foster_carer": ("Private foster carer", "privately_fostered_by", _CARER, True),
    "special_guardian": ("Special guardian", "under_guardianship_of", _CARER, True),
    "kinship_carer": ("Kinship carer: family or friend", "in_kinship_care_of", _CARER, True),
    "carer": ("Carer", "cared_for_by", _CARER, True),
    "grandparent": ("Grandparent", "grandchild_of", _GRANDPARENT, True),
    "great_grandparent": ("Great-grandparent", "great_grandchild_of", _GREAT, True),
    "aunt_or_uncle": ("Aunt or uncle", "niece_or_nephew_of", _AUNT, True),
    "sibling": ("Brother or sister", "sibling", _SIBLING, True),
    "half_sibling": ("Half-brother or half-sister", "half_sibling", _SIBLING, True),
    "step_sibling": ("Step-brother or step-sister", "step_sibling", _STEP_SIBLING, True),
    "twin": ("Twin", "twin", _SIBLING, False),
    "foster_sibling": ("Foster brother or foster sister", "foster_sibling", Traits(rises=0), False),
    "cousin": ("Cousin", "cousin", Traits(kin=True, rises=0), True),
    "other_relative": ("Another relative", "other_relative", _RELATIVE, True),
    "family_friend": ("Family friend", "family_friend", _NONE, True),
    "friend": ("Friend", "friend", _NONE, False),
    "neighbour": ("Neighbour", "neighbour", _NONE, True),
    "lodger": ("Lodger or other person in the home", "shares_home_with", _NONE, True),
    "spouse": ("Husband, wife or civil partner", "spouse", _PARTNER, False),
    "partner": ("Partner", "partner", _PARTNER, False),
    "former_partner": ("Former partner", "former_partner", Traits(rises=0), False),
    "associate": ("Associate", "associate", _NONE, True),
    "seen_with": ("Seen with", "seen_with", _NONE, False),
    "missing_with": ("Missing with", "missing_with", _NONE, False),
    "alleged_perpetrator": ("Person alleged to have caused harm", "alleged_victim_of", _NONE, True),
    "professional": ("Professional", "client_of", _PROFESSIONAL, False),
    "not_known": ("Not known", "not_known", _NONE, True),
    # What the second person is to the first; stated seldom, derived often.
    "child_of": ("Child", "parent", _OFFSPRING, False),
    "step_child_of": ("Step-child", "step_parent", _STEP_CHILD, False),
    "partners_child": ("Child of their partner", "parents_partner", _STEP_CHILD, False),
    "fostered_by": ("Foster child", "foster_carer", _IN_CARE, False),
    "privately_fostered_by": ("Privately fostered child", "private_foster_carer", _IN_CARE, False),
    "under_guardianship_of": ("Child under special guardianship", "special_guardian", _IN_CARE, False),
    "in_kinship_care_of": ("Child in kinship care", "kinship_carer", _IN_CARE, False),
    "cared_for_by": ("Child in their care", "carer", _IN_CARE, False),
    "grandchild_of": ("Grandchild", "grandparent", Traits(kin=True, rises=-2), False),
    "great_grandchild_of": ("Great-grandchild", "great_grandparent", Traits(kin=True, rises=-3), False),
    "niece_or_nephew_of": ("Niece or nephew", "aunt_or_uncle", Traits(kin=True, rises=-1), False),
    "shares_home_with": ("Person in the same home", "lodger", _NONE, False),
    "alleged_victim_of": ("Person alleged to have been harmed", "alleged_perpetrator", _NONE, False),
    "client_of": ("Person they work with", "professional", _NONE, False),
}

# Where the label with "of" behind it is not English.
_PHRASES = {
    "kinship_carer": "kinship carer of",
    "alleged_perpetrator": "person alleged to have caused harm to",
    "seen_with": "seen with",
    "missing_with": "missing with",
    "professional": "professional who works with",
    "not_known": "in a way that is not known related to",
    "partners_child": "child of the partner of",
    "under_guardianship_of": "child under the special guardianship of",
    "in_kinship_care_of": "child in the kinship care of",
    "privately_fostered_by": "child privately fostered by",
    "cared_for_by": "child in the care of",
    "shares_home_with": "person in the same home as",
    "alleged_victim_of": "person alleged to have been harmed by",
    "client_of": "client of",
}

# What a general word may turn out to mean: it supports any of these and contradicts none of them.
_MEANS: dict[str, frozenset[str]] = {
    "parent": frozenset({"mother", "father", "adoptive_parent"}),
    "sibling": frozenset({"half_sibling", "step_sibling", "twin", "foster_sibling"}),
    "carer": frozenset({"foster_carer", "private_foster_carer", "special_guardian", "kinship_carer"}),
    "partner": frozenset({"spouse"}),
    "parents_partner": frozenset({"step_parent"}),
}
# Of these one person is to another at most one, save where one is the general word for the other or they go together.
_ONE_PLACE = frozenset({
    "mother", "father", "parent", "adoptive_parent", "step_parent", "parents_partner", "grandparent", "great_grandparent",
    "aunt_or_uncle", "sibling", "half_sibling", "step_sibling", "twin", "cousin",
})  # fmt: skip
_TOGETHER = frozenset({
    frozenset({"mother", "adoptive_parent"}), frozenset({"father", "adoptive_parent"}), frozenset({"half_sibling", "twin"}),
})  # fmt: skip


class RelationshipKinds(CodeSet):
    """The kinds of relationship, each with how it reads from the other end."""

    def reciprocal(self, kind: str) -> str:
        """What the second person is to the first, where the first is the `kind` of the second."""
        return _KINDS[kind][1]

    def seen_from_above(self, kind: str) -> tuple[str, bool]:
        """The kind by which a fact is known from whichever end it was stated, and whether its ends change places.

        "child_of" is "parent" with the ends turned; "sibling" is itself. A kind that is not known stays as it is.
        """
        if kind not in _KINDS:
            return kind, False
        turned = _KINDS[kind][1]
        return (turned, True) if _PLACES[turned] < _PLACES[kind] else (kind, False)

    def mutual(self, kind: str) -> bool:
        """Whether it is the same from both ends."""
        return kind not in _KINDS or _KINDS[kind][1] == kind

    def supports(self, general: str, kind: str) -> bool:
        """Whether `general` is a wider word for `kind`."""
        return kind in _MEANS.get(general, ())

    def exclude(self, one: str, other: str) -> bool:
        """Whether a person cannot be both to another (kinds seen from above, ends alike)."""
        if one == other or not {one, other} <= _ONE_PLACE or frozenset({one, other}) in _TOGETHER:
            return False
        return not (self.supports(one, other) or self.supports(other, one))

    def phrase(self, kind: str) -> str:
        """How `kind` reads before the second person's name: "mother of", "child of the partner of"."""
        return _PHRASES.get(kind) or f"{self.label(kind).lower() if kind in self else kind} of"

    def offered(self) -> list[tuple[str, str]]:
        """The choices a referrer is given."""
        return [(code, words[0]) for code, words in _KINDS.items() if words[3]]


RELATIONSHIPS = RelationshipKinds("relationship", {code: words[0] for code, words in _KINDS.items()})
_PLACES = {code: number for number, code in enumerate(_KINDS)}


def traits(kind: str) -> Traits:
    """What `kind` means to the rules; nothing for a kind that is not known."""
    return _KINDS[kind][2] if kind in _KINDS else _NONE
