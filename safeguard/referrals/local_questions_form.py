"""The page of the local questions: a field for each, of its kind, none of which has to be answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from safeguard.kernel.codes.answer import YES_NO_NOT_KNOWN
from safeguard.referrals.forms import QuestionForm, one_line, radios
from safeguard.referrals.local_questions import CHOICE, DATE, YES_NO, LocalQuestion
from safeguard.web.fields import DateField


class LocalForm(QuestionForm):
    """Local questions about one child, or about the referral."""

    intro: ClassVar[str] = "This partnership asks these beside the questions that everybody is asked. You can leave any of them empty."
    asked_by_heading: ClassVar[bool] = False
    asked: ClassVar[Sequence[LocalQuestion]] = ()

    @property
    def questions(self) -> list[Any]:
        return [self[_name(one)] for one in self.asked]

    def said(self) -> dict[str, Any]:
        given = {one.code: self[_name(one)].data for one in self.asked}
        return {"local": {code: said.isoformat() if isinstance(said, date) else said for code, said in given.items() if said} or None}

    @classmethod
    def shown(cls, part: Mapping[str, Any]) -> dict[str, Any]:
        said = part.get("local") or {}
        return {
            _name(one): date.fromisoformat(said[one.code]) if one.kind == DATE and said.get(one.code) else said.get(one.code)
            for one in cls.asked
        }

    def field_of(self, path: str) -> str | None:
        name = f"local-{path.removeprefix('local.')}"
        return name if path.startswith("local.") and name in self else None


def local_form(asked: Sequence[LocalQuestion]) -> type[LocalForm]:
    """The form for these questions."""
    return type("LocalForm", (LocalForm,), {**{_name(one): _field(one) for one in asked}, "asked": tuple(asked)})


def _field(one: LocalQuestion) -> Any:
    if one.kind == DATE:
        return DateField(one.label, what="The date", description=one.hint or "For example, 27 3 2026.")
    if one.kind in (YES_NO, CHOICE):
        choices = YES_NO_NOT_KNOWN.choices() if one.kind == YES_NO else [(words, words) for words in one.choices]
        return radios(one.label, choices, hint=one.hint)
    return one_line(one.label, hint=one.hint)


def _name(one: LocalQuestion) -> str:
    return f"local-{one.code}"
