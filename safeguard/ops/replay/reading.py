"""Reading a file of chronologies and refusing what cannot be replayed, by case, event and field. Pure."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import Any

from safeguard.kernel.errors import Problem, RuleBroken
from safeguard.ops.replay.record import CHILD, UNBORN, Chronology, Told
from safeguard.ops.replay.vocabulary import CATEGORIES, KINDS, ROLE, VISIBILITIES, WORD
from safeguard.referrals.document_people import OLDEST_CHILD

_FIRST, _LAST = date(1970, 1, 1), date(2100, 12, 31)
_LONGEST_ID = 60
_LONGEST_NARRATIVE = 20_000
_MOST_NAMED = 24
_OLDEST_DAYS = OLDEST_CHILD * 365


def read(text: str | bytes) -> list[Chronology]:
    """The chronologies of a file: a list of cases, one case, or an object with `cases`.

    Raises:
        RuleBroken: with every problem at once, each named by case, event and field.
    """
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise RuleBroken([Problem("file", f"This is not JSON{where}")]) from error
    if isinstance(told, dict):
        told = told.get("cases", [told])
    if not isinstance(told, list) or not told:
        raise RuleBroken([Problem("file", "Give a list of cases, from [ to ], with at least one")])
    problems: list[Problem] = []
    cases = [_case(one, number, problems) for number, one in enumerate(told, 1)]
    twice = [key for key, times in Counter(case.id for case in cases if case).items() if times > 1]
    problems += [Problem(f"{key} / case_id", "Two cases have this id. Give each its own") for key in twice]
    if problems:
        raise RuleBroken(problems)
    return [case for case in cases if case]


class _Part:
    """One object of the file: asks for its fields and notes what is wrong with them."""

    def __init__(self, said: dict[str, Any], where: str, problems: list[Problem]) -> None:
        self.said, self.where, self.problems = said, where, problems

    def wrong(self, field: str, message: str) -> None:
        self.problems.append(Problem(f"{self.where} / {field}", message))

    def words(self, field: str, *, needed: bool = True, longest: int = _LONGEST_ID) -> str:
        value = self.said.get(field)
        if value is None and not needed:
            return ""
        if not isinstance(value, str) or (needed and not value.strip()):
            self.wrong(field, "This is missing. Give it as text" if value in (None, "") else "Give this as text")
            return ""
        if len(value) > longest:
            self.wrong(field, f"This may be {longest:,} characters; it has {len(value):,}")
        return value.strip()[:longest]

    def code(self, field: str, known: Any, what: str) -> str:
        value = self.words(field)
        if value and value not in known:
            self.wrong(field, f"There is no {what} “{value}”. Use one of: {', '.join(known)}")
        return value

    def word(self, field: str, example: str) -> str:
        """A code of a list that may grow: small letters, digits and low lines."""
        value = self.words(field)
        if value and not WORD.fullmatch(value):
            self.wrong(field, f"“{value}” is not a code. Write it like {example}")
        return value

    def day(self, field: str) -> date:
        value = self.said.get(field)
        if value is None:
            self.wrong(field, "This date is missing. Write it as 2026-11-20")
            return _FIRST
        try:
            day = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
        except ValueError:
            day = None
        if day is None:
            self.wrong(field, f"“{str(value)[:40]}” is not a date. Write it as 2026-11-20")
            return _FIRST
        if not _FIRST <= day <= _LAST:
            self.wrong(field, f"{day} lies outside 1970 to 2100")
            return _FIRST
        return day

    def list_of_words(self, field: str, *, needed: bool) -> tuple[str, ...]:
        value = self.said.get(field)
        if value is None and not needed:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.wrong(field, "This is missing. Give it as a list of words" if value is None else "Give this as a list of words")
            return ()
        return tuple(dict.fromkeys(value))


def _case(said: Any, number: int, problems: list[Problem]) -> Chronology | None:
    if not isinstance(said, dict):
        problems.append(Problem(f"case {number}", "Give each case as one object, in curly brackets"))
        return None
    key = said.get("case_id")
    part = _Part(said, key[:_LONGEST_ID] if isinstance(key, str) and key else f"case {number}", problems)
    case_id = part.words("case_id")
    child = said.get("child")
    if not isinstance(child, dict):
        part.wrong("child", "This is missing. Give the child as an object with dob_approx")
        child = {"dob_approx": _FIRST.isoformat()}
    born = _Part(child, f"{part.where} / child", problems).day("dob_approx")
    persons = part.list_of_words("persons", needed=True)
    _check_roles(part, "persons", persons)
    events = _events(part, problems)
    for event in events:
        if (event.latest - born).days > _OLDEST_DAYS and born != _FIRST:
            part.wrong(f"{event.id} / date", f"The child would be over {OLDEST_CHILD}. Check child / dob_approx and this date")
    return Chronology(
        id=case_id,
        born=born,
        persons=persons,
        addresses=_addresses(part, events),
        incident=_incident(part, problems),
        usable_for=part.words("usable_for", needed=False),
        events=events,
    )


def _incident(part: _Part, problems: list[Problem]) -> date | None:
    """The day of the incident; None where the file says plainly that there was none."""
    if "incident" not in part.said:
        part.wrong("incident", "This is missing. Give an object with its date, or null where there was none")
        return None
    said = part.said["incident"]
    if said is None:
        return None
    if not isinstance(said, dict):
        part.wrong("incident", "Give an object with its date, or null where there was none")
        return None
    return _Part(said, f"{part.where} / incident", problems).day("date")


def _addresses(part: _Part, events: tuple[Told, ...]) -> dict[str, str]:
    said = part.said.get("addresses")
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        part.wrong("addresses", "Give an object from keys, such as A1, to words; {} where none is known")
        return {}
    for event in events:
        if event.address is not None and event.address not in said:
            part.wrong(f"{event.id} / address", f"The case has no address “{event.address}”. Name it under addresses, or use null")
    return said


def _events(part: _Part, problems: list[Problem]) -> tuple[Told, ...]:
    said = part.said.get("events")
    if not isinstance(said, list) or not said:
        part.wrong("events", "This is missing. Give a list with at least one event")
        return ()
    events = []
    for number, one in enumerate(said, 1):
        if not isinstance(one, dict):
            part.wrong(f"event {number}", "Give each event as one object, in curly brackets")
            continue
        key = one.get("event_id")
        name = key[:_LONGEST_ID] if isinstance(key, str) and key else f"event {number}"
        events.append(_event(_Part(one, f"{part.where} / {name}", problems)))
    for key, times in Counter(event.id for event in events).items():
        if times > 1 and key:
            part.wrong(f"{key} / event_id", "Two events of the case have this id. Give each its own")
    return tuple(events)


def _event(part: _Part) -> Told:
    earliest, latest = part.day("date_earliest"), part.day("date_latest")
    if earliest > latest:
        part.wrong("date_earliest", f"{earliest} comes after date_latest, {latest}")
    categories = part.list_of_words("concern_categories", needed=True)
    for category in categories:
        if category not in CATEGORIES:
            part.wrong("concern_categories", f"There is no concern category “{category[:_LONGEST_ID]}”. docs/replay.md lists them")
    if not categories and part.said.get("concern_categories") == []:
        part.wrong("concern_categories", "Give at least one; routine_contact where there was no concern")
    others = part.list_of_words("other_persons", needed=False)
    subject = part.words("subject_role")
    _check_roles(part, "other_persons", others)
    if subject:
        _check_roles(part, "subject_role", (subject,))
    return Told(
        id=part.words("event_id"),
        on=part.day("date"),
        earliest=earliest,
        latest=latest,
        agency=part.word("agency", "police or childrens_social_care"),
        subject=subject,
        others=tuple(role for role in others if role not in {subject, CHILD, UNBORN}),
        address=part.words("address", needed=False) or None,
        categories=categories,
        narrative=part.words("narrative", needed=False, longest=_LONGEST_NARRATIVE),
        outcome=part.word("outcome", "nfa, assessment or none"),
        kind=part.code("event_type", KINDS, "event type"),
        visibility=part.code("visibility", VISIBILITIES, "visibility"),
    )


def _check_roles(part: _Part, field: str, roles: tuple[str, ...]) -> None:
    for role in roles:
        if len(role) > _LONGEST_ID or not ROLE.fullmatch(role):
            part.wrong(field, f"“{role[:_LONGEST_ID]}” is not a role. Write roles such as mother, mother_partner, sibling1; never a name")
    if len(roles) > _MOST_NAMED:
        part.wrong(field, f"Up to {_MOST_NAMED} people can be named")
