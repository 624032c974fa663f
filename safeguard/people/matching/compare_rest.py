"""Comparing sex, child with adult, death and country."""

from __future__ import annotations

from collections.abc import Iterator

from safeguard.people.matching.line import Finding
from safeguard.people.matching.profile import Profile
from safeguard.people.matching.settings import MatchSettings

WORDS = {
    ("sex", "same"): "Same sex",
    ("sex", "different"): "Different sex",
    ("kind", "different"): "One is a child, the other an adult",
    ("life", "born_after_death"): "One was born after the other died",
    ("life", "seen_after_death"): "One was seen after the other died",
    ("life", "other_death"): "Different dates of death",
    ("country", "same"): "Same country",
    ("country", "different"): "Different countries",
}


def rest_findings(one: Profile, other: Profile, settings: MatchSettings) -> Iterator[Finding]:
    """What sex, kind, death and country say, of what both sides state."""
    for field, level in (
        ("sex", _same(one.sex, other.sex)),
        ("kind", _kind(one, other)),
        ("life", _life(one, other)),
        ("country", _same(one.country, other.country)),
    ):
        if level:
            yield settings.levels[field][level].found


def _same(ours: str, theirs: str) -> str | None:
    if not ours or not theirs:
        return None
    return "same" if ours == theirs else "different"


def _kind(one: Profile, other: Profile) -> str | None:
    """Children grow up: where both dates of birth are known, they say all that age says."""
    if one.said.kind == other.said.kind:
        return None
    return None if one.said.birth_date and other.said.birth_date else "different"


def _life(one: Profile, other: Profile) -> str | None:
    if one.said.death_date is None and other.said.death_date is None:
        return None
    levels = {_after(one, other), _after(other, one)}
    if "born_after_death" in levels:
        return "born_after_death"
    died, also = one.said.death_date, other.said.death_date
    if died and also:
        return "other_death" if died != also else None
    return "seen_after_death" if "seen_after_death" in levels else None


def _after(dead: Profile, living: Profile) -> str | None:
    died, born = dead.said.death_date, living.said.birth_date or living.said.expected_date
    if died is None or (dead.said.birth_date and dead.said.birth_date > died):
        return None
    if born and born > died:
        return "born_after_death"
    return "seen_after_death" if living.said.dated and living.said.stated_on > died else None
