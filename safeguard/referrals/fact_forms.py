"""What a referrer is asked about each kind of worry they ticked: a few short questions, all of them optional."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from safeguard.concerns.fact_fields import answer_of, field_for
from safeguard.concerns.fact_kinds import kinds_about
from safeguard.concerns.fact_schema import FactKind
from safeguard.referrals.forms import Group, QuestionForm
from safeguard.web.fields import filled


class FactsForm(QuestionForm):
    """The questions of the kinds of fact that go with a child's concerns, each kind folded until somebody wants to answer it."""

    intro: ClassVar[str] = "All of this is optional. Open what you know something about; you describe it in your own words later."
    kinds: ClassVar[tuple[FactKind, ...]] = ()

    @property
    def groups(self) -> list[Group]:
        return [self._group(kind, alone=len(self.kinds) == 1) for kind in self.kinds]

    def _group(self, kind: FactKind, *, alone: bool) -> Group:
        fields = tuple(self[_name(kind, one.name)] for one in kind.of_referrers)
        return Group(kind.label, fields, alone or any(filled(field) or field.errors for field in fields))

    def said(self) -> dict[str, Any]:
        facts = {}
        for kind in self.kinds:
            answers = {one.name: answer_of(one, self[_name(kind, one.name)]) for one in kind.of_referrers}
            given = {name: said for name, said in answers.items() if said not in (None, "", [])}
            if given:
                facts[kind.code] = given
        return {"facts": facts or None}

    @classmethod
    def shown(cls, part: Mapping[str, Any]) -> dict[str, Any]:
        facts = part.get("facts") or {}
        return {
            _name(kind, one.name): _shown(one.form, (facts.get(kind.code) or {}).get(one.name))
            for kind in cls.kinds
            for one in kind.of_referrers
        }

    def field_of(self, path: str) -> str | None:
        whole = path.removeprefix("facts.").replace(".", "-")
        return whole if path.startswith("facts.") and whole in self else None


def facts_form(child: Mapping[str, Any]) -> type[FactsForm]:
    """The form for the concerns of this child."""
    kinds = tuple(kind for kind in kinds_about(child.get("concerns") or []) if kind.of_referrers)
    fields = {_name(kind, one.name): field_for(one, one.label) for kind in kinds for one in kind.of_referrers}
    narrow = {"classes": "govuk-input--width-5", "inputmode": "numeric"}
    helped_by = {
        _name(kind, one.name): narrow if one.form == "number" else {"rows": 3} if one.form == "words" else {}
        for kind in kinds
        for one in kind.of_referrers
    }
    return type("FactsForm", (FactsForm,), {**fields, "kinds": kinds, "helped_by": helped_by})


def _name(kind: FactKind, question: str) -> str:
    return f"{kind.code}-{question}"


def _shown(form: str, said: Any) -> Any:
    if form == "day":
        return date.fromisoformat(said) if isinstance(said, str) else None
    return str(said) if isinstance(said, int) else said
