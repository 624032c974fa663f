"""What was said, in words and in order: for checking before it is sent, and for reading it afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from safeguard.concerns.fact_kinds import in_words as facts_in_words
from safeguard.kernel.codes.answer import (
    AGREEMENT,
    PARENTAL_RESPONSIBILITY,
    SAFEGUARDING_LEAD_CONSULTED,
    YES_NO_NOT_KNOWN,
)
from safeguard.kernel.codes.code_set import CodeSet
from safeguard.kernel.codes.disability import DISABILITIES
from safeguard.kernel.codes.ethnicity import ETHNICITIES
from safeguard.kernel.codes.referral_source import REFERRAL_SOURCES
from safeguard.kernel.codes.relationship import RELATIONSHIPS
from safeguard.kernel.codes.sex import SEXES
from safeguard.kernel.dates import long_date
from safeguard.referrals.document_people import PERSON_KINDS
from safeguard.referrals.draft_document import children_of, everybody, members, name_of
from safeguard.referrals.in_words import NOT_STATED, address_words, birth_words, death_words, spaced_nhs_number
from safeguard.referrals.journey import Step
from safeguard.referrals.local_categories import concerns_in_words
from safeguard.referrals.local_questions import CHILD, REFERRAL, answers_in_words


@dataclass(frozen=True, slots=True)
class Row:
    """One answer: what was asked, what was said, and the page where it can be changed."""

    label: str
    said: str
    page: Step

    @property
    def stated(self) -> bool:
        return self.said != NOT_STATED


@dataclass(frozen=True, slots=True)
class Told:
    """A card of answers: its heading, and the section of the referral it stands in."""

    heading: str
    section: str
    rows: tuple[Row, ...]


def told(document: Mapping[str, Any]) -> list[Told]:
    """Everything a document says, card by card. Works for drafts, however little they say."""
    cards = [_danger(document), _referrer(document)]
    cards += [_child(document, child) for child in children_of(document)]
    cards += [_person(document, person) for person in members(document, "people")]
    if len(children_of(document)) > 1:
        cards.append(_siblings(document))
    cards += [_address(document, address) for address in members(document, "addresses")]
    return [*cards, _concern(document), _voice(document), _awareness(document), *_local(document)]


def _danger(document: Mapping[str, Any]) -> Told:
    danger = document.get("immediate_danger")
    rows = [Row("A child is in immediate danger", _label(YES_NO_NOT_KNOWN, danger), Step("danger"))]
    if danger == "yes":
        rows.append(Row("What has been done", _text(document.get("immediate_action")), Step("danger-action")))
    return Told("Immediate danger", "danger", tuple(rows))


def _referrer(document: Mapping[str, Any]) -> Told:
    said, page = document.get("referrer") or {}, Step("referrer")
    return Told(
        "Who is referring",
        "referrer",
        (
            Row("Name", _text(said.get("name")), page),
            Row("Job title or role", _text(said.get("role")), page),
            Row("Phone number", _text(said.get("phone")), page),
            Row("Email address", _text(said.get("email")), page),
            Row("How they know the children", _text(said.get("relationship_to_children")), page),
            Row(
                "Safeguarding lead consulted",
                _label(SAFEGUARDING_LEAD_CONSULTED, said.get("safeguarding_lead_consulted")),
                page,
            ),
            Row("Source of the referral", _label(REFERRAL_SOURCES, document.get("source_code")), page),
        ),
    )


def _names(member: Mapping[str, Any], page: Step) -> list[Row]:
    full = " ".join(part for part in (member.get("given_names"), member.get("surname")) if part)
    return [Row("Name", _text(full), page), Row("Also known as", _text(member.get("known_as")), page)]


def _child(document: Mapping[str, Any], child: Mapping[str, Any]) -> Told:
    key = child.get("key")
    details, background = Step("child-details", key), Step("child-background", key)
    rows = [
        *_names(child, Step("child-name", key)),
        Row("Born", birth_words(child.get("birth")), Step("child-birth", key)),
        Row("Sex", _label(SEXES, child.get("sex")), details),
        Row("NHS number", _text(spaced_nhs_number(child.get("nhs_number"))), details),
        Row("Unique pupil number", _text(child.get("upn")), details),
        Row("School, nursery or college", _text(child.get("school")), details),
        Row("GP practice", _text(child.get("gp_practice")), details),
        Row("Ethnicity", _label(ETHNICITIES, child.get("ethnicity")), background),
        Row("First language", _text(child.get("first_language")), background),
        Row("Interpreter needed", _label(YES_NO_NOT_KNOWN, child.get("interpreter_needed")), background),
        Row("Disabilities", _labels(DISABILITIES, child.get("disabilities")), background),
        Row("Concerns", _text("\n".join(concerns_in_words(document, child.get("concerns")))), Step("child-concerns", key)),
        *(Row(label, said, Step("child-facts", key)) for label, said in facts_in_words(child.get("facts") or {})),
        *_local_rows(document, CHILD, child, Step("child-local", key)),
        _home(document, child),
    ]
    return Told(_heading(document, key), "children", tuple(rows))


def _person(document: Mapping[str, Any], person: Mapping[str, Any]) -> Told:
    key = person.get("key")
    name, details = Step("person-name", key), Step("person-details", key)
    rows = [
        Row("Adult or child", _label(PERSON_KINDS, person.get("kind")), name),
        *_names(person, name),
        Row("Born", birth_words(person.get("birth")), Step("person-birth", key)),
        Row("Sex", _label(SEXES, person.get("sex")), details),
        Row("Phone number", _text(person.get("phone")), details),
        Row("Email address", _text(person.get("email")), details),
        Row("NHS number", _text(spaced_nhs_number(person.get("nhs_number"))), details),
        Row("Has died", _text(death_words(person)), details),
        *(
            Row(f"To {name_of(document, one['to'])}", _relation(one), Step("person-relationships", key))
            for one in members(document, "relationships")
            if one.get("from") == key
        ),
        _home(document, person),
    ]
    return Told(_heading(document, key), "people", tuple(rows))


def _relation(stated: Mapping[str, Any]) -> str:
    words = [_label(RELATIONSHIPS, stated.get("kind"))]
    if stated.get("parental_responsibility"):
        held = _label(PARENTAL_RESPONSIBILITY, stated["parental_responsibility"]).lower()
        words.append(f"Parental responsibility: {held}")
    if stated.get("lives_with"):
        words.append(f"Lives with the child: {_label(YES_NO_NOT_KNOWN, stated['lives_with']).lower()}")
    return "\n".join(words)


def _siblings(document: Mapping[str, Any]) -> Told:
    children = {child.get("key") for child in children_of(document)}
    rows = tuple(
        Row(
            f"{name_of(document, one['to'])} and {name_of(document, one['from'])}",
            _label(RELATIONSHIPS, one.get("kind")),
            Step("siblings"),
        )
        for one in members(document, "relationships")
        if one.get("from") in children and one.get("to") in children
    )
    nothing = (Row("Related to each other", "Nothing stated", Step("siblings")),)
    return Told("Brothers and sisters", "siblings", rows or nothing)


def _address(document: Mapping[str, Any], address: Mapping[str, Any]) -> Told:
    key = address.get("key")
    residents = [name_of(document, one["key"]) for one in everybody(document) if one.get("address") == key]
    return Told(
        "Address",
        "addresses",
        (
            Row("Address", address_words(address), Step("address", key)),
            Row("Who lives there", _text("\n".join(residents)), Step("address-people", key)),
        ),
    )


def _home(document: Mapping[str, Any], member: Mapping[str, Any]) -> Row:
    found = next((one for one in members(document, "addresses") if one.get("key") == member.get("address")), None)
    return Row("Lives at", address_words(found), Step("addresses"))


def _concern(document: Mapping[str, Any]) -> Told:
    said = document.get("concern") or {}
    return Told(
        "What the worry is",
        "concern",
        (
            Row("What happened", _text(said.get("narrative")), Step("narrative")),
            Row("When", _day(said.get("happened_on")), Step("happened")),
            Row("What happened before", _text(said.get("history")), Step("history")),
            Row("What is going well", _text(said.get("strengths")), Step("strengths")),
        ),
    )


def _voice(document: Mapping[str, Any]) -> Told:
    said, page = document.get("voice") or {}, Step("voice")
    return Told(
        "What the children say",
        "voice",
        (
            Row("Seen", _label(YES_NO_NOT_KNOWN, said.get("seen")), page),
            Row("Seen alone", _label(YES_NO_NOT_KNOWN, said.get("seen_alone")), page),
            Row("What they said, wish and feel", _text(said.get("views")), page),
        ),
    )


def _awareness(document: Mapping[str, Any]) -> Told:
    said = document.get("awareness") or {}
    known = said.get("parents_told")
    rows = [Row("The parents know of the referral", _label(YES_NO_NOT_KNOWN, known), Step("parents-told"))]
    if known == "no":
        rows.append(Row("Why not", _text(said.get("not_told_reason")), Step("not-told-reason")))
    if known == "yes":
        rows.append(Row("Agreement", _label(AGREEMENT, said.get("agreement")), Step("agreement")))
        rows.append(Row("What the parents say", _text(said.get("parents_views")), Step("agreement")))
    return Told("What the parents know", "awareness", tuple(rows))


def _local(document: Mapping[str, Any]) -> list[Told]:
    rows = _local_rows(document, REFERRAL, document, Step("local"))
    return [Told("Local questions", "local", tuple(rows))] if rows else []


def _local_rows(document: Mapping[str, Any], about: str, part: Mapping[str, Any], page: Step) -> list[Row]:
    return [Row(label, _text(said), page) for label, said in answers_in_words(document, about, part)]


def _heading(document: Mapping[str, Any], key: str | None) -> str:
    name = name_of(document, key)
    return name[:1].upper() + name[1:]


def _text(value: Any) -> str:
    return str(value) if value else NOT_STATED


def _label(codes: CodeSet, code: Any) -> str:
    return codes.label(code) if code in codes else NOT_STATED


def _labels(codes: CodeSet, chosen: Iterable[str] | None) -> str:
    return _text("\n".join(codes.label(code) for code in chosen or () if code in codes))


def _day(text: str | None) -> str:
    if not text:
        return NOT_STATED
    return long_date(date.fromisoformat(text))
