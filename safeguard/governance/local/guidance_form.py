"""The form of the guidance: a box for each section and each question of the referral form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safeguard.governance.local.forms import VersionForm, one_line, some_lines
from safeguard.referrals.guidance import question_title
from safeguard.referrals.journey import QUESTIONS, SECTIONS

_PLAIN = ("emergency", "front_door_phone", "front_door_hours", "out_of_hours_phone", "thresholds_name", "thresholds_link")


class _Guidance(VersionForm):
    emergency = some_lines("What to do first in an emergency", "Stands above the question about immediate danger, with the numbers below.")
    front_door_phone = one_line("Phone number of the front door", "Empty: the number that the service was set up with.")
    front_door_hours = one_line("When the front door answers", "For example Monday to Friday, 8:45am to 5pm.")
    out_of_hours_phone = one_line("Phone number out of hours")
    thresholds_name = one_line("Name of the threshold document", "For example Right help, right time.")
    thresholds_link = one_line("Link to the threshold document", "It opens in a new tab, beside the questions about worries.")

    def content(self) -> dict[str, Any]:
        said: dict[str, Any] = {name: self[name].data or "" for name in _PLAIN}
        for place, known in (("sections", SECTIONS), ("questions", QUESTIONS)):
            said[place] = {name: self[f"{place}.{name}"].data or "" for name in known}
        return said

    @classmethod
    def shown(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        texts = {
            f"{place}.{name}": text for place in ("sections", "questions") for name, text in (content.get(place) or {}).items()
        }
        return {name: content.get(name, "") for name in _PLAIN} | texts


def _made() -> type[VersionForm]:
    boxes: dict[str, Any] = {}
    parts = [
        ("In an emergency", "", ["emergency", "front_door_phone", "front_door_hours", "out_of_hours_phone"], False),
        ("Thresholds", "", ["thresholds_name", "thresholds_link"], False),
    ]
    for section, title in SECTIONS.items():
        names = [f"sections.{section}"]
        boxes[names[0]] = some_lines("On the list of sections", "Under the name of the section.")
        for name, question in QUESTIONS.items():
            if question.section == section:
                boxes[f"questions.{name}"] = some_lines(question_title(name), "")
                names.append(f"questions.{name}")
        parts.append((title, "", names, True))
    return type("GuidanceForm", (_Guidance,), {**boxes, "parts": parts})


GuidanceForm = _made()
