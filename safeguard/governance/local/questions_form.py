"""The form of the local questions: a place for each question, and two more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovRadioInput
from wtforms import RadioField, SelectMultipleField

from safeguard.governance.local.forms import VersionForm, one_line, some_lines
from safeguard.governance.local.listed_form import ListedForm, places_for, take_out
from safeguard.local.short_name import short_name
from safeguard.referrals.local_questions import ABOUT, CHOICES, KINDS, MOST, SOURCES

_LISTED = "questions"


class _Questions(ListedForm):
    listed = _LISTED
    names = ("label", "hint", "kind", "choices", "about", "sources", "code")

    def content(self) -> dict[str, Any]:
        return {_LISTED: [self._question(place) for place in self.kept()]}

    def _question(self, place: int) -> dict[str, Any]:
        said = self.said_at(place)
        choices = [words for words in (said["choices"] or "").split("\n") if words.strip()]
        whole = {**said, "choices": choices, "code": said["code"] or short_name(said["label"] or "")}
        return {name: value for name, value in whole.items() if value}

    @classmethod
    def shown(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        said = cls.shown_places(content)
        return {name: "\n".join(value) if name.endswith("].choices") else value for name, value in said.items()}


def questions_form(content: Mapping[str, Any] | None) -> type[VersionForm]:
    """The form with a place for each question of `content`, or of what was sent, and some more."""
    places = places_for(_LISTED, content, most=MOST, title="Question", fields=_fields)
    return type("QuestionsForm", (_Questions,), {**places.boxes, "parts": places.parts, "places": places.count})


def _fields() -> dict[str, Any]:
    return {
        "label": one_line("The question", "As the sender reads it, for example Attendance this term."),
        "hint": one_line("Hint (optional)"),
        "kind": RadioField("What kind of answer is it?", widget=GovRadioInput(), validate_choice=False, choices=KINDS.choices()),
        "choices": some_lines("Choices, for one of a list", f"One on each line, {CHOICES.start} to {CHOICES.stop - 1} of them."),
        "about": RadioField("What is it asked about?", widget=GovRadioInput(), validate_choice=False, choices=ABOUT.choices()),
        "sources": SelectMultipleField(
            "Who is asked?", widget=GovCheckboxesInput(), validate_choice=False, choices=SOURCES.choices(),
            description="None chosen: everybody who sends a referral.",
        ),
        "code": one_line("Short name in files (optional)", "For systems that send referrals. Made from the question where it is empty."),
        "out": take_out("Ask this question no longer"),
    }  # fmt: skip

