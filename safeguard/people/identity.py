"""The best current view of a person, derived from what has been said about them; never stored, never edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from safeguard.kernel.dates import age_on, long_date


class Said(Protocol):
    """What one source record says; records come oldest first."""

    role: str
    given_names: str | None
    surname: str | None
    known_as: str | None
    birth_date: date | None
    expected_date: date | None
    estimated_age: int | None
    sex: str | None
    nhs_number: str | None


@dataclass(frozen=True, slots=True)
class Identity:
    """One person as best known now. `other_names` are names said earlier that differ."""

    name: str
    known_as: str | None
    other_names: tuple[str, ...]
    is_child: bool
    birth_date: date | None
    expected_date: date | None
    estimated_age: int | None
    sex: str | None
    nhs_number: str | None

    @property
    def unborn(self) -> bool:
        return self.birth_date is None and self.expected_date is not None


def identity_of(said: Sequence[Said]) -> Identity:
    """The newest statement of each fact among `said` (oldest first); an unborn child is replaced by the born one.

    Raises:
        ValueError: nothing was said.
    """
    if not said:
        raise ValueError("a person without statements has no identity")
    newest = list(reversed(said))
    named_ones = [one for one in newest if one.given_names or one.surname] or [one for one in newest if one.known_as]
    names = list(dict.fromkeys(full_name(one) for one in named_ones))
    # "Unborn" gives way to a given name as soon as one is known.
    named = [name for name in names if not name.lower().startswith(("unborn", "baby "))] or names
    birth = next((one.birth_date for one in newest if one.birth_date), None)
    return Identity(
        name=named[0] if named else full_name(newest[0]),
        known_as=next((one.known_as for one in newest if one.known_as), None),
        other_names=tuple(name for name in names if not named or name != named[0]),
        is_child=newest[0].role != "adult",
        birth_date=birth,
        expected_date=None if birth else next((one.expected_date for one in newest if one.expected_date), None),
        estimated_age=None if birth else next((one.estimated_age for one in newest if one.estimated_age is not None), None),
        sex=next((one.sex for one in newest if one.sex in {"M", "F"}), newest[0].sex),
        nhs_number=next((one.nhs_number for one in newest if one.nhs_number), None),
    )


def full_name(said: Said) -> str:
    """Given names and surname as one line; otherwise the name they go by, an unborn child's due date, or "Name not known"."""
    name = " ".join(part for part in (said.given_names, said.surname) if part) or said.known_as
    if name:
        return name
    due = said.expected_date
    return f"Unborn child (due {long_date(due)})" if due and not said.birth_date else "Name not known"


def age_words(identity: Identity, on: date) -> str:
    """"4 years", "7 months", "Under 1 month", "Unborn, due 3 March 2026", "About 7 years old", "Under 1 year" or "Age not known"."""
    if identity.birth_date:
        years = age_on(identity.birth_date, on)
        if years >= 2:
            return f"{years} years"
        months = (on.year - identity.birth_date.year) * 12 + on.month - identity.birth_date.month
        months -= on.day < identity.birth_date.day
        return f"{months} {'month' if months == 1 else 'months'}" if months > 0 else "Under 1 month"
    if identity.expected_date:
        return f"Unborn, due {long_date(identity.expected_date)}"
    if identity.estimated_age is not None:
        return about_words(identity.estimated_age)
    return "Age not known"


def about_words(years: int) -> str:
    """An age that somebody guessed: "Under 1 year", "About 1 year old", "About 7 years old"."""
    return "Under 1 year" if years == 0 else f"About {years} {'year' if years == 1 else 'years'} old"
