"""What a partnership says to agencies: ready words about an outcome, and the words of emails that ask for an answer. Pure.

Ready words are put into a box that a person then finishes. They may hold placeholders, none of which names anybody. An email may
hold none at all: it says nothing of a case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from safeguard.kernel.codes.outcome import OUTCOMES
from safeguard.kernel.errors import Problem, RuleBroken
from safeguard.kernel.text import clean_line, clean_text
from safeguard.local.setting import Content, Line, Setting

MOST = 20
LONGEST_NAME = 80
LONGEST_TEXT = 3_000
LONGEST_EMAIL = 600
LONGEST_SUBJECT = 80
# What a placeholder becomes.
PLACEHOLDERS: Mapping[str, str] = {
    "reference": "the reference of the referral", "received": "the day on which it was received", "decision": "the decision, in words",
    "today": "the day of today", "front_door_phone": "the phone number of the front door",
}  # fmt: skip
# Each email that can be worded: when it is sent, and what it says until a partnership words it.
EMAILS: Mapping[str, tuple[str, str]] = {
    "check_asked": (
        "An agency is asked for information",
        "Your agency was asked for information. Please sign in to the safeguarding partnership's referral service to answer it.",
    ),
    "check_chased": (
        "An answer is still awaited",
        "A request to your agency for information still waits for an answer. Please sign in to the partnership's service to answer it.",
    ),
}
# What stands above each, until a partnership words it.
SUBJECTS: Mapping[str, str] = {"check_asked": "You are asked for information", "check_chased": "An answer is still awaited"}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# A reference, a long number and an address: what would tell of a case, or teach people to follow links in emails.
_TELLING = (
    (re.compile(r"\bSR-", re.IGNORECASE), "a reference"), (re.compile(r"\d(?:[ -]?\d){5,}"), "a long number"),
    (re.compile(r"https?:|www\.|@", re.IGNORECASE), "an address"),
)  # fmt: skip
SHIPPED: Content = {"emails": {kind: words for kind, (_when, words) in EMAILS.items()}}


def email_words(content: Mapping[str, Any], kind: str) -> str:
    """What the email of that kind says."""
    return str((content.get("emails") or {}).get(kind) or EMAILS[kind][1])


def email_subject(content: Mapping[str, Any], kind: str) -> str:
    """What stands above the email of that kind."""
    return str((content.get("subjects") or {}).get(kind) or SUBJECTS[kind])


def ready_words(content: Mapping[str, Any], outcome: str | None) -> list[tuple[int, str, str]]:
    """The ready words about an outcome, or about every outcome where none is chosen yet: place, name and text."""
    return [
        (place, one["name"], one["text"])
        for place, one in enumerate(content.get("outcomes", []))
        if not outcome or not one.get("outcome") or one["outcome"] == outcome
    ]


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """`text` with each placeholder that `values` knows replaced; others stay as they stand. What is put in is not looked at again."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def _read(content: Mapping[str, Any]) -> Content:
    problems = [Problem(str(name), "There are no such words to set") for name in content if name not in ("outcomes", "emails", "subjects")]
    outcomes = content.get("outcomes") or []
    if not isinstance(outcomes, list) or len(outcomes) > MOST or not all(isinstance(one, dict) for one in outcomes):
        problems.append(Problem("outcomes", f"Give up to {MOST} ready words"))
        outcomes = []
    ready = [_ready(one, f"outcomes[{place}]", problems) for place, one in enumerate(outcomes)]
    names = [one["name"] for one in ready]
    problems += [
        Problem(f"outcomes[{place}].name", "Another has the same name. Give each its own")
        for place, name in enumerate(names)
        if name and name in names[:place]
    ]
    emails = _emails(content.get("emails"), "emails", problems)
    subjects = _emails({**SUBJECTS, **_given(content.get("subjects"))}, "subjects", problems)
    if problems:
        raise RuleBroken(problems)
    # Subjects as the service has them are left out, so that versions from before there were any say the same.
    own = {kind: words for kind, words in subjects.items() if words != SUBJECTS[kind]}
    return {"emails": emails, **({"subjects": own} if own else {}), **({"outcomes": ready} if ready else {})}


