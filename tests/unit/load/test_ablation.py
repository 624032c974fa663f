"""What a part adds at equal load, worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from safeguard.ops.load.ablation import Told, of_counting, of_policy, signals_in
from safeguard.ops.load.ablation_report import as_json, in_lines
from safeguard.ops.load.counting import Tally
from safeguard.risk.alerts import Stood
from safeguard.risk.hindsight.walk import Period

INCIDENT = date(2026, 3, 1)
FIRST = date(2025, 1, 1)


def flag(days_before: int, severity: str, signal: str) -> Stood:
    return Stood(signal, signal, severity, INCIDENT - timedelta(days=days_before))


def case(*flags: Stood, contacts: tuple[int, ...] = ()) -> Told:
    return Told("T", INCIDENT, tuple(sorted(flags, key=lambda one: one.on)), tuple(INCIDENT - timedelta(days=d) for d in contacts))


def population(**reds: int) -> Tally:
    """Ten weeks of 60,000 children: so many of them with one RED flag of each signal. Ten make one a week."""
    found = Tally(Period(FIRST, FIRST + timedelta(days=69)), 60_000)
    for signal, children in reds.items():
        found.flags += [(Stood(signal, signal, "RED", FIRST + timedelta(days=5)),)] * children
    return found


def test_a_noisy_signal_costs_the_cases_their_warning() -> None:
    """S04 fires for so many that only stronger calls keep the budget; without it the one RED of S09 is enough."""
    cases = [case(flag(100, "RED", "S09"))]
    noisy = population(S04=300, S09=5)
    assert of_policy(cases, noisy, 2.0).detected == 0
    quiet = of_policy(cases, noisy, 2.0, {"S04"})
    assert (quiet.detected, quiet.load, quiet.median_lead_days) == (1, pytest.approx(0.5), 100)


def test_a_signal_adds_what_is_lost_without_it() -> None:
    cases = [case(flag(100, "RED", "S09")), case(flag(20, "RED", "S11"))]
    calm = population(S09=5)
    assert (of_policy(cases, calm, 2.0).detected, of_policy(cases, calm, 2.0).detected_30_days) == (2, 1)
    assert of_policy(cases, calm, 2.0, {"S11"}).detected == 1
    assert of_policy(cases, calm, 2.0, {"S09"}).detected_30_days == 0
    assert signals_in(cases, calm) == ["S09", "S11"]


def test_counting_is_held_to_the_same_budget() -> None:
    tally = population()
    tally.contacts += [tuple(FIRST + timedelta(days=7 * n) for n in range(3))] * 100
    cases = [case(contacts=(200, 150, 100, 60)), case(contacts=(90, 80, 70))]
    found = of_counting(cases, tally, 2.0)
    assert (found.at, found.detected, found.median_lead_days) == (4, 1, 60)


def test_the_report_says_what_changes() -> None:
    cases = [case(flag(100, "RED", "S09"), contacts=(200, 150, 100))]
    report = as_json(cases, population(S09=5), policy_version="p", feeds={"police": ([case()], population())})
    first = report["budgets"][0]
    assert first["without_signal"]["S09"]["detected_30_days_change"] == -1
    assert first["without_feed"]["police"]["median_lead_change"] == -100
    assert any("without S09" in line for line in in_lines(report))
