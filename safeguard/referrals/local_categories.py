"""The concern categories as a partnership offers them on the referral form: in its words and order, some of them no longer. Pure.

The codes stay, and with each the assessment factor of the Children in Need census. A category that is withdrawn is not offered on the
page; files may still carry it, and records that do keep it. A referral holds the words that it was answered under.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from safeguard.kernel.codes.concern_category import CONCERN_CATEGORIES
from safeguard.kernel.errors import Problem, RuleBroken
from safeguard.kernel.text import clean_line
from safeguard.local.setting import Content, Line, Setting
from safeguard.referrals.document_fields import Part

LONGEST_LABEL = 80
# Whatever else is withdrawn, a worry of another kind can be told.
ALWAYS = "unspecified_concern"
OFFERED = CONCERN_CATEGORIES.offered
GROUPS: Mapping[str, tuple[str, ...]] = {
    group: offered for group, codes in CONCERN_CATEGORIES.groups.items() if (offered := tuple(code for code in codes if code in OFFERED))
}


def label_in(content: Mapping[str, Any], code: str) -> str:
    """The words of a category in a version."""
    return str((content.get("labels") or {}).get(code) or CONCERN_CATEGORIES.label(code))


def order_in(content: Mapping[str, Any], group: str) -> list[str]:
    """Every category of a group in the order of a version, those that are withdrawn included."""
    said = list(content.get("order") or [])
    codes = GROUPS[group]
    return sorted(codes, key=lambda code: (said.index(code) if code in said else len(said), codes.index(code)))


def offered_in(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the page offers: code and words, group by group."""
    withdrawn = set(content.get("withdrawn") or ())
    return [(code, label_in(content, code)) for group in GROUPS for code in order_in(content, group) if code not in withdrawn]


def words_kept(content: Mapping[str, Any], number: int) -> dict[str, Any] | None:
    """What a document holds of a version: its number and the words that are not those of the service; None where all are."""
    labels = content.get("labels")
    return {"version": number, "concerns": dict(labels)} if labels else None


def concerns_in_words(document: Mapping[str, Any], codes: Iterable[str] | None) -> list[str]:
    """Categories in the words that a document was answered under."""
    words = (document.get("local_words") or {}).get("concerns") or {}
    return [words.get(code) or CONCERN_CATEGORIES.label(code) for code in codes or () if code in CONCERN_CATEGORIES]


def read_words(whole: Part) -> None:
    """Keep the words that the service put into a document."""
    said = whole.raw("local_words")
    if said is None:
        return
    concerns = said.get("concerns") if isinstance(said, dict) else None
    made_here = (
        isinstance(concerns, dict) and set(said) == {"version", "concerns"} and type(said["version"]) is int
        and all(code in CONCERN_CATEGORIES and isinstance(words, str) for code, words in concerns.items())
    )  # fmt: skip
    if made_here:
        whole.kept["local_words"] = said
    else:
        whole.wrong("local_words", "Leave this out: the service says itself in which words the categories were offered")


def _read(content: Mapping[str, Any]) -> Content:
    strange = set(content) - {"labels", "order", "withdrawn"}
    problems = [Problem(str(name), "There is nothing of this name to set") for name in sorted(strange, key=str)]
    labels = _read_labels(content.get("labels"), problems)
    withdrawn = _codes(content.get("withdrawn"), "withdrawn", problems)
    if ALWAYS in withdrawn:
        problems.append(Problem(f"withdrawn.{ALWAYS}", "This one stays: whoever worries about something else must be able to say so"))
    order = _codes(content.get("order"), "order", problems)
    if problems:
        raise RuleBroken(problems)
    whole = [code for group in GROUPS for code in order_in({"order": order}, group)]
    clean: Content = {"labels": labels} if labels else {}
    if withdrawn:
        clean["withdrawn"] = [code for code in OFFERED if code in withdrawn]
    return clean | ({"order": whole} if whole != [code for codes in GROUPS.values() for code in codes] else {})


def _read_labels(said: Any, problems: list[Problem]) -> dict[str, str]:
    given = said if isinstance(said, Mapping) else {}
    problems += [Problem(f"labels.{code}", "There is no such category to word") for code in given if code not in OFFERED]
    labels = {code: clean_line(given[code]) for code in OFFERED if isinstance(given.get(code), str)}
    labels = {code: words for code, words in labels.items() if words and words != CONCERN_CATEGORIES.label(code)}
    taken: dict[str, str] = {}
    for code in CONCERN_CATEGORIES:
        words = labels.get(code) or CONCERN_CATEGORIES.label(code)
        if len(words) > LONGEST_LABEL:
            problems.append(Problem(f"labels.{code}", f"Use {LONGEST_LABEL} characters or fewer. This has {len(words)}"))
        other = taken.setdefault(words.casefold(), code)
        if other != code:
            at_fault = code if code in labels else other
            problems.append(Problem(f"labels.{at_fault}", f"Another category is called “{words[:40]}” already"))
    return labels


def _codes(said: Any, name: str, problems: list[Problem]) -> list[str]:
    given = said if isinstance(said, list) else []
    wrong = [code for code in given if not isinstance(code, str) or code not in OFFERED]
    if wrong or len(given) > len(OFFERED):
        problems.append(Problem(name, "Choose only from the categories that the page offers"))
        return []
    return list(dict.fromkeys(given))


def _lines(content: Mapping[str, Any]) -> list[Line]:
    withdrawn = set(content.get("withdrawn") or ())
    return [
        Line(
            f"{group}: {CONCERN_CATEGORIES.label(code)} (census factor {CONCERN_CATEGORIES.factor(code)})",
            "Not offered" if code in withdrawn else f"{order_in(content, group).index(code) + 1}. {label_in(content, code)}",
        )
        for group, codes in GROUPS.items()
        for code in codes
    ]


CATEGORIES = Setting(
    "categories", "Concern categories on the referral form",
    "The words, the order and the withdrawal of categories. Each keeps its code and the census factor that belongs to it. Code sets of "
    "national returns, such as ethnicity, are not set here.",
    {}, _read, _lines,
)  # fmt: skip
