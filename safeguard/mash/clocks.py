"""The clocks of the desk. Pure: no clock runs here but the moments handed in."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files

from safeguard.kernel.working_time import add_working_hours, working_time_between

RATINGS = ("RED", "AMBER", "GREEN")
UNRATED = "UNRATED"
# From here on hours no longer matter to a reader.
_MANY_DAYS = 5


@dataclass(frozen=True, slots=True)
class ClockPolicy:
    """How many working hours from receipt each rating allows, and an agency from being asked; `soon` is when to warn."""

    version: str
    rating_hours: dict[str, float]
    agency_hours: dict[str, float]
    soon: timedelta

    @classmethod
    def load(cls) -> ClockPolicy:
        """The policy this partnership agreed, from clocks.toml."""
        return _load()


@lru_cache(maxsize=1)
def _load() -> ClockPolicy:
    told = tomllib.loads(files("safeguard.mash").joinpath("clocks.toml").read_text(encoding="utf-8"))
    return ClockPolicy(
        version=told["version"],
        rating_hours={rating: float(told["rating_hours"][rating]) for rating in RATINGS},
        agency_hours={rating: float(told["agency_hours"][rating]) for rating in (*RATINGS, UNRATED)},
        soon=timedelta(hours=told["warning"]["soon_hours"]),
    )


def due_at(rating: str, received_at: datetime, policy: ClockPolicy) -> datetime:
    """When a referral received at `received_at` (aware) and rated so must be decided.

    Raises:
        KeyError: there is no such rating.
    """
    return add_working_hours(received_at, policy.rating_hours[rating])


def answer_due(rating: str | None, asked_at: datetime, policy: ClockPolicy) -> tuple[datetime, datetime]:
    """When half the time has passed that an agency has to answer, and when all of it: asked at `asked_at` about a case rated so."""
    hours = policy.agency_hours[rating or UNRATED]
    return add_working_hours(asked_at, hours / 2), add_working_hours(asked_at, hours)


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """Working time to a deadline, in words; `level` is "overdue", "soon" or "ok"."""

    words: str
    level: str


def time_left(due: datetime, at: datetime) -> TimeLeft:
    """How much working time is left from `at` until `due`, or how much has passed since."""
    if at > due:
        return TimeLeft(f"{_words(working_time_between(due, at))} overdue", "overdue")
    left = working_time_between(at, due)
    level = "soon" if left <= ClockPolicy.load().soon else "ok"
    return TimeLeft(f"{_words(left)} left", level)


def response_left(rating: str | None, stage: str, due: datetime, at: datetime) -> TimeLeft | None:
    """Time left on the statutory clock where it runs beside a rating's own; None before a rating and once decided."""
    return time_left(due, at) if rating and stage != "DECIDED" else None


def _words(span: timedelta) -> str:
    """Working days are eight hours: "2 working days 3 hours", "3 hours 5 minutes", "12 working days"."""
    minutes = int(span.total_seconds() // 60)
    days, minutes = divmod(minutes, 8 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(days, "working day"), (hours if days < _MANY_DAYS else 0, "hour"), (0 if days else minutes, "minute")]
    said = [f"{count} {word if count == 1 else word + 's'}" for count, word in parts if count]
    return " ".join(said) if said else "0 minutes"
