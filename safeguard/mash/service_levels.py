"""The times a partnership sets itself: how soon a rated referral is decided, and an agency answers. Pure.

No law or national standard sets them. What the law does set is fixed (`FIXED`) and only shown beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from safeguard.kernel.errors import Problem, RuleBroken
from safeguard.local.setting import Content, Line, Setting
from safeguard.mash.clocks import RATINGS, UNRATED, ClockPolicy

MOST_HOURS = 400
RATING_WORDS: Mapping[str, str] = {"RED": "Red", "AMBER": "Amber", "GREEN": "Green", UNRATED: "Not rated yet"}
# Each kind of time, with the ratings it is set for.
KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "rating_hours": ("A referral is decided, from receipt", RATINGS),
    "agency_hours": ("An agency answers, from being asked", (*RATINGS, UNRATED)),
}
# What is to be done, by when, and where that comes from.
FIXED: tuple[tuple[str, str, str], ...] = (
    (
        "The type of response is decided, and the referrer told", "One working day after receipt",
        "Working Together to Safeguard Children; Keeping Children Safe in Education 2025, paragraph 62",
    ),
    (
        "A request for a person’s own data is answered", "One month after receipt, or three where it is extended",
        "UK GDPR, article 12(3)",
    ),
)  # fmt: skip


def _shipped() -> Content:
    policy = ClockPolicy.load()
    return {kind: {rating: int(getattr(policy, kind)[rating]) for rating in ratings} for kind, (_words, ratings) in KINDS.items()}


def clocks_of(content: Mapping[str, Any], number: int) -> ClockPolicy:
    """The clocks of a version; of version 0, those that the service comes with."""
    shipped = ClockPolicy.load()
    if not number:
        return shipped
    # A rating that the version does not know has the time that the service comes with.
    hours = {
        kind: {rating: float((content.get(kind) or {}).get(rating, getattr(shipped, kind)[rating])) for rating in ratings}
        for kind, (_words, ratings) in KINDS.items()
    }
    return replace(shipped, version=f"local-{number}", rating_hours=hours["rating_hours"], agency_hours=hours["agency_hours"])


def _read(content: Mapping[str, Any]) -> Content:
    problems = [Problem(str(name), "There is no such time to set") for name in content if name not in KINDS]
    clean: Content = {}
    for kind, (_words, ratings) in KINDS.items():
        said = content.get(kind)
        hours: dict[str, Any] = {rating: said.get(rating) if isinstance(said, Mapping) else None for rating in ratings}
        wrong = [rating for rating, value in hours.items() if type(value) is not int or not 1 <= value <= MOST_HOURS]
        problems += [Problem(f"{kind}.{rating}", f"Enter whole working hours, from 1 to {MOST_HOURS}") for rating in wrong]
        if not wrong:
            problems += [
                Problem(f"{kind}.{later}", f"{RATING_WORDS[later]} must have as long as {RATING_WORDS[sooner]}, or longer")
                for sooner, later in (("RED", "AMBER"), ("AMBER", "GREEN"))
                if hours[later] < hours[sooner]
            ]
        clean[kind] = hours
    if problems:
        raise RuleBroken(problems)
    return clean


def _lines(content: Mapping[str, Any]) -> list[Line]:
    return [
        Line(f"{words}: {RATING_WORDS[rating]}", _hours(content[kind][rating]))
        for kind, (words, ratings) in KINDS.items()
        for rating in ratings
    ]


def _hours(count: int) -> str:
    return f"{count} working {'hour' if count == 1 else 'hours'}"


SERVICE_LEVELS = Setting(
    "times", "Local times",
    "How soon a referral is decided once it is rated, and an agency answers. Times in law run beside these and are not set here.",
    _shipped(), _read, _lines,
)  # fmt: skip
