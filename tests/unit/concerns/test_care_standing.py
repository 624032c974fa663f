"""How a child stands with social care: the newest word counts, an end ends, and nobody is picked where two tell two things of one day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguard.concerns.care_standing import CareStanding, care_standings, standings_of
from safeguard.concerns.fact_codes import CHILD_STANDINGS
from safeguard.concerns.stated import KnownEvent
from tests.unit.concerns.made import key, noon

CARE, POLICE = 900, 901
JAN, MAR, JUN, SEP = date(2026, 1, 5), date(2026, 3, 5), date(2026, 6, 5), date(2026, 9, 5)


def told(standing: str, on: date, by: int = CARE, *, of: int = 1, happened: date | None = None, number: int = 0) -> KnownEvent:
    return KnownEvent(
        key(hash((standing, on, by, of, number)) % 10**9), key(of), "decision_or_activity", on, happened, key(by), "5A", (), None, None,
        None, False, "", noon(on), {"standing": {"standing": standing}},
    )  # fmt: skip


def as_outcome(event: KnownEvent, outcome: str) -> KnownEvent:
    return replace(event, facts={}, outcome=outcome)


def words(events: Iterable[KnownEvent], on: date = SEP) -> list[str]:
    held = care_standings(events, on=on)
    return [f"{one.words}, since {one.since:%b}, told {one.told_on:%b}{', disputed' if one.disputed else ''}" for one in held]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], []),
        ([told("s47", JAN)], []),
        ([told("cp_plan", JAN)], ["Child protection plan, since Jan, told Jan"]),
        ([told("cp_plan", JAN), told("cp_plan", JUN, POLICE)], ["Child protection plan, since Jan, told Jun"]),
        ([told("cp_plan", JAN), told("cp_plan_ended", MAR)], []),
        ([told("cp_plan", JAN), told("cp_plan_ended", MAR), told("cp_plan", JUN)], ["Child protection plan, since Jun, told Jun"]),
        ([told("cp_plan", MAR), told("cp_plan_ended", MAR, POLICE)], ["Child protection plan, since Mar, told Mar, disputed"]),
        ([told("cp_plan", MAR), told("cp_plan_ended", MAR, POLICE), told("cp_plan_ended", JUN)], []),
        ([told("cp_plan_ended", MAR)], []),
        ([told("cp_plan", JAN), told("closed", MAR)], []),
        ([told("cp_plan", JAN), told("looked_after", MAR)],
         ["Looked after, since Mar, told Mar", "Child protection plan, since Jan, told Jan"]),
        ([told("removed", JAN), told("returned", MAR)], []),
        ([told("cin_plan", JAN), told("cin_plan_ended", MAR), told("cin_plan", SEP)], ["Child in need plan, since Sep, told Sep"]),
        ([told("cp_plan", SEP + timedelta(days=1))], []),  # not known yet
        ([told("cp_plan", SEP, happened=JAN)], ["Child protection plan, since Jan, told Jan"]),  # told late
        ([told("cp_plan_ended", JUN), told("cp_plan", SEP, happened=JAN)], []),
        ([as_outcome(told("", JAN), "looked_after")], ["Looked after, since Jan, told Jan"]),  # from a history
        ([as_outcome(told("", JAN), "CP_PLAN_STARTED")], ["Child protection plan, since Jan, told Jan"]),
        ([told("cp_plan", JAN), as_outcome(told("", MAR), "NFA")], ["Child protection plan, since Jan, told Jan"]),
    ],
)  # fmt: skip
def test_what_holds(events: list[KnownEvent], expected: list[str]) -> None:
    assert words(events) == expected


def test_an_entry_made_in_error_counts_for_nothing() -> None:
    made = told("cp_plan", JAN)
    put_right = replace(told("s47", MAR), supersedes_id=made.id)
    assert words([made, put_right]) == []


@given(st.lists(st.tuples(st.sampled_from(CHILD_STANDINGS.codes), st.integers(0, 300), st.sampled_from([CARE, POLICE]))), st.randoms())
def test_the_order_of_reading_and_what_is_told_later_or_of_others_change_nothing(said: list[tuple[str, int, int]], chance: object) -> None:
    events = [told(code, JAN + timedelta(days=days), by, number=at) for at, (code, days, by) in enumerate(said)]
    # Two of one day are told apart by when they were recorded.
    events = [replace(event, recorded_at=event.recorded_at + timedelta(seconds=at)) for at, event in enumerate(events)]
    held = care_standings(events, on=JUN)
    mixed = [*events, *(told(code, JAN, of=2) for code in CHILD_STANDINGS.codes)]
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert standings_of(mixed, [key(1)], on=JUN) == ({key(1): held} if held else {})
    assert care_standings([event for event in events if event.known_on <= JUN], on=JUN) == held
    assert all(isinstance(one, CareStanding) and one.since <= one.told_on <= JUN for one in held)
