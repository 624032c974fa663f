"""Whether somebody has died, of what agencies state: an agency's last word is its word, and contradiction stays."""

from __future__ import annotations

from datetime import date

import pytest

from safeguard.concerns.deaths import StatedDeath, and_death, deaths_of, life_words
from tests.unit.concerns.made import born, key, noon

JAN, MAR, MAY, JUL = date(2026, 1, 5), date(2026, 3, 5), date(2026, 5, 5), date(2026, 7, 5)


def _said(*, died: bool = True, day: date | None = None, by: int = 900, on: date = MAY) -> StatedDeath:
    return StatedDeath(key(by * 1000 + on.toordinal()), key(1), died, day, key(by), noon(on))


@pytest.mark.parametrize(
    ("said", "words", "dead_by_march", "dead_by_july"),
    [
        ([], "40 years", False, False),
        ([_said(died=False)], "40 years", False, False),
        ([_said(day=MAR)], "Died on 5 March 2026, aged 40 years", True, True),
        ([_said()], "Has died, day not known", False, True),  # surely from the day on which it was stated
        ([_said(day=JAN), _said(day=MAR, by=901)], "Died on 5 January 2026 or 5 March 2026", True, True),
        ([_said(day=JAN), _said(died=False, by=901)], "40 years. Said to have died on 5 January 2026; others say not", False, False),
        ([_said(day=JAN), _said(died=False, on=JUL)], "40 years", False, False),  # taken back by whoever said so
        ([_said(died=False), _said(day=MAR, on=JUL)], "Died on 5 March 2026, aged 40 years", True, True),
    ],
)  # fmt: skip
def test_what_statements_come_to(said: list[StatedDeath], words: str, dead_by_march: bool, dead_by_july: bool) -> None:
    death = deaths_of(said).get(key(1))
    assert life_words(born(date(1986, 1, 2), child=False), death, JUL) == words
    assert [death is not None and death.by(day) for day in (MAR, JUL)] == [dead_by_march, dead_by_july]
    assert death is None or {one.id for one in death.said} <= {one.id for one in said}
    assert deaths_of(reversed(said)) == deaths_of(said)


@pytest.mark.parametrize(
    ("said", "role", "words"),
    [
        ([], "Mother", "Mother"),
        ([_said(day=MAR)], "Mother", "Mother; died on 5 March 2026"),
        ([_said(day=MAR)], "", "Died on 5 March 2026"),
        ([_said(day=JAN), _said(died=False, by=901)], "Mother", "Mother; said to have died on 5 January 2026; others say not"),
    ],
)
def test_a_death_stands_behind_what_somebody_is(said: list[StatedDeath], role: str, words: str) -> None:
    assert and_death(role, deaths_of(said).get(key(1)), JUL) == words


def test_nobody_has_died_before_the_day() -> None:
    assert and_death("Mother", deaths_of([_said(day=MAR)])[key(1)], JAN) == "Mother"
