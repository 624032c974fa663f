"""How one person stands to another. "mother" reads: the first person is the mother of the second."""

from __future__ import annotations

from dataclasses import dataclass

from safeguard.kernel.codes.code_set import CodeSet


@dataclass(frozen=True, slots=True)
class Traits:
    """What a kind of relationship means to the rules."""

    parent: bool = False
    sibling: bool = False
    professional: bool = False
    kin_carer: bool = False
    relative: bool = False


_PARENT = Traits(parent=True)
_SIBLING = Traits(sibling=True)
_CARER = Traits(kin_carer=True)
# A relative is a carer only where that is stated: an uncle who visits is none.
_RELATIVE = Traits(relative=True)
_PROFESSIONAL = Traits(professional=True)
_NONE = Traits()

# code: (label, what the second person is to the first, traits, offered on the page)
_KINDS: dict[str, tuple[str, str, Traits, bool]] = {
    "mother": ("Mother", "child_of", _PARENT, True),
    "father": ("Father", "child_of", _PARENT, True),
    "parent": ("Parent", "child_of", _PARENT, True),
    "step_parent": ("Step-parent", "step_child_of", _NONE, True),
    "parents_partner": ("Partner of a parent", "partners_child", _NONE, True),
    "adoptive_parent": ("Adoptive parent", "child_of", _PARENT, True),
    "foster_carer": ("Foster carer", "fostered_by", _PROFESSIONAL, True),
    "private_foster_carer": ("Private foster carer", "cared_for_by", _CARER, True),
    "special_guardian": ("Special guardian", "cared_for_by", _CARER, True),
    "grandparent": ("Grandparent", "grandchild_of", _RELATIVE, True),
    "aunt_or_uncle": ("Aunt or uncle", "niece_or_nephew_of", _RELATIVE, True),
    "sibling": ("Brother or sister", "sibling", _SIBLING, True),
    "half_sibling": ("Half-brother or half-sister", "half_sibling", _SIBLING, True),
    "step_sibling": ("Step-brother or step-sister", "step_sibling", _SIBLING, True),
    "cousin": ("Cousin", "cousin", _NONE, True),
    "other_relative": ("Another relative", "other_relative", _RELATIVE, True),
    "family_friend": ("Family friend", "family_friend", _NONE, True),
    "lodger": ("Lodger or other person in the home", "shares_home_with", _NONE, True),
    "partner": ("Partner", "partner", _NONE, False),
    "former_partner": ("Former partner", "former_partner", _NONE, False),
    "alleged_perpetrator": ("Person alleged to have caused harm", "alleged_victim_of", _NONE, True),
    "professional": ("Professional", "client_of", _PROFESSIONAL, False),
    "not_known": ("Not known", "not_known", _NONE, True),
    # What the second person is to the first; stated seldom, derived often.
    "child_of": ("Child", "parent", _NONE, False),
    "step_child_of": ("Step-child", "step_parent", _NONE, False),
    "partners_child": ("Child of their partner", "parents_partner", _NONE, False),
    "fostered_by": ("Foster child", "foster_carer", _NONE, False),
    "cared_for_by": ("Child in their care", "special_guardian", _NONE, False),
    "grandchild_of": ("Grandchild", "grandparent", _NONE, False),
    "niece_or_nephew_of": ("Niece or nephew", "aunt_or_uncle", _NONE, False),
    "shares_home_with": ("Person in the same home", "lodger", _NONE, False),
    "alleged_victim_of": ("Person alleged to have been harmed", "alleged_perpetrator", _NONE, False),
    "client_of": ("Person they work with", "professional", _NONE, False),
}

# Where the label with "of" behind it is not English.
_PHRASES = {
    "alleged_perpetrator": "person alleged to have caused harm to",
    "professional": "professional who works with",
    "not_known": "in a way that is not known related to",
    "partners_child": "child of the partner of",
    "cared_for_by": "child in the care of",
    "shares_home_with": "person in the same home as",
    "alleged_victim_of": "person alleged to have been harmed by",
    "client_of": "client of",
}


class RelationshipKinds(CodeSet):
    """The kinds of relationship, each with how it reads from the other end."""

    def reciprocal(self, kind: str) -> str:
        """What the second person is to the first, where the first is the `kind` of the second."""
        return _KINDS[kind][1]

    def phrase(self, kind: str) -> str:
        """How `kind` reads before the second person's name: "mother of", "child of the partner of"."""
        return _PHRASES.get(kind) or f"{self.label(kind).lower() if kind in self else kind} of"

    def offered(self) -> list[tuple[str, str]]:
        """The choices a referrer is given."""
        return [(code, words[0]) for code, words in _KINDS.items() if words[3]]


RELATIONSHIPS = RelationshipKinds("relationship", {code: words[0] for code, words in _KINDS.items()})


def traits(kind: str) -> Traits:
    """What `kind` means to the rules; nothing for a kind that is not known."""
    return _KINDS[kind][2] if kind in _KINDS else _NONE
