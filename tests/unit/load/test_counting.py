"""Loads counted by hand."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

from safeguard.ops.load.counting import Step, Tally, contact_ladder, family_alerts, fitting, ladder, raised, spaced
from safeguard.ops.load.report import as_json, in_lines
from safeguard.risk.alerts import Stood
from safeguard.risk.hindsight.walk import Period, Walked

FIRST = date(2026, 1, 1)
# Ten weeks of 60,000 children: ten alerts are one a week.
PERIOD = Period(FIRST, FIRST + timedelta(days=69))


def child(*flags: tuple[int, str, str], contacts: tuple[int, ...] = ()) -> Walked:
    stood = tuple(Stood(signal, signal, severity, FIRST + timedelta(days=day)) for day, severity, signal in flags)
    return Walked(uuid.uuid4(), stood, tuple(FIRST + timedelta(days=day) for day in contacts), working=bool(contacts))


def tally(*children: Walked) -> Tally:
    found = Tally(PERIOD, 60_000)
    found.add(children)
    return found


def test_alerts_of_the_period_are_counted_and_those_of_the_warm_up_are_not() -> None:
    levels, signals = raised(tally(child((5, "RED", "S09")), child((-3, "RED", "S09")), child((-90, "AMBER", "S02"), (40, "AMBER", "S24"))))
    assert levels == {"same_day": 1, "72_hours": 1}
    assert signals == {"S09": 1, "S02": 1, "S24": 1}


def test_each_strength_has_the_load_of_the_calls_that_are_as_strong() -> None:
    one_red, two_reds = child((5, "RED", "S09")), child((5, "RED", "S09"), (5, "RED", "S11"))
    pair = child((1, "AMBER", "S02"), (2, "AMBER", "S24"))
    steps = ladder(tally(one_red, two_reds, pair))
    assert steps == [Step((0, 2), 0.3), Step((1, 1), 0.2), Step((2, 2), 0.1)]
    assert ladder(tally(one_red, two_reds, pair), without={"S09"}) == [Step((0, 2), 0.2), Step((1, 1), 0.1)]


def test_counting_contacts_keeps_the_same_distance_between_alerts() -> None:
    steps = contact_ladder(tally(child(contacts=(0, 10, 20, 49)), child(contacts=(-360, 1))))
    assert [step.load for step in steps[:3]] == [pytest.approx(0.3), pytest.approx(0.2), pytest.approx(0.1)]
    assert spaced([FIRST, FIRST + timedelta(days=27), FIRST + timedelta(days=28)]) == [FIRST, FIRST + timedelta(days=28)]


@pytest.mark.parametrize(("budget", "at"), [(6.0, 2), (3.0, 3), (2.9, 4), (0.5, None)])
def test_the_lowest_threshold_within_a_budget_is_taken(budget: float, at: int | None) -> None:
    found = fitting([Step(2, 5.0), Step(3, 3.0), Step(4, 1.0)], budget)
    assert (found.at if found else None) == at


def test_a_smaller_population_over_fewer_weeks_counts_for_more() -> None:
    small = Tally(Period(FIRST, FIRST + timedelta(days=6)), 600)
    small.add([child((5, "RED", "S09"))])
    assert as_json(small, policy_version="p")["policy"]["load"] == 100.0


def test_sisters_who_come_to_review_on_one_day_are_one_look() -> None:
    town = Tally(PERIOD, 60_000)
    town.add([child((5, "RED", "S09")), child((5, "RED", "S10")), child((9, "RED", "S09"))])
    town.add([child((5, "RED", "S09"))])
    assert family_alerts(town) == 3
    assert as_json(town, policy_version="p")["policy"]["alerts"] == 4


def test_the_report_names_its_numbers() -> None:
    report = as_json(tally(child((5, "RED", "S09"), contacts=(0, 10, 20))), policy_version="signals-x")
    assert report["format"] == "safeguard-load-1"
    assert report["weeks"] == 10
    assert report["policy"] == {
        "alerts": 1, "load": 0.1, "families": 1, "family_load": 0.1, "by_level": {"same_day": 0.1}, "by_signal": {"S09": 0.1},
        "steps": [{"reds": 1, "groups": 1, "load": 0.1}],
    }  # fmt: skip
    assert report["budgets"][0]["policy"] == {"reds": 1, "groups": 1, "load": 0.1}
    assert report["budgets"][0]["contacts"] == {"at_least": 2, "load": 0.1}
    assert report["stock"] == {"open_children": 1, "a_twentieth_of_them": 0.1, "at_review_level": 1}
    assert "1 new alerts" in next(in_lines(report))
