"""The questions of a referral in their order: which apply, which comes next, and which one a problem belongs to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from safeguard.concerns.fact_kinds import kinds_about
from safeguard.kernel.errors import Problem
from safeguard.referrals.draft_document import (
    MEMBERS,
    answered,
    children_of,
    member_of,
    members,
    name_of,
    siblings_answer,
)
from safeguard.referrals.local_questions import CHILD, REFERRAL, asked_in

NEW = "new"
_INDEXED = re.compile(r"(children|people|addresses|relationships)\[(\d+)\]\.?(.*)")

SECTIONS: Mapping[str, str] = {
    "danger": "Immediate danger",
    "referrer": "About you",
    "children": "The children",
    "people": "Parents, carers and other people",
    "siblings": "Brothers and sisters",
    "addresses": "Where they live",
    "concern": "What you are worried about",
    "voice": "What the children say",
    "awareness": "What the parents know",
    "local": "Local questions",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One page. `place` is the part of the document it fills and `fields` the answers it asks for there.

    `title` is the heading; in it `{name}` stands for the person the page is about. `unnamed` is the heading where
    the person is still to be entered.
    """

    name: str
    section: str
    place: str
    fields: tuple[str, ...]
    title: str
    unnamed: str = ""

    @property
    def repeats(self) -> bool:
        """Whether it is asked once for each child, person or address."""
        return self.place in MEMBERS


@dataclass(frozen=True, slots=True)
class Step:
    """A question as asked of one child, person or address (`key`), or of the whole referral (None)."""

    question: str
    key: str | None = None

    def __str__(self) -> str:
        return f"{self.question}:{self.key}" if self.key else self.question


_NAMES = ("given_names", "surname", "known_as")
_ALL = (
    Question("danger", "danger", "", ("immediate_danger",), "Is a child in immediate danger now?"),
    Question("danger-action", "danger", "", ("immediate_action",), "What has been done to keep the child safe?"),
    Question(
        "referrer",
        "referrer",
        "referrer",
        ("name", "role", "phone", "email", "relationship_to_children", "safeguarding_lead_consulted"),
        "Your details",
    ),
    Question("children", "children", "", ("children",), "Children in this referral"),
    Question("child-name", "children", "children", _NAMES, "What is the child called?"),
    Question("child-birth", "children", "children", ("birth",), "When was {name} born?"),
    Question(
        "child-details",
        "children",
        "children",
        ("sex", "nhs_number", "upn", "school", "gp_practice"),
        "What else do you know about {name}?",
    ),
    Question(
        "child-background",
        "children",
        "children",
        ("ethnicity", "first_language", "interpreter_needed", "disabilities"),
        "Background and needs of {name}",
    ),
    Question("child-concerns", "children", "children", ("concerns",), "What are you worried about for {name}?"),
    Question("child-facts", "children", "children", ("facts",), "Details of your worries for {name}"),
    Question("child-local", "children", "children", ("local",), "A few local questions about {name}"),
    Question("people", "people", "", ("people",), "Other people in the children’s lives"),
    Question("person-name", "people", "people", ("kind", *_NAMES), "Who is this person?"),
    Question("person-birth", "people", "people", ("birth",), "How old is {name}?"),
    Question("person-details", "people", "people", ("sex", "phone", "email", "nhs_number", "died", "died_on"), "More about {name}"),
    Question("person-relationships", "people", "people", ("relationships",), "How is {name} related to each child?"),
    Question("siblings", "siblings", "", ("siblings",), "Are these children brothers and sisters?"),
    Question("siblings-each", "siblings", "", ("relationships",), "How are the children related to each other?"),
    Question("addresses", "addresses", "", ("addresses",), "Where the children and other people live"),
    Question(
        "address", "addresses", "addresses", ("lines", "postcode", "no_fixed_abode", "uprn"), "What is the address?"
    ),
    Question("address-people", "addresses", "addresses", ("residents",), "Who lives at {name}?"),
    Question("narrative", "concern", "concern", ("narrative",), "What are you worried about?"),
    Question("happened", "concern", "concern", ("happened_on",), "When did it happen?"),
    Question("history", "concern", "concern", ("history",), "What has happened before?"),
    Question("strengths", "concern", "concern", ("strengths",), "What is going well for the children?"),
    Question("voice", "voice", "voice", ("seen", "seen_alone", "views"), "What do the children say?"),
    Question(
        "parents-told", "awareness", "awareness", ("parents_told",), "Do the parents know that you are making this referral?"
    ),
    Question(
        "not-told-reason", "awareness", "awareness", ("not_told_reason",), "Why have the parents not been told?"
    ),
    Question("agreement", "awareness", "awareness", ("agreement", "parents_views"), "Do the parents agree to this referral?"),
    Question("local", "local", "", ("local",), "A few local questions"),
)
QUESTIONS: Mapping[str, Question] = {question.name: question for question in _ALL}

_PAGES_OF = {
    "children": tuple(question for question in _ALL if question.place == "children"),
    "people": tuple(question for question in _ALL if question.place == "people"),
    "addresses": tuple(question for question in _ALL if question.place == "addresses"),
}


def title_of(step: Step, document: Mapping[str, Any]) -> str:
    """The heading of a page."""
    title = QUESTIONS[step.question].title
    if step.question == "child-birth" and ((member_of(document, step.key) or {}).get("birth") or {}).get("kind") == "unborn":
        title = "When is {name} expected?"
    return title.format(name=name_of(document, step.key)) if step.key and step.key != NEW else title


