"""The child's voice and safety at home: S33, S35, S37, at the edges, and where an obvious wrong rule fails."""

from __future__ import annotations

import pytest

from safeguard.risk.timeline import Event
from tests.unit.risk.story import LEO, decision, event, fact, find, level, note, sibling, told


@pytest.mark.parametrize(("days", "expected"), [(0, "RED"), (179, "RED"), (180, None)])
def test_s33_edges(days: int, expected: str | None) -> None:
    assert level("S33", event(days, "disclosure_by_child")) == expected
    assert level("S33", event(days, "emotional")) is None


def test_s33_taking_it_back_does_not_clear_it_where_the_last_word_would_clear() -> None:
    said = event(50, facts=(fact("disclosure", quote="He hits me", response="Told the lead"),))
    back = event(10, facts=(fact("disclosure", retracted="yes"),))
    found = find("S33", told(said, back))
    assert found is not None
    assert "Taken back since, which does not clear this" in found.sentence
    quoted = find("S33", told(said))
    assert quoted is not None
    assert "said: “He hits me”. Response recorded: Told the lead." in quoted.sentence
    assert quoted.gaps == ()


def _home(days: int) -> Event:
    return decision(days, None, facts=(fact("standing", standing="returned"),))


@pytest.mark.parametrize(("days", "expected"), [(180, "RED"), (181, None), (6, "RED")])
def test_s35_edges(days: int, expected: str | None) -> None:
    assert level("S35", _home(days), event(5, "neglect")) == expected
    coded = event(days, "reunification_return_home", kind="decision_or_activity")
    assert level("S35", coded, note(5, "head_injury")) == expected


def test_s35_a_visit_that_went_well_is_nothing_new_where_any_event_since_would_fire() -> None:
    story = [_home(60), note(30, "routine_contact"), decision(20, "cp_plan"), note(10, "private_or_kinship_care")]
    assert level("S35", *story) is None
    assert level("S35", *story, note(5, facts=(fact("visit", result="refused"),))) == "RED"
    assert level("S35", _home(60), event(60, "neglect"), event(90, "neglect")) is None, "what came before, or with it, is not since"


@pytest.mark.parametrize(
    ("affected", "plans", "days", "expected"),
    [
        (["mother"], ["travel"], 5, "RED"), (["mother"], ["travel"], 364, "RED"), (["mother"], ["travel"], 365, None),
        (["mother"], [], 5, None), ([], ["travel"], 5, None), (["statement"], ["ceremony"], 5, "RED"),
    ],
)  # fmt: skip
def test_s37_edges(affected: list[str], plans: list[str], days: int, expected: str | None) -> None:
    assert level("S37", event(days, "fgm_risk", facts=(fact("fgm", affected=affected, plans=plans),))) == expected


def test_s37_one_indicator_is_not_two_where_the_category_would_fire() -> None:
    assert level("S37", event(5, "fgm_risk")) is None
    assert level("S37", event(5, "fgm_risk"), event(20, "missing_education")) == "RED"
    assert level("S37", event(20, "missing_education")) is None


def test_s37_joins_a_sister_s_record() -> None:
    sister = sibling(event(30, "fgm_risk", of=LEO, facts=(fact("fgm", affected=["sister"]),)))
    assert level("S37", event(5, "fgm_risk", facts=(fact("fgm", plans=["travel"]),)), siblings=(sister,)) == "RED"
