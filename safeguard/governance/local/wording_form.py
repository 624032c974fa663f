"""The form of the wording: a place for each ready words, and a box for each email."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovSelect
from wtforms import SelectField

from safeguard.governance.local.forms import VersionForm, one_line, some_lines
from safeguard.governance.local.listed_form import ListedForm, places_for, take_out
from safeguard.kernel.codes.outcome import OUTCOMES
from safeguard.local.wording import EMAILS, MOST, PLACEHOLDERS, email_subject, email_words

_LISTED = "outcomes"


class _Wording(ListedForm):
    listed = _LISTED
    names = ("name", "outcome", "text")

    def helped_by(self, name: str) -> dict[str, Any]:
        return {"rows": 8} if name.endswith("].text") else super().helped_by(name)

    def content(self) -> dict[str, Any]:
        ready = [{name: said or "" for name, said in self.said_at(place).items()} for place in self.kept()]
        return {_LISTED: ready, **{part: {kind: self[f"{part}.{kind}"].data or "" for kind in EMAILS} for part in ("emails", "subjects")}}

    @classmethod
    def shown(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        return cls.shown_places(content) | {
            name: words
            for kind in EMAILS
            for name, words in ((f"emails.{kind}", email_words(content, kind)), (f"subjects.{kind}", email_subject(content, kind)))
        }


def wording_form(content: Mapping[str, Any] | None) -> type[VersionForm]:
    """The form with a place for each ready words of `content`, or of what was sent, and some more."""
    places = places_for(_LISTED, content, most=MOST, title="Ready words", fields=_fields)
    emails: dict[str, Any] = {}
    for kind, (when, _words) in EMAILS.items():
        emails |= {f"subjects.{kind}": one_line(f"{when}: subject"), f"emails.{kind}": some_lines(f"{when}: what it says")}
    parts = [*places.parts, ("Emails", "They name nobody and say nothing of a case.", [*emails], False)]
    return type("WordingForm", (_Wording,), {**places.boxes, **emails, "parts": parts, "places": places.count})



def _fields() -> dict[str, Any]:
    offered = "; ".join(f"{{{name}}}: {words}" for name, words in PLACEHOLDERS.items())
    return {
        "name": one_line("Name", "By which the desk finds it, for example Early help, first letter."),
        "outcome": SelectField(
            "For which decision?", widget=GovSelect(), validate_choice=False, choices=[("", "Any decision"), *OUTCOMES.choices()]
        ),
        "text": some_lines("Words", f"Placeholders: {offered}."),
        "out": take_out("Offer these words no longer"),
    }
