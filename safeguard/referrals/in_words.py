"""A referral's document as people read it: sections of questions and answers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from safeguard.people.identifiers import normalise_postcode
from safeguard.people.identity import about_words
from safeguard.referrals.local_categories import concerns_in_words
from safeguard.referrals.local_questions import CHILD, REFERRAL, answers_in_words, version_asked

NOT_STATED = "Not stated"


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a referral: `rows` are pairs of question and answer."""

    title: str
    rows: tuple[tuple[str, str], ...]


def sections_of(document: Mapping[str, Any]) -> tuple[Section, ...]:
    """The whole of a checked document, in the order it was asked."""
    return (
        _urgency(document),
        _concern(document),
        _voice(document),
        _awareness(document),
        *(_person(document, child, f"Child {n}") for n, child in enumerate(document["children"], 1)),
        *(_person(document, person, f"Other person {n}") for n, person in enumerate(document.get("people", []), 1)),
        *_local(document),
        _referrer(document),
    )


def name_of(person: Mapping[str, Any]) -> str:
    """A person's name as stated, or what stands in its place."""
    name = " ".join(part for part in (person.get("given_names"), person.get("surname")) if part)
    if name or person.get("known_as"):
        return name or str(person["known_as"])
    return "Unborn child" if (person.get("birth") or {}).get("kind") == "unborn" else "Name not known"


def birth_words(birth: Mapping[str, Any] | None) -> str:
    """A date of birth, an expected date, an estimated age, or that it is not known."""
    kind = (birth or {}).get("kind")
    if birth and kind == "born" and birth.get("date"):
        return _day(birth["date"])
    if birth and kind == "unborn":
        due = birth.get("expected_date")
        return f"Unborn, expected {_day(due)}" if due else "Unborn, expected date not known"
    if birth and kind == "estimated" and birth.get("age") is not None:
        return about_words(birth["age"])
    return "Not known" if kind == "unknown" else NOT_STATED


def death_words(person: Mapping[str, Any]) -> str | None:
    """Whether somebody has died, and when; None where nobody said."""
    words = YES_NO_NOT_KNOWN.label(person["died"]) if person.get("died") else None
    return f"{words}, on {_day(person['died_on'])}" if words and person.get("died_on") else words


def address_words(address: Mapping[str, Any] | None) -> str:
    """An address on one line, the postcode in its usual form where it has one."""
    if not address:
        return NOT_STATED
    typed = address.get("postcode")
    place = ", ".join([*(address.get("lines") or []), *filter(None, [typed and (normalise_postcode(typed) or typed)])])
    if address.get("no_fixed_abode"):
        return f"No fixed address, stays at {place}" if place else "No fixed address"
    return place or NOT_STATED


def relationship_words(document: Mapping[str, Any], key: str) -> list[str]:
    """What is stated of how the person with `key` stands to others, a line each."""
    people = {one["key"]: one for one in (*document["children"], *document.get("people", []))}
    lines = []
    for stated in document.get("relationships", []):
        if stated["from"] != key or stated["to"] not in people:
            continue
        extra = []
        if stated.get("parental_responsibility"):
            answer = PARENTAL_RESPONSIBILITY.label(stated["parental_responsibility"]).lower()
            extra.append(f"parental responsibility: {answer}")
        if stated.get("lives_with"):
            extra.append(f"lives with them: {YES_NO_NOT_KNOWN.label(stated['lives_with']).lower()}")
        words = f"{_capital(RELATIONSHIPS.phrase(stated['kind']))} {name_of(people[stated['to']])}"
        lines.append(f"{words} ({'; '.join(extra)})" if extra else words)
    return lines


def _urgency(document: Mapping[str, Any]) -> Section:
    return Section(
        "Immediate danger",
        (
            ("Is a child in immediate danger?", _label(YES_NO_NOT_KNOWN, document.get("immediate_danger"))),
            *_said("What has been done", document.get("immediate_action")),
        ),
    )


def _concern(document: Mapping[str, Any]) -> Section:
    concern = document.get("concern") or {}
    return Section(
        "What is worrying",
        (
            ("What has happened", concern.get("narrative") or NOT_STATED),
            ("When it happened", _day(concern["happened_on"]) if concern.get("happened_on") else "No single date"),
            ("What happened before", concern.get("history") or NOT_STATED),
            ("What is going well", concern.get("strengths") or NOT_STATED),
        ),
    )


