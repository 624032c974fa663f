"""Payloads in everything that a partnership may set for itself, agreed by two people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from safeguard.kernel.errors import RuleBroken
from safeguard.local import versions
from safeguard.local.setting import Setting
from safeguard.local.wording import SHIPPED, WORDING
from safeguard.referrals.guidance import GUIDANCE
from safeguard.referrals.journey import QUESTIONS, SECTIONS
from safeguard.referrals.local_categories import CATEGORIES, OFFERED
from safeguard.referrals.local_questions import LOCAL_QUESTIONS
from tests.integration.help import somebody, transaction_at
from tests.payloads.corpus import ALL


def set_payloads(at: Any) -> int:
    """Put payloads into every setting that holds words, as many as its rules take; how many."""
    count = 0
    for setting, make in ((GUIDANCE, _guidance), (LOCAL_QUESTIONS, _questions), (CATEGORIES, _categories), (WORDING, _wording)):
        content, number = make(setting)
        count += number
        with transaction_at(at) as (session, _at):
            row = versions.propose(
                session, somebody(session, "manager"), setting, content, reason=ALL[count % len(ALL)] + "x", from_day=at.date(),
                seen=versions.newest_number(session, setting), at=at,
            )  # fmt: skip
            versions.approve(session, somebody(session, "governance"), setting, row.number, reason=ALL[count % len(ALL)] + "x", at=at)
    return count


def _payloads() -> Iterator[str]:
    while True:
        yield from ALL


def _filled(setting: Setting, content: dict[str, Any], places: list[tuple[dict[str, Any], str]]) -> tuple[dict[str, Any], int]:
    """`content` with a payload in each of these places, the first that its rules take there."""
    payloads, count = _payloads(), 0
    for holder, name in places:
        before = holder.get(name)
        for _try in range(12):
            holder[name] = next(payloads)
            try:
                setting.read(content)
            except RuleBroken:
                continue
            count += 1
            break
        else:
            holder[name] = before
    return content, count


def _guidance(setting: Setting) -> tuple[dict[str, Any], int]:
    content: dict[str, Any] = {"emergency": "x", "sections": {}, "questions": {}}
    places = [(content["sections"], name) for name in SECTIONS] + [(content["questions"], name) for name in QUESTIONS]
    return _filled(setting, content, [(content, "emergency"), (content, "front_door_hours"), *places])


def _questions(setting: Setting) -> tuple[dict[str, Any], int]:
    kinds = ("yes_no", "text", "choice", "date")
    questions: list[dict[str, Any]] = [
        {"code": f"q{n}", "label": f"Question {n}", "kind": kinds[n % 4], "about": ("child", "referral")[n // 6], "hint": "x"}
        for n in range(12)
    ]
    for one in questions[2::4]:
        one["choices"] = ["A", "B", *(text for text in ALL[:40:6] if text.strip() and len(text) <= 100 and "\n" not in text)]
    return _filled(setting, {"questions": questions}, [(one, name) for one in questions for name in ("label", "hint")])


def _categories(setting: Setting) -> tuple[dict[str, Any], int]:
    content: dict[str, Any] = {"labels": {}}
    return _filled(setting, content, [(content["labels"], code) for code in OFFERED])


def _wording(setting: Setting) -> tuple[dict[str, Any], int]:
    ready = [{"name": f"Words {n}", "text": "x"} for n in range(20)]
    content = {**SHIPPED, "outcomes": ready}
    return _filled(setting, content, [(one, name) for one in ready for name in ("name", "text")])
