"""The rules of a referral document, the same for what pages fill in and what files bring.

The form is described in docs/referral-json.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from safeguard.kernel.codes.answer import AGREEMENT, SAFEGUARDING_LEAD_CONSULTED, YES_NO_NOT_KNOWN
from safeguard.kernel.codes.referral_source import REFERRAL_SOURCES
from safeguard.kernel.errors import Problem, RuleBroken
from safeguard.referrals.document_fields import LONGEST_EMAIL, LONGEST_NAME, Part, like_an_email
from safeguard.referrals.document_people import (
    NAMES,
    read_addresses,
    read_children,
    read_people,
    read_relationships,
)
from safeguard.referrals.local_categories import read_words
from safeguard.referrals.local_questions import CHILD, REFERRAL, asked_in, read_asked, read_local

LONGEST_KEY = 80
LONGEST_REASON = 4_000


def check(document: dict[str, Any], *, today: date) -> dict[str, Any]:
    """The clean copy of a whole referral document: text tidied, numbers and postcodes in their usual form.

    Args:
        document: the parsed JSON form; it is not changed.
        today: the date in England on which the referral is received.

    Returns:
        a new document with only what was stated. Checking it again returns an equal one.

    Raises:
        RuleBroken: with every problem at once, each naming its answer by path ("children[0].birth.date").
    """
    cleaned, problems = look(document, today=today)
    if problems:
        raise RuleBroken(problems)
    return cleaned


def look(document: Any, *, today: date) -> tuple[dict[str, Any], list[Problem]]:
    """What `check` would return or refuse: the clean answers so far, and what is still wrong or missing."""
    problems: list[Problem] = []
    if not isinstance(document, dict):
        return {}, [Problem("document", "Give the referral as one object, in curly brackets")]
    whole = Part(document, "", problems)
    whole.line("client_reference", LONGEST_KEY)
    whole.line("agency", LONGEST_KEY)
    whole.code("source_code", REFERRAL_SOURCES)
    _read_danger(whole)
    _keep(whole, "referrer", _read_referrer(whole))
    read_asked(whole)
    read_words(whole)
    _read_everybody(whole, today)
    _keep(whole, "concern", _read_concern(whole, today))
    _keep(whole, "voice", _read_voice(whole))
    _keep(whole, "awareness", _read_awareness(whole))
    read_local(whole, asked_in(whole.kept, REFERRAL))
    return whole.finish(), problems


def _keep(whole: Part, name: str, answers: Mapping[str, Any] | Iterable[Any]) -> None:
    if answers:
        whole.kept[name] = answers


def _read_danger(whole: Part) -> None:
    danger = whole.code("immediate_danger", YES_NO_NOT_KNOWN, needed="Say whether a child is in immediate danger, or that you do not know")
    whole.text(
        "immediate_action",
        LONGEST_REASON,
        needed="Say what has been done to keep the child safe, such as calling 999" if danger == "yes" else "",
    )


def _read_referrer(whole: Part) -> dict[str, Any]:
    referrer = whole.part("referrer")
    referrer.line("name", LONGEST_NAME, needed="Enter the name of the person who refers")
    referrer.line("role", LONGEST_NAME)
    phone = referrer.line("phone", 40)
    if phone and not any(character.isdigit() for character in phone):
        referrer.wrong("phone", "Enter a phone number, like 01632 960001")
    email = referrer.line("email", LONGEST_EMAIL)
    if email and not like_an_email(email):
        referrer.wrong("email", "Enter an email address, like name@example.org")
    if not (phone or email or referrer.troubled("phone", "email")):
        referrer.wrong("phone", "Enter a phone number or an email address, so that the front door can answer")
    referrer.line("relationship_to_children")
    referrer.code("safeguarding_lead_consulted", SAFEGUARDING_LEAD_CONSULTED)
    return referrer.finish()


def _read_everybody(whole: Part, today: date) -> None:
    children = read_children(whole, today, asked_in(whole.kept, CHILD))
    if not whole.said.get("children"):
        whole.wrong("children", "Add at least one child")
    people = read_people(whole, today)
    by_key = _by_key([("children", children), ("people", people)], whole.problems)
    addresses = read_addresses(whole)
    known = _by_key([("addresses", addresses)], whole.problems)
    for name, members in (("children", children), ("people", people)):
        for index, member in enumerate(members):
            address = member.get("address")
            if address is not None and address not in known:
                whole.wrong(f"{name}[{index}].address", f"No address in this referral has the key “{address}”")
    relationships = read_relationships(whole, by_key, today)
    _check_named(whole, people, relationships)
    _keep(whole, "children", children)
    _keep(whole, "people", people)
    _keep(whole, "relationships", relationships)
    _keep(whole, "addresses", addresses)


def _by_key(lists: list[tuple[str, list[dict[str, Any]]]], problems: list[Problem]) -> dict[str, dict[str, Any]]:
    """Everything that has a key, by it; a key used twice is a problem."""
    found: dict[str, dict[str, Any]] = {}
    for name, members in lists:
        for index, member in enumerate(members):
            key = member.get("key")
            if key is None:
                continue
            if key in found:
                problems.append(Problem(f"{name}[{index}].key", f"The key “{key}” is used twice. Give each its own"))
            found[key] = member
    return found


def _check_named(whole: Part, people: list[dict[str, Any]], relationships: list[dict[str, Any]]) -> None:
    """A person without any name is told apart only by whose mother, partner or lodger they are."""
    related = {stated.get(end) for stated in relationships for end in ("from", "to")}
    for index, person in enumerate(people):
        paths = [f"people[{index}].{name}" for name in NAMES]
        named = any(person.get(name) for name in NAMES)
        if not (named or whole.troubled(*paths) or person.get("key") in related):
            whole.wrong(paths[0], "Enter a name. If no name is known, say how this person is related to a child")


def _read_concern(whole: Part, today: date) -> dict[str, Any]:
    concern = whole.part("concern")
    concern.text("narrative", needed="Say what you are worried about")
    day = concern.day("happened_on")
    if day is not None and day > today:
        concern.wrong("happened_on", "The date on which it happened must be today or in the past")
    concern.text("history")
    concern.text("strengths")
    return concern.finish()


def _read_voice(whole: Part) -> dict[str, Any]:
    voice = whole.part("voice")
    voice.code("seen", YES_NO_NOT_KNOWN, needed="Say whether the children have been seen, or that it is not known")
    voice.code("seen_alone", YES_NO_NOT_KNOWN)
    voice.text("views")
    return voice.finish()


def _read_awareness(whole: Part) -> dict[str, Any]:
    awareness = whole.part("awareness")
    told = awareness.code(
        "parents_told",
        YES_NO_NOT_KNOWN,
        needed="Say whether the parents know of this referral, or that it is not known",
    )
    awareness.text(
        "not_told_reason",
        LONGEST_REASON,
        needed="Say why the parents have not been told" if told == "no" else "",
    )
    awareness.code("agreement", AGREEMENT)
    awareness.text("parents_views")
    return awareness.finish()
