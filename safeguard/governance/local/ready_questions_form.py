"""The form of the ready questions to agencies: a place for each, and two more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safeguard.governance.local.forms import VersionForm, one_line, some_lines
from safeguard.governance.local.listed_form import ListedForm, places_for, take_out
from safeguard.local.short_name import short_name
from safeguard.mash.checks.ready_questions import LONGEST_TEXT, MOST

_LISTED = "questions"


class _ReadyQuestions(ListedForm):
    listed = _LISTED
    names = ("name", "text", "code")

    def content(self) -> dict[str, Any]:
        return {_LISTED: [self._question(place) for place in self.kept()]}

    def _question(self, place: int) -> dict[str, Any]:
        said = self.said_at(place)
        whole = {**said, "code": said["code"] or short_name(said["name"] or "")}
        return {name: value for name, value in whole.items() if value}

    @classmethod
    def shown(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        return cls.shown_places(content)


def ready_questions_form(content: Mapping[str, Any] | None) -> type[VersionForm]:
    """The form with a place for each question of `content`, or of what was sent, and some more."""
    places = places_for(_LISTED, content, most=MOST, title="Question", fields=_fields)
    return type("ReadyQuestionsForm", (_ReadyQuestions,), {**places.boxes, "parts": places.parts, "places": places.count})


def _fields() -> dict[str, Any]:
    return {
        "name": one_line("Name", "By which the desk finds it, for example Early years."),
        "text": some_lines("The question, as the agency reads it", f"Up to {LONGEST_TEXT:,} characters. The request says about whom."),
        "code": one_line("Short name (optional)", "Made from the name where it is empty."),
        "out": take_out("Offer this question no longer"),
    }
