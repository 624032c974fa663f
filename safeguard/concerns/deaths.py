"""Whether somebody has died, from what agencies stated of it. Pure.

An agency's last statement is its word, so one made in error is taken back by another. Agencies that contradict each other
leave it disputed: nothing is built on that, and it is shown.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from safeguard.kernel.clock import london_date
from safeguard.kernel.dates import long_date
from safeguard.people.identity import Identity, age_words


@dataclass(frozen=True, slots=True)
class StatedDeath:
    """One agency's word: that a person died (on `day`, None where that is not known), or that they are alive after all."""

    id: uuid.UUID
    person_id: uuid.UUID
    died: bool
    day: date | None
    agency_id: uuid.UUID
    stated_at: datetime
    words: str = ""

    @property
    def stated_on(self) -> date:
        return london_date(self.stated_at)


@dataclass(frozen=True, slots=True)
class Death:
    """What is known of a death. `days` are all that were stated; `disputed`: others say that the person is alive."""

    person_id: uuid.UUID
    days: tuple[date, ...]
    said: tuple[StatedDeath, ...]
    disputed: bool = False

    @property
    def day(self) -> date | None:
        """The day, where one is known and nobody contradicts it."""
        return self.days[0] if len(self.days) == 1 and not self.disputed else None

    def by(self, on: date) -> bool:
        """Whether it had surely happened by the day `on`: on its day, or else when it was first stated."""
        return not self.disputed and self.gone_from <= on

    @property
    def known_since(self) -> date:
        """The first day on which anybody said that they had died."""
        return min(one.stated_on for one in self.said if one.died)

    @property
    def gone_from(self) -> date:
        """From when nobody can live anywhere any more: the latest day stated, or else the first on which it was stated."""
        return max(self.days, default=self.known_since)


def deaths_of(stated: Iterable[StatedDeath]) -> dict[uuid.UUID, Death]:
    """Who has died, by person."""
    last: dict[uuid.UUID, dict[uuid.UUID, StatedDeath]] = defaultdict(dict)
    for one in sorted(stated, key=lambda one: (one.stated_at, one.id)):
        last[one.person_id][one.agency_id] = one
    found = {}
    for person_id, by_agency in last.items():
        said = tuple(by_agency.values())
        if any(one.died for one in said):
            days = tuple(sorted({one.day for one in said if one.died and one.day is not None}))
            found[person_id] = Death(person_id, days, said, not all(one.died for one in said))
    return found


def death_words(death: Death) -> str:
    """ "Died on 3 March 2026", "Has died, day not known", or what is contradicted."""
    days = " or ".join(long_date(day) for day in death.days)
    if death.disputed:
        return f"Said to have died{f' on {days}' if days else ''}; others say not"
    return f"Died on {days}" if days else "Has died, day not known"


def and_death(words: str, death: Death | None, on: date) -> str:
    """`words` about somebody, and behind them the death where one is stated by the day `on`: "Mother; died on 3 March 2026"."""
    if death is None or not (death.disputed or death.by(on)):
        return words
    said = death_words(death)
    return f"{words}; {said[:1].lower()}{said[1:]}" if words else said


def life_words(person: Identity, death: Death | None, on: date) -> str:
    """Somebody's age on the day `on`; of who has died the death, with the age they reached where both days are known."""
    if death is None or not (death.disputed or death.by(on)):
        return age_words(person, on)
    if death.disputed:
        return f"{age_words(person, on)}. {death_words(death)}"
    aged = f", aged {age_words(person, death.day)}" if death.day and person.birth_date and person.birth_date <= death.day else ""
    return f"{death_words(death)}{aged}"
