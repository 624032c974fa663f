"""The form of the local questions: a place for each question, and two more."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, ClassVar

from flask import request
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovRadioInput
from wtforms import RadioField, SelectMultipleField

from safeguard.governance.local.forms import VersionForm, one_line, some_lines
from safeguard.referrals.local_questions import ABOUT, CHOICES, KINDS, MOST, SOURCES
from safeguard.web.fields import filled

_MORE = 2
_LONGEST = 30
_NAMES = ("label", "hint", "kind", "choices", "about", "sources", "code", "out")


class _Questions(VersionForm):
    places: ClassVar[int] = 0

    def _at(self, place: int) -> dict[str, Any]:
        return {name: self[f"questions[{place}].{name}"] for name in _NAMES}

    def _kept(self) -> list[int]:
        """The places that hold a question which stays, in order."""
        used = [place for place in range(self.places) if any(filled(field) for field in self._at(place).values())]
        return [place for place in used if not self._at(place)["out"].data]

    def content(self) -> dict[str, Any]:
        return {"questions": [self._question(place) for place in self._kept()]}

    def _question(self, place: int) -> dict[str, Any]:
        said = {name: field.data for name, field in self._at(place).items()}
        choices = [words for words in (said["choices"] or "").split("\n") if words.strip()]
        whole = {
            "label": said["label"], "hint": said["hint"], "code": said["code"] or _short(said["label"] or ""), "kind": said["kind"],
            "choices": choices, "about": said["about"], "sources": said["sources"],
        }  # fmt: skip
        return {name: value for name, value in whole.items() if value}

    def field_of(self, path: str) -> str:
        """Problems count the questions that stay; the page counts places."""
        counted = re.match(r"questions\[(\d+)\](.*)", path)
        kept = self._kept()
        if counted is None or int(counted[1]) >= len(kept):
            return path
        return f"questions[{kept[int(counted[1])]}]{counted[2] or '.label'}"

    @classmethod
    def shown(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        return {
            f"questions[{place}].{name}": "\n".join(value) if name == "choices" else value
            for place, one in enumerate(content.get("questions", []))
            for name, value in one.items()
        }


def questions_form(content: Mapping[str, Any] | None) -> type[VersionForm]:
    """The form with a place for each question of `content`, or of what was sent, and some more."""
    if content is None:
        sent = (name for name, value in request.form.items() if value and re.fullmatch(r"questions\[\d{1,2}\]\.[a-z]+", name))
        last = max((int(name[len("questions[") : name.index("]")]) for name in sent), default=-1)
    else:
        last = len(content.get("questions", [])) - 1
    places = min(MOST, last + 1 + _MORE)
    boxes: dict[str, Any] = {}
    parts = []
    for place in range(places):
        fields = _fields()
        names = [f"questions[{place}].{name}" for name in _NAMES if name != "out" or place <= last]
        boxes |= {f"questions[{place}].{name}": fields[name] for name in _NAMES}
        parts.append((f"Question {place + 1}", "", names, place > last))
    return type("QuestionsForm", (_Questions,), {**boxes, "parts": parts, "places": places})


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
        "out": SelectMultipleField(
            "Take it out", widget=GovCheckboxesInput(), validate_choice=False, choices=[("yes", "Ask this question no longer")]
        ),
    }  # fmt: skip


def _short(label: str) -> str:
    """A short name made of a question: "Attendance this term" is asked as `attendance_this_term`."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "_", plain).strip("_0123456789")
    return (found if len(found) <= _LONGEST else found[: _LONGEST + 1].rpartition("_")[0] or found[:_LONGEST]).strip("_")
