"""What an ablation says: recall 30 days before and median lead at equal load, with everything and without each part. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from safeguard.ops.load.ablation import Result, Told, of_counting, of_policy, signals_in
from safeguard.ops.load.counting import BUDGETS, Tally

FORMAT = "safeguard-ablation-1"
Parts = Mapping[str, tuple[Sequence[Told], Tally]]


def as_json(cases: Sequence[Told], tally: Tally, *, policy_version: str, feeds: Parts) -> dict[str, Any]:
    """The whole report, for each budget.

    Args:
        feeds: by feed, the cases and the population as they would be known without it.
    """
    return {
        "format": FORMAT,
        "policy_version": policy_version,
        "cases": len(cases),
        "children": tally.children,
        "budgets": [_budget(cases, tally, budget, feeds) for budget in BUDGETS],
    }


def _budget(cases: Sequence[Told], tally: Tally, budget: float, feeds: Parts) -> dict[str, Any]:
    whole = of_policy(cases, tally, budget)
    return {
        "budget": budget,
        "policy": _result(whole),
        "contacts": _result(of_counting(cases, tally, budget)),
        "without_signal": {
            code: _beside(of_policy(cases, tally, budget, {code}), whole) for code in signals_in(cases, tally)
        },
        "without_feed": {feed: _beside(of_policy(*part, budget), whole) for feed, part in feeds.items()},
    }  # fmt: skip


def in_lines(report: Mapping[str, Any]) -> Iterator[str]:
    """The report for a person who reads it in a terminal."""
    yield f"{report['cases']} cases with an incident; load over {report['children']:,} children."
    for budget in report["budgets"]:
        yield f"Within {budget['budget']:g} new alerts a week for 60,000 children:"
        yield f"  policy              {_words(budget['policy'])}"
        yield f"  counting contacts   {_words(budget['contacts'])}"
        for what in ("signal", "feed"):
            for name, found in budget[f"without_{what}"].items():
                if found["detected_30_days_change"] or found["median_lead_change"]:
                    yield f"  without {name:<18} {_words(found)}"


def _words(found: Mapping[str, Any]) -> str:
    lead = "none" if found["median_lead_days"] is None else f"{found['median_lead_days']:g} days"
    return (
        f"{found['detected']} of {found['cases']} warned of, {found['detected_30_days']} at least 30 days before,"
        f" median lead {lead} (at {found['at']}, load {found['load']:.2f})"
    )


def _result(found: Result) -> dict[str, Any]:
    return {
        "at": list(found.at) if isinstance(found.at, tuple) else found.at,
        "load": round(found.load, 3),
        "cases": found.cases,
        "detected": found.detected,
        "detected_30_days": found.detected_30_days,
        "recall_30_days": None if found.recall_30_days is None else round(found.recall_30_days, 4),
        "median_lead_days": found.median_lead_days,
    }


def _beside(found: Result, whole: Result) -> dict[str, Any]:
    """A result, and how it differs from that with everything: below zero is what the part adds."""
    return _result(found) | {
        "detected_30_days_change": found.detected_30_days - whole.detected_30_days,
        "median_lead_change": (found.median_lead_days or 0) - (whole.median_lead_days or 0),
    }