def plain_title_of(step: Step) -> str:
    """The heading of a page with nobody's name in it: what a browser keeps of where somebody has been."""
    return QUESTIONS[step.question].title.format(name="this person")


def steps(document: Mapping[str, Any]) -> tuple[Step, ...]:
    """Every page that applies to `document` as it stands, in order."""
    found: list[Step] = []
    for question in _ALL:
        if question.repeats or not _applies(question.name, document):
            continue
        if question.name in MEMBERS:
            found += [
                Step(page.name, member["key"])
                for member in members(document, question.name)
                for page in _PAGES_OF[question.name]
                if _asked_of(page.name, document, member)
            ]
        found.append(Step(question.name))
    return tuple(found)


def _asked_of(page: str, document: Mapping[str, Any], member: Mapping[str, Any] | None) -> bool:
    """Whether a page applies to one child: facts where a ticked concern goes with some, local questions where there are any."""
    if page == "child-local":
        return bool(asked_in(document, CHILD))
    if page != "child-facts":
        return True
    return any(kind.of_referrers for kind in kinds_about((member or {}).get("concerns") or []))


def _applies(name: str, document: Mapping[str, Any]) -> bool:
    told = (document.get("awareness") or {}).get("parents_told")
    match name:
        case "danger-action":
            return document.get("immediate_danger") == "yes"
        case "siblings":
            return len(children_of(document)) > 1
        case "siblings-each":
            return len(children_of(document)) > 1 and siblings_answer(document) == "mixed"
        case "not-told-reason":
            return bool(told == "no")
        case "agreement":
            return bool(told == "yes")
        case "local":
            return bool(asked_in(document, REFERRAL))
    return True


def exists(step: Step, document: Mapping[str, Any]) -> bool:
    """Whether there is such a page for `document` now."""
    question = QUESTIONS.get(step.question)
    if question is None or question.repeats != (step.key is not None):
        return False
    if step.key == NEW:
        return question is _PAGES_OF[question.place][0]
    return step in steps(document)


def following(step: Step, document: Mapping[str, Any]) -> Step | None:
    """The page after `step`; None after the last one.

    Having described one child, person or address, the list of them comes next, where another can be added.
    """
    question = QUESTIONS[step.question]
    if question.repeats:
        pages = _PAGES_OF[question.place]
        member = member_of(document, step.key)
        after = [page for page in pages[pages.index(question) + 1 :] if _asked_of(page.name, document, member)]
        return Step(after[0].name, step.key) if after else Step(question.place)
    order = steps(document)
    onwards = order[order.index(step) + 1 :]
    if not onwards:
        return None
    section = QUESTIONS[onwards[0].question].section
    return opening(section, document) if section != question.section else onwards[0]


def opening(section: str, document: Mapping[str, Any]) -> Step | None:
    """Where a section starts: at the list of its people or addresses, or at its first page.

    With no child entered yet, the children start with the first child's name. None where no page applies.
    """
    if section == "children" and not children_of(document):
        return Step("child-name", NEW)
    if section in MEMBERS:
        return Step(section)
    return next((step for step in steps(document) if QUESTIONS[step.question].section == section), None)


def resuming(section: str, document: Mapping[str, Any]) -> Step | None:
    """Where to come back to in a section: its first page without an answer, or its opening."""
    done = answered(document)
    within = [step for step in steps(document) if QUESTIONS[step.question].section == section]
    started = any(str(step) in done for step in within)
    if started:
        for step in within:
            if str(step) not in done:
                return step
    return opening(section, document)


def first_page(place: str) -> Step:
    """The page that enters a new child, person or address."""
    return Step(_PAGES_OF[place][0].name, NEW)


def after_changing(step: Step, document: Mapping[str, Any]) -> Step | None:
    """After a single change: the next page of the section where it needs an answer; None to go back."""
    then = following(step, document)
    if then is None or QUESTIONS[then.question].section != QUESTIONS[step.question].section:
        return None
    return then if str(then) not in answered(document) else None


def page_of(problem: Problem, document: Mapping[str, Any]) -> Step:
    """The page on which to mend a problem that the rules found in `document`."""
    indexed = _INDEXED.match(problem.field)
    if not indexed:
        return _page_of_plain(problem.field)
    place, index, field = indexed[1], int(indexed[2]), indexed[3]
    listed = members(document, place)
    member = listed[index] if index < len(listed) else {}
    if place == "relationships":
        is_person = member.get("from") in {one["key"] for one in members(document, "people")}
        return Step("person-relationships", member["from"]) if is_person else Step("siblings")
    name = re.split(r"[.\[]", field, maxsplit=1)[0]
    pages = _PAGES_OF[place]
    page = next((page for page in pages if name in page.fields), pages[0])
    return Step("addresses") if name == "address" else Step(page.name, member.get("key", NEW))


def _page_of_plain(path: str) -> Step:
    place, _, field = path.partition(".")
    for question in _ALL:
        if not question.repeats and (
            (question.place == place and field in question.fields) or (not question.place and place in question.fields)
        ):
            return Step(question.name)
    first = next((question.name for question in _ALL if question.place == place), "referrer")
    return Step(first)
