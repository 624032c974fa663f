"""Running an ablation: the cases through the services, the population through the signals, then once more without each feed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from safeguard.ops.load.ablation import Told
from safeguard.ops.load.ablation_report import as_json
from safeguard.ops.load.feeds import FEEDS, agency_in
from safeguard.ops.load.taking import tally_of
from safeguard.ops.replay.record import Chronology
from safeguard.ops.replay.running import replay
from safeguard.risk.policy import Policy


def ablate(
    cases: Sequence[Chronology], population: str, policy: Policy, *, weeks: int, dates: str, feeds: bool, quiet: bool
) -> dict[str, Any]:
    """The ablation report for these cases and the population at that address.

    A signal never depends on another, so leaving one out is dropping its flags. A feed changes what is known: the
    cases are replayed and the population is walked again without it, which `feeds` asks for.
    """
    tally = tally_of(population, policy, weeks=weeks, quiet=quiet)
    parts = {}
    for feed in FEEDS if feeds else ():
        told = _told(cases, policy, dates=dates, but=feed)
        parts[feed] = told, tally_of(population, policy, weeks=weeks, quiet=quiet, but=feed)
    return as_json(_told(cases, policy, dates=dates), tally, policy_version=policy.version, feeds=parts)


def _told(cases: Sequence[Chronology], policy: Policy, *, dates: str, but: str | None = None) -> list[Told]:
    left_out = {event.agency for case in cases for event in case.events if but is not None and agency_in(but, event.agency)}
    return [
        Told(one.case.id, one.case.incident, tuple(flag.stood for flag in one.flags), one.contacts)
        for one in replay(cases, policy, dates=dates, feed="all", without=frozenset(left_out))
        if one.case.incident
    ]
