"""What a partnership says beside the questions of the referral form: whom to call, its thresholds, and help with single questions.

Pure. Nothing here asks or changes a question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from safeguard.kernel.errors import RuleBroken
from safeguard.local.setting import Content, Line, Setting
from safeguard.referrals.document_fields import Part
from safeguard.referrals.journey import QUESTIONS, SECTIONS

LONGEST_HINT = 600
LONGEST_PHONE = 40
LONGEST_NAME = 120
LONGEST_LINK = 300
_PHONE = re.compile(r"[0-9+() ]{3,40}", re.ASCII)
# The pages that ask what the threshold document is about.
_BESIDE_THRESHOLDS = frozenset({"child-concerns", "narrative"})
_EMERGENCY = frozenset({"danger", "danger-action"})
SHIPPED: Content = {"emergency": "If a child is in immediate danger, call 999 first. Then tell us here."}


@dataclass(frozen=True, slots=True)
class Guidance:
    """The guidance in use. Empty text: the partnership says nothing there."""

    emergency: str
    front_door_phone: str
    front_door_hours: str
    out_of_hours_phone: str
    thresholds_name: str
    thresholds_link: str
    sections: Mapping[str, str]
    questions: Mapping[str, str]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Guidance:
        """A stored content as guidance; a question that the form has no longer is left out."""
        plain = {name: str(content.get(name) or "") for name in _LINES}
        sections, questions = (
            {key: str(text) for key, text in (content.get(place) or {}).items() if key in known} for place, known in _TEXTS.items()
        )
        return cls(emergency=str(content.get("emergency") or ""), **plain, sections=sections, questions=questions)

    def beside(self, question: str) -> str:
        """The help with a question."""
        return self.questions.get(question, "")

    def speaks(self, question: str) -> bool:
        """Whether anything of this stands on the page of a question."""
        return bool(self.beside(question)) or self.warns(question) or self.names_thresholds(question)

    def warns(self, question: str) -> bool:
        """Whether the emergency words stand on the page of a question."""
        return question in _EMERGENCY

    def names_thresholds(self, question: str) -> bool:
        """Whether the page of a question leads to the threshold document."""
        return bool(self.thresholds_link) and question in _BESIDE_THRESHOLDS


# Each answer on one line: its words, and how long it may be.
_LINES: Mapping[str, tuple[str, int]] = {
    "front_door_phone": ("Phone number of the front door", LONGEST_PHONE),
    "front_door_hours": ("When the front door answers", LONGEST_NAME),
    "out_of_hours_phone": ("Phone number out of hours", LONGEST_PHONE),
    "thresholds_name": ("Name of the threshold document", LONGEST_NAME),
    "thresholds_link": ("Link to the threshold document", LONGEST_LINK),
}
_TEXTS: Mapping[str, Mapping[str, Any]] = {"sections": SECTIONS, "questions": QUESTIONS}


def question_title(question: str) -> str:
    """The heading of a question, whoever it is asked about."""
    return QUESTIONS[question].title.format(name="this person")


def _read(content: Mapping[str, Any]) -> Content:
    problems: list[Any] = []
    whole = Part(content, "", problems)
    whole.text("emergency", LONGEST_HINT, needed="Enter what somebody is to do first in an emergency")
    for name, (_words, limit) in _LINES.items():
        whole.line(name, limit)
    for name in ("front_door_phone", "out_of_hours_phone"):
        if whole.kept.get(name) and not _PHONE.fullmatch(whole.kept[name]):
            whole.wrong(name, "Enter a phone number in figures, like 01632 960001")
    link = whole.kept.get("thresholds_link")
    if link and not _leads_out_safely(link):
        whole.wrong("thresholds_link", "Enter a whole address that begins with https://, like https://www.example.org/thresholds")
    if bool(link) != bool(whole.kept.get("thresholds_name")) and not whole.troubled("thresholds_link", "thresholds_name"):
        whole.wrong("thresholds_name" if link else "thresholds_link", "Give the threshold document both a name and a link, or neither")
    for place, known in _TEXTS.items():
        part = whole.part(place)
        for name in known:
            part.text(name, LONGEST_HINT)
        if texts := part.finish():
            whole.kept[place] = texts
    clean = whole.finish()
    if problems:
        raise RuleBroken(problems)
    return clean


def _leads_out_safely(link: str) -> bool:
    try:
        parts = urlsplit(link)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    plain = link.isascii() and not any(character.isspace() or character in "\\\"'<>`" for character in link)
    return plain and parts.scheme == "https" and "." in host.strip(".") and "@" not in parts.netloc


def _lines(content: Mapping[str, Any]) -> list[Line]:
    found = [Line("Emergency", str(content.get("emergency") or ""))]
    found += [Line(words, content[name]) for name, (words, _limit) in _LINES.items() if content.get(name)]
    told = Guidance.of(content)
    found += [Line(f"Section: {SECTIONS[name]}", told.sections[name]) for name in SECTIONS if name in told.sections]
    return found + [Line(f"Page: {question_title(name)}", told.questions[name]) for name in QUESTIONS if name in told.questions]


GUIDANCE = Setting(
    "guidance", "Guidance on the referral form",
    "Whom to call, the threshold document, and help beside the questions. The questions themselves stay as they are.",
    SHIPPED, _read, _lines,
)  # fmt: skip
