"""The ready questions that the desk chooses from when it asks agencies, as a partnership words them. Pure.

A request keeps the words that were asked, so a later version changes none that went out. Whoever asks may always put own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safeguard.kernel.errors import RuleBroken
from safeguard.local.setting import Content, Line, Setting
from safeguard.local.short_name import SHORT_NAME
from safeguard.mash.checks.words import OWN_WORDS, QUESTIONS, TEMPLATES
from safeguard.referrals.document_fields import Part

MOST = 20
LONGEST_NAME = 80
LONGEST_TEXT = 1_000
SHIPPED: Content = {
    "questions": [{"code": code, "name": TEMPLATES.label(code), "text": text} for code, text in QUESTIONS.items() if code != OWN_WORDS]
}


def names_in(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the desk chooses from, in order: codes with names; own words alone come last."""
    return [*((one["code"], one["name"]) for one in content["questions"]), (OWN_WORDS, TEMPLATES.label(OWN_WORDS))]


def texts_in(content: Mapping[str, Any]) -> dict[str, str]:
    """The question as it is asked by its code; "" for own words alone."""
    return {**{one["code"]: one["text"] for one in content["questions"]}, OWN_WORDS: ""}


def _read(content: Mapping[str, Any]) -> Content:
    problems: list[Any] = []
    whole = Part(content, "", problems)
    questions: list[dict[str, Any]] = []
    for one in whole.parts("questions", MOST, "ready questions"):
        name = one.line("name", LONGEST_NAME, needed="Enter a name, by which the desk finds the question")
        one.text("text", LONGEST_TEXT, needed="Enter the question as the agency reads it")
        code = one.line("code", 30, needed="Enter a short name, like early_years")
        if code and (not SHORT_NAME.fullmatch(code) or code == OWN_WORDS):
            one.wrong("code", "Use small letters, digits and underscores, beginning with a letter, like early_years")
        for key, said in (("name", name), ("code", code)):
            if said and any(other.get(key) == said for other in questions):
                one.wrong(key, "Another question has the same. Give each its own")
        questions.append(one.finish())
    whole.kept["questions"] = questions
    clean = whole.finish()
    if problems:
        raise RuleBroken(problems)
    return clean


def _lines(content: Mapping[str, Any]) -> list[Line]:
    order = "; ".join(name for _code, name in names_in(content))
    return [Line(f"Question: {one['name']}", one["text"]) for one in content["questions"]] + [Line("In this order", order)]


READY_QUESTIONS = Setting(
    "check_questions", "Questions to agencies",
    "The ready questions that the desk chooses from when it asks an agency for information, their words and their order.",
    SHIPPED, _read, _lines,
)  # fmt: skip
