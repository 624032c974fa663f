"""What each signal and each feed adds at equal load: recall and lead over replayed cases, the threshold moved to keep the budget. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from safeguard.ops.load.counting import MOST_CONTACTS, Step, Strength, Tally, at_strength, contact_ladder, fitting, ladder
from safeguard.ops.replay.comparators import counted, first_of
from safeguard.risk.alerts import Stood, calls

# A warning this many days before an incident leaves time to act on it.
USEFUL_LEAD = 30


@dataclass(frozen=True, slots=True)
class Told:
    """What is kept of one replayed case with an incident: its flags, and the days on which concerns about the child came in."""

    case_id: str
    incident: date
    flags: tuple[Stood, ...]
    contacts: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """How a way of looking does at one threshold."""

    at: Strength | int
    load: float
    cases: int
    detected: int
    detected_30_days: int
    median_lead_days: float | None

    @property
    def recall_30_days(self) -> float | None:
        return self.detected_30_days / self.cases if self.cases else None


def of_policy(cases: Sequence[Told], tally: Tally, budget: float, without: Collection[str] = ()) -> Result:
    """The policy within `budget`, as if the signals in `without` did not exist."""
    # A strength that nobody in the population reaches makes no load at all: cases that are stronger still count.
    steps = ladder(tally, without)
    strongest = steps[-1].at if steps else (0, 0)
    beyond = (strongest[0], strongest[1] + 1) if isinstance(strongest, tuple) and steps else (0, 0)
    step = fitting([*steps, Step(beyond, 0.0)], budget)
    assert step is not None  # the last one makes no load
    assert isinstance(step.at, tuple)
    cut = step.at
    return _result(cases, [_first(one, cut, without) for one in cases], step)


def of_counting(cases: Sequence[Told], tally: Tally, budget: float) -> Result:
    """Plain counting of contacts within `budget`."""
    step = fitting(contact_ladder(tally), budget) or Step(MOST_CONTACTS + 1, 0.0)
    at_least = int(step.at) if isinstance(step.at, int) else 0
    leads = [_lead(((day, "") for day in counted(one.contacts, at_least)), one.incident) for one in cases]
    return _result(cases, leads, step)


def signals_in(cases: Iterable[Told], tally: Tally) -> list[str]:
    """Every signal that fired in a case or in the population."""
    return sorted({flag.signal for one in cases for flag in one.flags} | {flag.signal for flags in tally.flags for flag in flags})


def _first(one: Told, cut: Strength, without: Collection[str]) -> int | None:
    found = calls([flag for flag in one.flags if flag.signal not in without])
    return _lead(((call.on, "") for call in at_strength(found, cut)), one.incident)


def _lead(days: Iterable[tuple[date, str]], incident: date) -> int | None:
    return first_of(days, incident).lead_days


def _result(cases: Sequence[Told], leads: Sequence[int | None], step: Step) -> Result:
    found = [lead for lead in leads if lead is not None]
    return Result(
        at=step.at,
        load=step.load,
        cases=len(cases),
        detected=len(found),
        detected_30_days=sum(lead >= USEFUL_LEAD for lead in found),
        median_lead_days=median(found) if found else None,
    )
