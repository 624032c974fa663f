"""Questions that a partnership adds to the referral form, for some kinds of sender. Pure.

They stand beside the core questions and replace none. Nobody has to answer one, so none holds up a referral. A referral
holds, under `local_asked`, the questions it was asked and the number of their version, so that it reads the same for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from safeguard.kernel.codes.answer import YES_NO_NOT_KNOWN
from safeguard.kernel.codes.code_set import CodeSet
from safeguard.kernel.dates import long_date
from safeguard.kernel.errors import RuleBroken
from safeguard.local.setting import Content, Line, Setting
from safeguard.local.short_name import SHORT_NAME
from safeguard.referrals.document_fields import Part

MOST = 12
LONGEST_LABEL = 150
LONGEST_HINT = 300
LONGEST_ANSWER = 500
LONGEST_CHOICE = 100
CHOICES = range(2, 13)

YES_NO, TEXT, CHOICE, DATE = "yes_no", "text", "choice", "date"
KINDS = CodeSet(
    "kind of answer", {YES_NO: "Yes, no or not known", TEXT: "A short text", CHOICE: "One of a list", DATE: "A date"}
)
CHILD, REFERRAL = "child", "referral"
ABOUT = CodeSet("what it is asked about", {CHILD: "Each child", REFERRAL: "The referral as a whole"})
# Kinds of sender, each by the DfE referral source codes that belong to it.
_CODES_OF: Mapping[str, tuple[str, ...]] = {
    "education": ("2A", "2B"), "health": ("3A", "3B", "3C", "3D", "3E", "3F"), "housing": ("4",), "council": ("5A", "5B", "5C", "5D"),
    "police": ("6",), "legal": ("7",), "other": ("8",), "public": ("1A", "1B", "1C", "1D", "9", "10"),
}  # fmt: skip
SOURCES = CodeSet(
    "kind of sender",
    {
        "education": "Schools and education", "health": "Health", "housing": "Housing", "council": "Councils", "police": "Police",
        "legal": "Courts and probation", "other": "Others, such as voluntary organisations", "public": "Family, the public and not known",
    },
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LocalQuestion:
    """One question. `choices` are the words somebody may choose, of the kind `choice` alone."""

    code: str
    label: str
    kind: str
    about: str
    hint: str = ""
    choices: tuple[str, ...] = ()

    def in_words(self, answer: Any) -> str | None:
        """An answer as people read it; None where nothing was said."""
        if not isinstance(answer, str) or not answer:
            return None
        if self.kind == YES_NO and answer in YES_NO_NOT_KNOWN:
            return YES_NO_NOT_KNOWN.label(answer)
        return long_date(date.fromisoformat(answer)) if self.kind == DATE else answer


def asked_now(content: Mapping[str, Any], number: int, source_code: str) -> dict[str, Any] | None:
    """What a document of this source holds of the version in use: its number and the questions asked; None where there are none."""
    group = next((name for name, codes in _CODES_OF.items() if source_code in codes), "public")
    questions = [
        {name: value for name, value in one.items() if name != "sources"}
        for one in content.get("questions", [])
        if not one.get("sources") or group in one["sources"]
    ]
    return {"version": number, "questions": questions} if questions else None


def first_code(source: str) -> str:
    """A DfE referral source code of this kind of sender."""
    return _CODES_OF[source][0]


def asked_in(document: Mapping[str, Any], about: str) -> Sequence[LocalQuestion]:
    """The local questions that a document was asked about each child, or about the whole."""
    return [one for one in _questions_of(document.get("local_asked")) or () if one.about == about]


def answers_in_words(document: Mapping[str, Any], about: str, part: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    """Each local question asked of a part of a document, with the answer in words; None where nothing was said."""
    said = part.get("local") or {}
    return [(one.label, one.in_words(said.get(one.code))) for one in asked_in(document, about)]


def version_asked(document: Mapping[str, Any]) -> int | None:
    """The number of the version of the local questions that a document was asked."""
    asked = document.get("local_asked")
    return asked["version"] if asked and _questions_of(asked) else None


def read_asked(whole: Part) -> None:
    """Keep the questions that the service put into a document."""
    asked = whole.raw("local_asked")
    if asked is None:
        return
    if _questions_of(asked) is None:
        whole.wrong("local_asked", "Leave this out: the service says itself which local questions were asked")
    else:
        whole.kept["local_asked"] = asked


def read_local(part: Part, asked: Sequence[LocalQuestion]) -> None:
    """Check the answers to local questions in a part of a document. None has to be answered."""
    said = part.part("local")
    for one in asked:
        if one.kind == DATE:
            said.day(one.code)
        elif one.kind == TEXT:
            said.line(one.code, LONGEST_ANSWER)
        elif one.kind == YES_NO:
            said.code(one.code, YES_NO_NOT_KNOWN)
        elif (chosen := said.raw(one.code)) not in (None, "", *one.choices):
            said.wrong(one.code, f"Choose one of: {'; '.join(one.choices)}")
        elif chosen:
            said.kept[one.code] = chosen
    if answers := said.finish():
        part.kept["local"] = answers


def _questions_of(asked: Any) -> list[LocalQuestion] | None:
    """The questions that `local_asked` holds; None where it is not as the service makes it."""
    if not isinstance(asked, dict) or set(asked) != {"version", "questions"} or type(asked["version"]) is not int:
        return None
    try:
        found = [LocalQuestion(**{**one, "choices": tuple(one.get("choices", ()))}) for one in asked["questions"]]
    except (TypeError, AttributeError):
        return None
    texts: Iterable[Any] = (text for one in found for text in (one.code, one.label, one.hint, *one.choices))
    whole = all(isinstance(text, str) for text in texts) and all(one.kind in KINDS and one.about in ABOUT for one in found)
    return found if whole else None


def _read(content: Mapping[str, Any]) -> Content:
    problems: list[Any] = []
    whole = Part(content, "", problems)
    questions: list[dict[str, Any]] = []
    for one in whole.parts("questions", MOST, "local questions"):
        label = one.line("label", LONGEST_LABEL, needed="Enter the question")
        one.line("hint", LONGEST_HINT)
        code = one.line("code", 30, needed="Enter a short name for files, like attendance_this_term")
        if code and not SHORT_NAME.fullmatch(code):
            one.wrong("code", "Use small letters, digits and underscores, beginning with a letter, like attendance_this_term")
        kind = one.code("kind", KINDS, needed="Choose the kind of answer")
        one.code("about", ABOUT, needed="Choose what it is asked about")
        one.codes("sources", SOURCES)
        _read_choices(one, kind)
        for name, said, words in (("label", label, "question"), ("code", code, "short name")):
            if said and any(other.get(name) == said for other in questions):
                one.wrong(name, f"Another {words} is the same. Give each its own")
        questions.append(one.finish())
    if questions:
        whole.kept["questions"] = questions
    clean = whole.finish()
    if problems:
        raise RuleBroken(problems)
    return clean


def _read_choices(one: Part, kind: str | None) -> None:
    choices = one.raw("choices")
    if kind != CHOICE:
        if choices and kind:
            one.wrong("choices", "Only a question with one of a list has choices. Take them out, or choose that kind")
        return
    if not isinstance(choices, list) or not all(isinstance(words, str) for words in choices):
        one.wrong("choices", "Enter the choices, one on each line")
        return
    kept = [words for words in (" ".join(words.split()) for words in choices) if words]
    if len(kept) not in CHOICES or len(set(kept)) < len(kept):
        one.wrong("choices", f"Enter {CHOICES.start} to {CHOICES.stop - 1} different choices, one on each line. There are {len(set(kept))}")
    elif long := next((words for words in kept if len(words) > LONGEST_CHOICE), None):
        one.wrong("choices", f"Each choice must be {LONGEST_CHOICE} characters or fewer. “{long[:30]}…” has {len(long)}")
    else:
        one.kept["choices"] = kept


def _lines(content: Mapping[str, Any]) -> list[Line]:
    found = []
    for one in content.get("questions", []):
        asked_of = ", ".join(SOURCES.label(code) for code in one.get("sources", ())) or "Everybody"
        words = [
            KINDS.label(one["kind"]) + (f": {'; '.join(one['choices'])}" if one.get("choices") else ""),
            f"About: {ABOUT.label(one['about']).lower()}",
            f"Asked of: {asked_of}", *([f"Hint: {one['hint']}"] if one.get("hint") else []), f"In files: {one['code']}",
        ]  # fmt: skip
        found.append(Line(one["label"], "\n".join(words)))
    order = "; ".join(line.where for line in found)
    return [*found, Line("Order", order or "No local question")]


LOCAL_QUESTIONS = Setting(
    "questions", "Local questions on the referral form",
    "Questions that this partnership asks some senders beside the core ones. Nobody has to answer one, and no core question is changed.",
    {}, _read, _lines,
)  # fmt: skip