def _voice(document: Mapping[str, Any]) -> Section:
    voice = document.get("voice") or {}
    return Section(
        "The child's voice",
        (
            ("Seen", _label(YES_NO_NOT_KNOWN, voice.get("seen"))),
            ("Seen alone", _label(YES_NO_NOT_KNOWN, voice.get("seen_alone"))),
            ("What the child says, wishes and feels", voice.get("views") or NOT_STATED),
        ),
    )


def _awareness(document: Mapping[str, Any]) -> Section:
    awareness = document.get("awareness") or {}
    return Section(
        "What the parents know",
        (
            ("Parents told of the referral", _label(YES_NO_NOT_KNOWN, awareness.get("parents_told"))),
            *_said("Why not", awareness.get("not_told_reason")),
            ("Agreement to share information", _label(AGREEMENT, awareness.get("agreement"))),
            ("What the parents think", awareness.get("parents_views") or NOT_STATED),
        ),
    )


def _person(document: Mapping[str, Any], person: Mapping[str, Any], title: str) -> Section:
    addresses = {address["key"]: address for address in document.get("addresses", [])}
    rows: list[tuple[str, str]] = [
        ("Name", name_of(person)),
        *_said("Also known as", person.get("known_as")),
        ("Date of birth", birth_words(person.get("birth"))),
        ("Sex", _label(SEXES, person.get("sex"))),
        ("Address", address_words(addresses.get(person.get("address") or ""))),
        *_said("NHS number", spaced_nhs_number(person.get("nhs_number"))),
        *_said("Unique pupil number", person.get("upn")),
        *_said("Phone", person.get("phone")),
        *_said("Email", person.get("email")),
        *_said("Has died", death_words(person)),
        *_said("School, nursery or college", person.get("school")),
        *_said("GP practice", person.get("gp_practice")),
        *_said("Ethnicity", ETHNICITIES.label(person["ethnicity"]) if person.get("ethnicity") else None),
        *_said("First language", person.get("first_language")),
    ]
    if person.get("interpreter_needed"):
        rows.append(("Interpreter needed", YES_NO_NOT_KNOWN.label(person["interpreter_needed"])))
    if person.get("disabilities"):
        rows.append(("Disability", _labels(DISABILITIES, person["disabilities"])))
    if person.get("concerns"):
        rows.append(("Concerns", ", ".join(concerns_in_words(document, person["concerns"]))))
    rows += facts_in_words(person.get("facts") or {})
    rows += _local_rows(document, CHILD, person) if title.startswith("Child") else []
    rows += [("Relationship", words) for words in relationship_words(document, person["key"])]
    return Section(f"{title}: {name_of(person)}", tuple(rows))


def _local(document: Mapping[str, Any]) -> Sequence[Section]:
    """The local questions about the referral, and under which version they and those about each child were asked."""
    number = version_asked(document)
    if number is None:
        return ()
    asked_under = ("Asked under", f"Version {number} of the local questions")
    return (Section("Local questions", (*_local_rows(document, REFERRAL, document), asked_under)),)


def _local_rows(document: Mapping[str, Any], about: str, part: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(label, said or NOT_STATED) for label, said in answers_in_words(document, about, part)]


def _referrer(document: Mapping[str, Any]) -> Section:
    referrer = document.get("referrer") or {}
    return Section(
        "Who referred",
        (
            ("Name", referrer.get("name") or NOT_STATED),
            ("Role", referrer.get("role") or NOT_STATED),
            ("Phone", referrer.get("phone") or NOT_STATED),
            ("Email", referrer.get("email") or NOT_STATED),
            *_said("How they know the children", referrer.get("relationship_to_children")),
            (
                "Safeguarding lead consulted",
                _label(SAFEGUARDING_LEAD_CONSULTED, referrer.get("safeguarding_lead_consulted")),
            ),
            ("Source of referral", _label(REFERRAL_SOURCES, document.get("source_code"))),
        ),
    )


def spaced_nhs_number(number: str | None) -> str | None:
    """999 000 0018, as it is read aloud."""
    return f"{number[:3]} {number[3:6]} {number[6:]}" if number and len(number) == 10 else number


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _said(question: str, answer: str | None) -> Sequence[tuple[str, str]]:
    """A row only where something was said."""
    return ((question, answer),) if answer else ()


def _label(codes: CodeSet, code: str | None) -> str:
    return codes.label(code) if code in codes and code else NOT_STATED


def _labels(codes: CodeSet, chosen: Iterable[str]) -> str:
    return ", ".join(codes.label(code) for code in chosen if code in codes)


def _day(text: str) -> str:
    return long_date(date.fromisoformat(text))
