"""The settings that have a page, each with its form and its preview."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from safeguard.governance.local.categories_form import CategoriesForm
from safeguard.governance.local.forms import VersionForm
from safeguard.governance.local.guidance_form import GuidanceForm
from safeguard.governance.local.levels_form import LevelsForm
from safeguard.governance.local.questions_form import questions_form
from safeguard.governance.local.ready_questions_form import ready_questions_form
from safeguard.governance.local.wording_form import wording_form
from safeguard.kernel.clock import london_date, now
from safeguard.kernel.codes.outcome import OUTCOMES
from safeguard.kernel.dates import long_date
from safeguard.local.setting import Setting
from safeguard.local.wording import EMAILS, WORDING, email_subject, email_words, fill_in
from safeguard.mash.checks.ready_questions import READY_QUESTIONS, names_in, texts_in
from safeguard.mash.clocks import answer_due, due_at
from safeguard.mash.service_levels import FIXED, RATING_WORDS, SERVICE_LEVELS, clocks_of
from safeguard.referrals.forms import QuestionForm
from safeguard.referrals.guidance import GUIDANCE, Guidance, question_title
from safeguard.referrals.journey import SECTIONS
from safeguard.referrals.local_categories import CATEGORIES, GROUPS, offered_in
from safeguard.referrals.local_questions import CHILD, LOCAL_QUESTIONS, REFERRAL, SOURCES, asked_in, asked_now, first_code
from safeguard.referrals.local_questions_form import local_form
from safeguard.web.rendering import front_door_phone


@dataclass(frozen=True, slots=True)
class Page:
    """A setting and how it is written and shown.

    `form` gives the form for a content, or with None for what was sent. `preview` is a template, and `previewed` what that
    template shows of a content.
    """

    setting: Setting
    form: Callable[[Mapping[str, Any] | None], type[VersionForm]]
    preview: str
    previewed: Callable[[Mapping[str, Any]], dict[str, Any]]


def _guidance(content: Mapping[str, Any]) -> dict[str, Any]:
    return {"guidance": Guidance.of(content), "section_titles": SECTIONS, "question_title": question_title}


def _questions(content: Mapping[str, Any]) -> dict[str, Any]:
    """What each kind of sender is asked, as a form; kinds that are asked the same stand together."""
    together: dict[str, tuple[list[str], Any]] = {}
    for group, words in SOURCES.choices():
        asked = asked_now(content, 0, first_code(group))
        if asked:
            together.setdefault(str(asked), ([], asked))[0].append(words)
    return {
        "asked": [
            ("; ".join(words), [_shown(asked, about, f"{number}{about}") for about in (CHILD, REFERRAL)])
            for number, (words, asked) in enumerate(together.values())
        ]
    }


def _levels(content: Mapping[str, Any]) -> dict[str, Any]:
    """When things would be due if they began now, and what the law fixes."""
    at, policy = now(), clocks_of(content, -1)
    dues = [
        (words, due_at(rating, at, policy) if rating in policy.rating_hours else None, answer_due(rating, at, policy)[1])
        for rating, words in RATING_WORDS.items()
    ]
    return {"dues": dues, "example": at, "fixed": FIXED}


def _wording(content: Mapping[str, Any]) -> dict[str, Any]:
    """The ready words as they would read of an invented referral, and the emails."""
    on = long_date(london_date(now()))
    values = {"reference": "SR-0000-0000", "received": on, "today": on, "front_door_phone": front_door_phone()}
    ready = [
        (one["name"], fill_in(one["text"], {**values, "decision": OUTCOMES.label(one.get("outcome") or "EARLY_HELP")}))
        for one in content.get("outcomes", [])
    ]
    emails = [(when, email_subject(content, kind), email_words(content, kind)) for kind, (when, _words) in EMAILS.items()]
    return {"ready": ready, "emails": emails}


def _ready_questions(content: Mapping[str, Any]) -> dict[str, Any]:
    texts = texts_in(content)
    return {"ready": [(name, texts[code]) for code, name in names_in(content)]}


def _categories(content: Mapping[str, Any]) -> dict[str, Any]:
    offered = offered_in(content)
    return {"offered": {group: [words for code, words in offered if code in codes] for group, codes in GROUPS.items()}}


def _shown(asked: Mapping[str, Any], about: str, prefix: str) -> QuestionForm:
    return local_form(asked_in({"local_asked": asked}, about))(formdata=None, prefix=prefix)


_ALL = (
    Page(GUIDANCE, lambda _content: GuidanceForm, "governance/local/_guidance.html", _guidance),
    Page(CATEGORIES, lambda _content: CategoriesForm, "governance/local/_categories.html", _categories),
    Page(SERVICE_LEVELS, lambda _content: LevelsForm, "governance/local/_levels.html", _levels),
    Page(WORDING, wording_form, "governance/local/_wording.html", _wording),
    Page(READY_QUESTIONS, ready_questions_form, "governance/local/_ready_questions.html", _ready_questions),
    Page(LOCAL_QUESTIONS, questions_form, "governance/local/_questions.html", _questions),
)
PAGES: Mapping[str, Page] = {one.setting.code: one for one in _ALL}
