"""Putting a question to somebody: its form as it stands in a draft, and the draft as it stands with their answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from safeguard.concerns.fact_kinds import kinds_about
from safeguard.kernel.errors import Problem
from safeguard.referrals.document import look
from safeguard.referrals.draft_document import (
    Document,
    asks_again,
    house,
    mark_answered,
    member_of,
    members,
    pair_up,
    plain,
    put,
    relate,
    say_siblings,
    siblings_answer,
    with_new,
)
from safeguard.referrals.fact_forms import facts_form
from safeguard.referrals.family_forms import (
    AddressForm,
    MoreForm,
    RelationshipsForm,
    SiblingsEachForm,
    SiblingsForm,
    relationships_form,
    residents_form,
    siblings_each_form,
)
from safeguard.referrals.forms import FORMS, AdultBirthForm, ChildConcernsForm, NewChildForm, QuestionForm, UnbornDetailsForm
from safeguard.referrals.journey import NEW, QUESTIONS, Step
from safeguard.referrals.local_questions import CHILD, REFERRAL, asked_in
from safeguard.referrals.local_questions_form import local_form

_FORMS: Mapping[str, type[QuestionForm]] = {
    **FORMS,
    "address": AddressForm,
    "siblings": SiblingsForm,
    "children": MoreForm,
    "people": MoreForm,
    "addresses": MoreForm,
}


def form_of(step: Step, document: Mapping[str, Any], version: int) -> QuestionForm:
    """The form of a page: with what was just sent if anything was, else with what the draft says."""
    kind, shown = _form_and_shown(step, document)
    form = kind(data={**shown, "version": str(version)})
    questions = form.questions
    if len(questions) == 1 and form.asked_by_heading:
        questions[0].alone = True
    return form


def _form_and_shown(step: Step, document: Mapping[str, Any]) -> tuple[type[QuestionForm], dict[str, Any]]:
    key = step.key or ""
    match step.question:
        case "person-relationships":
            return relationships_form(document, key)
        case "siblings-each":
            return siblings_each_form(document)
        case "address-people":
            return residents_form(document, key)
        case "siblings":
            return SiblingsForm, {"siblings": siblings_answer(document)}
        case "children" | "people" | "addresses":
            return MoreForm, {}
    part = _part(step, document)
    kind = _kind(step, part, document)
    return kind, kind.shown(part)


def _part(step: Step, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of the document that a page fills."""
    if QUESTIONS[step.question].repeats:
        return member_of(document, step.key) or {}
    place = QUESTIONS[step.question].place
    return (document.get(place) or {}) if place else document


def _kind(step: Step, part: Mapping[str, Any], document: Mapping[str, Any]) -> type[QuestionForm]:
    if step == Step("child-name", NEW):
        return NewChildForm
    if step.question == "person-birth" and part.get("kind") == "adult":
        return AdultBirthForm
    if step.question in ("local", "child-local"):
        return local_form(asked_in(document, CHILD if step.question == "child-local" else REFERRAL))
    if step.question == "child-concerns":
        return ChildConcernsForm.offering((document.get("draft") or {}).get("concerns"))
    if step.question == "child-facts":
        return facts_form(part)
    if step.question == "child-details" and (part.get("birth") or {}).get("kind") == "unborn":
        return UnbornDetailsForm
    return _FORMS[step.question]


def with_answer(step: Step, document: Mapping[str, Any], form: QuestionForm) -> tuple[Document, Step]:
    """The draft with the answer, and the page as it is called from now on (a new child has its key)."""
    changed: Document = dict(document)
    key = step.key
    question = QUESTIONS[step.question]
    if key == NEW:
        changed, key = with_new(changed, question.place, once=form.once.data or "")
    if isinstance(form, RelationshipsForm):
        changed = relate(changed, key or "", form.stated())
    elif isinstance(form, SiblingsEachForm):
        changed = pair_up(changed, form.kinds(document))
    elif step.question == "siblings":
        changed = say_siblings(changed, form["siblings"].data or "none")
    elif step.question == "address-people":
        changed = house(changed, key or "", form["residents"].data or [])
    elif not isinstance(form, MoreForm):
        said = form.said()
        if step.question == "child-concerns":
            # Facts about a worry that is no longer ticked were answers to a question that is asked no more.
            said["facts"] = _still_asked((member_of(changed, key) or {}).get("facts"), said["concerns"])
        changed = put(changed, question.place, key, said)
    now = Step(step.question, key)
    return asks_again(document, mark_answered(changed, str(now))), now


def _still_asked(facts: Mapping[str, Any] | None, concerns: Sequence[str] | None) -> dict[str, Any] | None:
    asked = {kind.code for kind in kinds_about(concerns or [])}
    return {code: said for code, said in (facts or {}).items() if code in asked} or None


def problems_here(step: Step, document: Mapping[str, Any], form: QuestionForm, today: date) -> list[Problem]:
    """What the rules have against the answers of this page, each under its field; `document` has the answer in it."""
    question = QUESTIONS[step.question]
    if isinstance(form, MoreForm):
        return []
    start = question.place
    if question.repeats:
        keys = [member["key"] for member in members(document, question.place)]
        start = f"{question.place}[{keys.index(step.key)}]"
    found = []
    for problem in look(plain(document), today=today)[1]:
        field = _field_of(problem.field, start, form, document)
        if problem.field in _too_many(step):
            field = form.questions[0].name
        if field and not (step.question == "person-name" and field != "kind" and not form[field].data):
            found.append(Problem(field, problem.message))
    return found


def _too_many(step: Step) -> tuple[str, ...]:
    """The lists that an answer to this page can make too long."""
    if QUESTIONS[step.question].repeats:
        return ("relationships",) if step.question == "person-relationships" else (QUESTIONS[step.question].place,)
    return ("relationships",) if step.question.startswith("siblings") else ()


def _field_of(path: str, start: str, form: QuestionForm, document: Mapping[str, Any]) -> str | None:
    """The field of this page that `path` means."""
    if isinstance(form, RelationshipsForm | SiblingsEachForm):
        return _relation_field(path, form, document)
    if start and not path.startswith(f"{start}."):
        return None
    return form.field_of(path.removeprefix(f"{start}.") if start else path)


def _relation_field(path: str, form: QuestionForm, document: Mapping[str, Any]) -> str | None:
    if not path.startswith("relationships["):
        return None
    stated = members(document, "relationships")[int(path[len("relationships[") : path.index("]")])]
    names = (f"kind_{stated['to']}", f"pair_{stated['from']}_{stated['to']}")
    if getattr(form, "about", stated["from"]) != stated["from"]:
        return None
    return next((name for name in names if name in form), None)
