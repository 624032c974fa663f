"""The signals: one pure rule a file. Each sees a child's frozen timeline and returns a finding with its facts, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from safeguard.risk.policy import Policy
from safeguard.risk.signals import (
    s01_re_referral,
    s02_accelerating,
    s03_several_professions,
    s05_after_closure,
    s24_sibling_not_mirrored,
    s25_same_adult,
)
from safeguard.risk.signals.finding import Evidence, Finding, Severity, SignalCard
from safeguard.risk.timeline import ChildTimeline

__all__ = ["SIGNAL_CARDS", "Evidence", "Finding", "Severity", "SignalCard", "evaluate_all"]


class Signal(Protocol):
    """What every signal's module offers."""

    CODE: str
    CARD: SignalCard

    def find(self, timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None: ...


_SIGNALS: tuple[Signal, ...] = (
    s01_re_referral,
    s02_accelerating,
    s03_several_professions,
    s05_after_closure,
    s24_sibling_not_mirrored,
    s25_same_adult,
)
SIGNAL_CARDS: Mapping[str, SignalCard] = {signal.CODE: signal.CARD for signal in _SIGNALS}


def evaluate_all(timeline: ChildTimeline, *, at: date, policy: Policy) -> list[Finding]:
    """What every signal finds for one child on the day `at`, most serious first."""
    found = [finding for signal in _SIGNALS if (finding := signal.find(timeline, at=at, policy=policy))]
    return sorted(found, key=lambda finding: (-finding.severity, finding.signal))
