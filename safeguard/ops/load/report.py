"""What a count of load says: lines for a person, and JSON with a stable form (docs/load.md). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from safeguard.ops.load.counting import (
    BUDGETS,
    PER_CHILDREN,
    Step,
    Tally,
    at_review_level,
    contact_ladder,
    family_alerts,
    fitting,
    ladder,
    raised,
)

FORMAT = "safeguard-load-1"
# "Look at a twentieth of the open children each week": a stock, reported beside the flow of new alerts.
_STOCK = 0.05


def as_json(tally: Tally, *, policy_version: str) -> dict[str, Any]:
    """The whole report; loads are new alerts a week for 60,000 children."""
    levels, signals = raised(tally)
    ours, plain = ladder(tally), contact_ladder(tally)
    whole = tally.a_week(sum(levels.values()))
    return {
        "format": FORMAT,
        "policy_version": policy_version,
        "children": tally.children,
        "first_day": tally.period.first.isoformat(),
        "last_day": tally.period.last.isoformat(),
        "weeks": tally.weeks,
        "per_children": PER_CHILDREN,
        "policy": {
            "alerts": sum(levels.values()),
            "load": round(whole, 3),
            "families": family_alerts(tally),
            "family_load": round(tally.a_week(family_alerts(tally)), 3),
            "by_level": {level: round(tally.a_week(count), 3) for level, count in sorted(levels.items())},
            "by_signal": {code: round(tally.a_week(count), 3) for code, count in sorted(signals.items())},
            "steps": [_step(step) for step in ours],
        },
        "contacts": [_step(step) for step in plain],
        "contacts_at_the_policy_s_load": _step(fitting(plain, whole)),
        "budgets": [
            {"budget": budget, "policy": _step(fitting(ours, budget)), "contacts": _step(fitting(plain, budget))} for budget in BUDGETS
        ],
        "stock": {
            "open_children": tally.working,
            "a_twentieth_of_them": round(tally.working * _STOCK, 1),
            "at_review_level": at_review_level(tally),
        },
    }


def in_lines(report: dict[str, Any]) -> Iterator[str]:
    """The report for a person who reads it in a terminal."""
    yield (
        f"{report['children']:,} children, {report['first_day']} to {report['last_day']}: "
        f"{report['policy']['alerts']} new alerts, {report['policy']['load']:.2f} a week for {PER_CHILDREN:,} children"
    )
    yield f"  families looked at together: {report['policy']['family_load']:.2f}"
    for level, load in report["policy"]["by_level"].items():
        yield f"  {level:<10} {load:6.2f}"
    for code, load in sorted(report["policy"]["by_signal"].items(), key=lambda one: -one[1]):
        yield f"  with {code}   {load:6.2f}"
    yield "Plain counting of contacts within 12 months:"
    yield "  " + ", ".join(f"{step['at_least']} or more: {step['load']:.2f}" for step in report["contacts"])
    yield f"  the same load as the policy: {_words(report['contacts_at_the_policy_s_load'])}"
    for budget in report["budgets"]:
        yield f"Within {budget['budget']:g} a week: policy {_words(budget['policy'])}; contacts {_words(budget['contacts'])}"
    stock = report["stock"]
    yield (
        f"On the last day {stock['at_review_level']} children are at review level; "
        f"{stock['open_children']} have open work, a twentieth is {stock['a_twentieth_of_them']:g}."
    )


def _step(step: Step | None) -> dict[str, Any] | None:
    if step is None:
        return None
    if isinstance(step.at, tuple):
        return {"reds": step.at[0], "groups": step.at[1], "load": round(step.load, 3)}
    return {"at_least": step.at, "load": round(step.load, 3)}


def _words(step: dict[str, Any] | None) -> str:
    if step is None:
        return "cannot"
    if "at_least" in step:
        return f"{step['at_least']} contacts or more ({step['load']:.2f})"
    return f"{step['reds']} RED and {step['groups']} groups or more ({step['load']:.2f})"
