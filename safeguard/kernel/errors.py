"""What can go wrong, in the words of the people who use the service."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: `field` is the path of the answer ("children[0].birth.date"), `message` plain English."""

    field: str
    message: str


class SafeguardError(Exception):
    """Base of everything the service raises on purpose."""


class RuleBroken(SafeguardError):
    """What was asked breaks a rule of the service; each problem names its field and how to mend it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.field}: {p.message}" for p in self.problems))


class Conflict(SafeguardError):
    """Somebody else changed the record first, or it has moved on; nothing was stored."""


class WrongData(SafeguardError):
    """Real and made-up people would meet in one database."""


class NotFound(SafeguardError):
    """There is no such thing, or this actor may not know of it: the two look the same on purpose."""


class NotPermitted(SafeguardError):
    """The actor may not do this at all, whatever the record."""


class TooManyTries(SafeguardError):
    """Too many attempts in too short a time."""

    def __init__(self, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(f"too many attempts; try again in {retry_after_seconds} seconds")
