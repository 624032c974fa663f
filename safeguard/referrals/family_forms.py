"""Forms whose questions depend on who is in the draft: relationships, brothers and sisters, homes, one more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import SelectMultipleField

from safeguard.kernel.codes.answer import PARENTAL_RESPONSIBILITY, YES_NO, YES_NO_NOT_KNOWN
from safeguard.kernel.codes.relationship import RELATIONSHIPS
from safeguard.referrals.draft_document import (
    SIBLING_KINDS,
    answered,
    children_of,
    everybody,
    name_of,
    pairs,
    relationships_of,
    sibling_kinds,
)
from safeguard.referrals.forms import QuestionForm, boxes, one_line, radios, select

_UNRELATED = "none"
_LINES = ("line_1", "line_2", "line_3", "line_4", "line_5", "line_6")
_INLINE = {"classes": "govuk-radios--inline"}


class AddressForm(QuestionForm):
    helped_by = {"postcode": {"classes": "govuk-input--width-10", "spellcheck": False}}  # noqa: RUF012
    line_1 = one_line("Address line 1")
    line_2 = one_line("Address line 2")
    line_3 = one_line("Town or city")
    line_4 = one_line("County")
    postcode = one_line("Postcode")
    no_fixed_abode: SelectMultipleField = boxes("No fixed address", [("yes", "They have no fixed address")])

    def said(self) -> dict[str, Any]:
        lines = [self[name].data for name in _LINES if name in self and self[name].data]
        return {"lines": lines, "postcode": self.postcode.data, "no_fixed_abode": bool(self.no_fixed_abode.data) or None}

    @classmethod
    def shown(cls, part: Mapping[str, Any]) -> dict[str, Any]:
        lines = dict(zip(_LINES, part.get("lines") or [], strict=False))
        return {**lines, "postcode": part.get("postcode"), "no_fixed_abode": ["yes"] if part.get("no_fixed_abode") else []}

    def field_of(self, path: str) -> str | None:
        return "line_1" if path.startswith("lines") else super().field_of(path)


class MoreForm(QuestionForm):
    """At the end of a list: whether to add one more."""

    more = radios("Do you want to add another?", YES_NO.choices(), needed="Say whether you want to add one more")
    helped_by = {"more": _INLINE}  # noqa: RUF012


class RelationshipsForm(QuestionForm):
    """How one person (`about`, by key) stands to each child: kind, parental responsibility, living together."""

    about: ClassVar[str] = ""

    def stated(self) -> list[dict[str, Any]]:
        """The relationships as the document keeps them, without their first end."""
        found = []
        for name in (name for name in self._fields if name.startswith("kind_")):
            child, kind = name.removeprefix("kind_"), self[name].data
            if kind and kind != _UNRELATED:
                answers = {
                    "to": child,
                    "kind": kind,
                    "parental_responsibility": self[f"responsibility_{child}"].data,
                    "lives_with": self[f"lives_{child}"].data,
                }
                found.append({field: value for field, value in answers.items() if value})
        return found

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        for name in (name for name in self._fields if name.startswith("kind_")):
            if not self[name].data:
                self[name].errors = [*self[name].errors, "Choose how they are related, or that it is not known"]
        return not self.errors


def relationships_form(document: Mapping[str, Any], person: str) -> tuple[type[RelationshipsForm], dict[str, Any]]:
    """The form about `person`, and what was said of them before."""
    fields: dict[str, Any] = {"helped_by": {}, "about": person}
    shown: dict[str, Any] = {}
    earlier = relationships_of(document, person)
    was_answered = f"person-relationships:{person}" in answered(document)
    kinds = [*RELATIONSHIPS.offered(), (_UNRELATED, "Not related to this child")]
    for child in children_of(document):
        key, name = child["key"], name_of(document, child["key"])
        stated = earlier.get(key, {})
        fields[f"kind_{key}"] = select(f"This person is, to {name}", kinds)
        fields[f"responsibility_{key}"] = radios(
            f"Do they have parental responsibility for {name}?", PARENTAL_RESPONSIBILITY.choices()
        )
        fields[f"lives_{key}"] = radios(f"Do they live with {name}?", YES_NO_NOT_KNOWN.choices())
        fields["helped_by"] |= {f"responsibility_{key}": _INLINE, f"lives_{key}": _INLINE}
        shown[f"kind_{key}"] = stated.get("kind") or (_UNRELATED if was_answered else "")
        shown[f"responsibility_{key}"] = stated.get("parental_responsibility")
        shown[f"lives_{key}"] = stated.get("lives_with")
    return type("RelationshipsOfForm", (RelationshipsForm,), fields), shown


class SiblingsForm(QuestionForm):
    siblings = radios(
        "Brothers and sisters",
        [
            ("sibling", "Yes, with the same parents"),
            ("half_sibling", "Half-brothers or half-sisters, with one parent in common"),
            ("step_sibling", "Step-brothers or step-sisters"),
            ("mixed", "It differs between them"),
            ("none", "No, they are not related in this way"),
            ("not_known", "Not known"),
        ],
        needed="Say whether the children are brothers and sisters, or that it is not known",
    )


class SiblingsEachForm(QuestionForm):
    """How each pair of children is related."""

    def kinds(self, document: Mapping[str, Any]) -> dict[tuple[str, str], str]:
        """What was chosen for each pair; pairs that are not related are left out."""
        found = {}
        for one, other in pairs(document):
            kind = self[f"pair_{one}_{other}"].data
            if kind and kind != _UNRELATED:
                found[one, other] = kind
        return found

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        for field in self.questions:
            if not field.data:
                field.errors = [*field.errors, "Choose how these two are related, or that it is not known"]
        return not self.errors


def siblings_each_form(document: Mapping[str, Any]) -> tuple[type[SiblingsEachForm], dict[str, Any]]:
    """The form about each pair of children, and what was said of them before."""
    kinds = [(kind, RELATIONSHIPS.label(kind)) for kind in SIBLING_KINDS] + [(_UNRELATED, "Not brothers or sisters")]
    stated = sibling_kinds(document)
    was_answered = "siblings-each" in answered(document)
    fields: dict[str, Any] = {}
    shown: dict[str, Any] = {}
    for one, other in pairs(document):
        name = f"pair_{one}_{other}"
        fields[name] = select(f"{name_of(document, other)} and {name_of(document, one)}", kinds)
        shown[name] = stated.get((one, other)) or (_UNRELATED if was_answered else "")
    return type("SiblingsPairsForm", (SiblingsEachForm,), fields), shown


class ResidentsForm(QuestionForm):
    """Who lives at an address."""


def residents_form(document: Mapping[str, Any], address: str) -> tuple[type[ResidentsForm], dict[str, Any]]:
    """The form about `address`, and who was said to live there. Somebody who lives elsewhere is shown with where."""
    choices = []
    for one in everybody(document):
        words = name_of(document, one["key"])
        words = words[0].upper() + words[1:]
        elsewhere = one.get("address")
        if elsewhere and elsewhere != address:
            words += f" (now at {name_of(document, elsewhere)})"
        choices.append((one["key"], words))
    field = boxes("Who lives here", choices, hint="Choose everybody who lives or stays here.")
    shown = {"residents": [one["key"] for one in everybody(document) if one.get("address") == address]}
    return type("ResidentsOfForm", (ResidentsForm,), {"residents": field}), shown

