"""Structured facts: what may be said of each kind, checked answer by answer. Pure; the kinds are in `fact_kinds`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from safeguard.kernel.codes.code_set import CodeSet
from safeguard.kernel.errors import Problem
from safeguard.kernel.text import clean_text

Value = str | int | tuple[str, ...]
LONGEST_WORDS = 500
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_EARLIEST, _LATEST = date(1990, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Question:
    """One answer of a kind of fact. `form`: one code, many codes, a whole number, a date, or words.

    `desk`: staff and imports are asked, referrers on the pages are not: their form must stay short. `asked`: staff must
    answer it as their service says, others may.
    """

    name: str
    label: str
    form: Literal["one", "many", "number", "day", "words"]
    codes: CodeSet | None = None
    needed: bool = False
    highest: int = 0
    hint: str = ""
    desk: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class FactKind:
    """A kind of structured fact: its questions, what sort of event it makes, and the concern categories it goes with.

    `about` is the categories for which a referral asks it; `coded` what an event with given answers is coded as, by the
    answer of the question `coded_by` where the answer matters.
    """

    code: str
    label: str
    event: str
    questions: tuple[Question, ...]
    about: tuple[str, ...] = ()
    coded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    coded_by: str = ""
    hint: str = ""

    @property
    def of_referrers(self) -> tuple[Question, ...]:
        """The few questions that a referrer is asked on the pages."""
        return tuple(question for question in self.questions if not question.desk)

    def categories(self, answers: Mapping[str, Any]) -> tuple[str, ...]:
        """What an event with these answers is coded as."""
        if not self.coded_by:
            return self.coded.get("", ())
        said = answers.get(self.coded_by)
        given = said if isinstance(said, (list, tuple)) else [said]
        found = [code for one in given for code in self.coded.get(str(one), ())]
        return tuple(dict.fromkeys(found)) or self.coded.get("", ())


def check_answers(kind: FactKind, said: Any, path: str, problems: list[Problem]) -> dict[str, Any]:
    """The cleaned answers of one fact; each thing wrong is added to `problems` under `path`."""
    if not isinstance(said, Mapping):
        problems.append(Problem(path, "Give this as an object, in curly brackets"))
        return {}
    kept: dict[str, Any] = {}
    known = {question.name: question for question in kind.questions}
    for name in said:
        if name not in known:
            shown = clean_text(str(name))[:40] or "?"
            problems.append(Problem(f"{path}.{shown}", f"“{kind.label}” has no such answer. Take it out, or check its spelling"))
    for question in kind.questions:
        value = said.get(question.name)
        if value is None or value in ("", []):
            if question.needed:
                problems.append(Problem(f"{path}.{question.name}", f"Answer this: {question.label[:1].lower()}{question.label[1:]}"))
            continue
        clean, wrong = _READERS[question.form](question, value)
        if wrong:
            problems.append(Problem(f"{path}.{question.name}", wrong))
        else:
            kept[question.name] = clean
    return kept


def _one(question: Question, value: Any) -> tuple[Any, str]:
    codes = question.codes or CodeSet("", {})
    if value in codes:
        return value, ""
    shown = clean_text(value)[:40] if isinstance(value, str) else "This"
    return None, f"“{shown}” is not one of the codes: use {', '.join(codes.codes)}"


def _many(question: Question, value: Any) -> tuple[Any, str]:
    if not isinstance(value, (list, tuple)):
        return None, "Give this as a list of codes, in square brackets"
    if len(value) > 60:
        return None, "This list is longer than the codes there are"
    for one in value:
        _code, wrong = _one(question, one)
        if wrong:
            return None, wrong
    return list(dict.fromkeys(value)), ""


def _number(question: Question, value: Any) -> tuple[Any, str]:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= question.highest:
        return None, f"Give a whole number from 0 to {question.highest:,}"
    return value, ""


def _day(_question: Question, value: Any) -> tuple[Any, str]:
    if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
        return None, "Write the date as year, month and day, like 2026-03-27"
    try:
        on = date.fromisoformat(value)
    except ValueError:
        return None, f"There is no such date as {value}"
    if not _EARLIEST <= on < _LATEST:
        return None, "Check the year: the date must lie between 1990 and 2099"
    return value, ""


def _words(_question: Question, value: Any) -> tuple[Any, str]:
    if not isinstance(value, str):
        return None, "Give this as text, in quotation marks"
    cleaned = clean_text(value)
    if len(cleaned) > LONGEST_WORDS:
        return None, f"Use {LONGEST_WORDS} characters or fewer. This has {len(cleaned):,}"
    return cleaned, ""


_READERS = {"one": _one, "many": _many, "number": _number, "day": _day, "words": _words}