def _ready(one: Mapping[str, Any], path: str, problems: list[Problem]) -> dict[str, Any]:
    name = _said(one.get("name"), clean_line)
    text = _said(one.get("text"), clean_text)
    outcome = one.get("outcome") or ""
    problems += [Problem(f"{path}.{key}", "There is no such answer") for key in one if key not in ("name", "outcome", "text")]
    if not name or len(name) > LONGEST_NAME:
        problems.append(Problem(f"{path}.name", f"Enter a name of up to {LONGEST_NAME} characters, by which the desk finds it"))
    if outcome and outcome not in OUTCOMES:
        problems.append(Problem(f"{path}.outcome", "Choose a decision, or any decision"))
    if not text or len(text) > LONGEST_TEXT:
        problems.append(Problem(f"{path}.text", f"Enter the words, up to {LONGEST_TEXT:,} characters"))
    problems += [Problem(f"{path}.text", words) for words in _unknown(text)]
    return {"name": name, "text": text, **({"outcome": outcome} if outcome else {})}


def _unknown(text: str) -> list[str]:
    """What is wrong with the placeholders of a text, each named."""
    offered = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    strange = dict.fromkeys(found[1] for found in _PLACEHOLDER.finditer(text) if found[1] not in PLACEHOLDERS)
    said = [f"There is no placeholder {{{name[:40]}}}. Use {offered}" for name in strange]
    if set(_PLACEHOLDER.sub("", text)) & {"{", "}"}:
        said.append(f"A curly bracket stands alone. Write placeholders like {{reference}}: {offered}")
    return said


def _given(said: Any) -> Mapping[str, Any]:
    return said if isinstance(said, Mapping) else {}


def _emails(said: Any, part: str, problems: list[Problem]) -> dict[str, str]:
    """The texts of emails, or where `part` is "subjects" what stands above them."""
    given, subjects = _given(said), part == "subjects"
    longest, what = (LONGEST_SUBJECT, "the subject") if subjects else (LONGEST_EMAIL, "what the email says")
    problems += [Problem(f"{part}.{kind}", "There is no such email") for kind in given if kind not in EMAILS]
    clean = {kind: _said(given.get(kind), clean_line if subjects else clean_text) for kind in EMAILS}
    for kind, text in clean.items():
        path = f"{part}.{kind}"
        if not text or len(text) > longest:
            problems.append(Problem(path, f"Enter {what}, up to {longest} characters"))
        if found := _PLACEHOLDER.search(text):
            problems.append(Problem(path, f"Take {found[0][:42]} out: an email says nothing of a case and names nobody"))
        elif {"{", "}"} & set(text):
            problems.append(Problem(path, "Take the curly brackets out: an email holds no placeholders"))
        problems += [
            Problem(path, f"Take {what} out: an email says nothing of a case, and leads nowhere")
            for shape, what in _TELLING
            if shape.search(text)
        ]
    return clean


def _said(value: Any, clean: Any) -> str:
    return str(clean(value)) if isinstance(value, str) else ""


def _lines(content: Mapping[str, Any]) -> list[Line]:
    found = [
        Line(f"Ready words: {one['name']}", f"{OUTCOMES.label(one['outcome']) if one.get('outcome') else 'Any decision'}\n{one['text']}")
        for one in content.get("outcomes", [])
    ]
    return found + [
        Line(f"Email: {when}", f"{email_subject(content, kind)}\n{email_words(content, kind)}") for kind, (when, _words) in EMAILS.items()
    ]


WORDING = Setting(
    "wording", "Wording to agencies",
    "Ready words about the outcome of a referral, which the desk finishes, and the words of emails that ask an agency for an answer.",
    SHIPPED, _read, _lines,
)  # fmt: skip
