"""What a replay says: lines for a person, and the JSON that docs/replay.md describes as a stable contract. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from safeguard.ops.replay.comparators import LOOK_BACK, Warned
from safeguard.ops.replay.running import RaisedFlag, Replayed
from safeguard.risk.alerts import Call

FORMAT = "safeguard-replay-1"
WAYS = (("policy", "policy"), ("third_contact", "third contact"), ("latest_rating", "latest rating"))
# A warning this long before an incident leaves time to act on it.
USEFUL_LEAD = 30


def as_json(replayed: Sequence[Replayed], *, policy_version: str, feed: str, dates: str) -> dict[str, Any]:
    """The whole report. Days are ISO dates, leads whole days, ids those of the file."""
    return {
        "format": FORMAT,
        "policy_version": policy_version,
        "feed": feed,
        "dates": dates,
        "look_back_days": LOOK_BACK,
        "cases": [_case(one) for one in replayed],
        "summary": {name: _summary([getattr(one, name) for one in replayed if one.case.incident]) for name, _ in WAYS},
    }


def in_lines(replayed: Sequence[Replayed]) -> Iterator[str]:
    """The report for a person who reads it in a terminal."""
    for one in replayed:
        yield from _lines(one)
    counted = [one for one in replayed if one.case.incident]
    if counted:
        yield f"{len(counted)} {'case' if len(counted) == 1 else 'cases'} with an incident:"
        for name, label in WAYS:
            found = _summary([getattr(one, name) for one in counted])
            lead = "none" if found["median_lead_days"] is None else f"{found['median_lead_days']:g} days"
            yield (
                f"  {label:<15} {found['detected']} warned of, {found['detected_30_days']} at least {USEFUL_LEAD} days before;"
                f" median lead {lead}"
            )


def _lines(one: Replayed) -> Iterator[str]:
    ends = f"incident {one.case.incident}" if one.case.incident else "no incident"
    yield f"{one.case.id}: {len(one.contacts)} concerns, {ends}"
    for flag in one.flags:
        held = "" if flag.holder == "child" else f" (held by the {flag.holder} until birth)"
        yield f"  {flag.stood.on}  {flag.stood.signal} {flag.stood.severity:<5} {flag.sentence}{held} [{', '.join(flag.events)}]"
    for name, label in WAYS:
        yield f"  {label}: {_said(getattr(one, name))}"
    if one.left_out:
        yield f"  Not fed, as it may not have been known before the incident: {', '.join(one.left_out)}"
    for note in one.notes:
        yield f"  Note: {note}"


def _said(warned: Warned) -> str:
    if warned.on is None:
        return "no warning in the year before"
    lead = f", {warned.lead_days} days before" if warned.lead_days is not None else ""
    return f"{warned.on}{lead} ({warned.because})"


def _case(one: Replayed) -> dict[str, Any]:
    return {
        "case_id": one.case.id,
        "incident": one.case.incident.isoformat() if one.case.incident else None,
        "usable_for": one.case.usable_for,
        "flags": [_flag(flag) for flag in one.flags],
        "calls": [_alert(call) for call in one.calls],
        "alerts": [_alert(call) for call in one.alerts],
        "contacts": [day.isoformat() for day in one.contacts],
        **{name: _warned(getattr(one, name)) for name, _ in WAYS},
        "not_fed": list(one.left_out),
        "notes": list(one.notes),
    }


def _flag(flag: RaisedFlag) -> dict[str, Any]:
    return {
        "date": flag.stood.on.isoformat(),
        "signal": flag.stood.signal,
        "group": flag.stood.group,
        "severity": flag.stood.severity,
        "evidence": list(flag.events),
        "sentence": flag.sentence,
        "held_by": flag.holder,
        "policy_version": flag.policy_version,
        "ended": flag.stood.until.isoformat() if flag.stood.until else None,
    }


def _alert(call: Call) -> dict[str, Any]:
    return {
        "date": call.on.isoformat(),
        "level": str(call.level),
        "signals": list(call.signals),
        "reds": len(call.reds),
        "groups": call.groups,
    }


def _warned(warned: Warned) -> dict[str, Any]:
    return {
        "detected": warned.detected,
        "date": warned.on.isoformat() if warned.on else None,
        "lead_days": warned.lead_days,
        "because": warned.because or None,
    }


def _summary(all_of: Sequence[Warned]) -> dict[str, Any]:
    leads = [one.lead_days for one in all_of if one.lead_days is not None]
    useful = sum(lead >= USEFUL_LEAD for lead in leads)
    return {
        "cases": len(all_of),
        "detected": len(leads),
        "detected_30_days": useful,
        "recall_30_days": round(useful / len(all_of), 4) if all_of else None,
        "median_lead_days": median(leads) if leads else None,
    }
