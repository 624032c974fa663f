"""The signals: one pure rule a file. Each sees a child's frozen timeline and returns a finding with its facts, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from safeguard.risk.policy import Policy, SignalSettings
from safeguard.risk.signals import (
    s01_re_referral,
    s02_accelerating,
    s03_several_professions,
    s04_family_reports,
    s05_after_closure,
    s06_up_the_ladder,
    s07_closed_over_history,
    s08_child_not_seen,
    s09_not_mobile,
    s10_repeat_injuries,
    s11_explanation,
    s12_site_or_pattern,
    s13_injury_then_withdrawal,
    s14_not_brought,
    s15_hunger,
    s16_long_neglect,
    s17_out_of_services,
    s18_attendance,
    s19_home_education,
    s20_exclusion,
    s21_new_adult,
    s22_adult_prior_harm,
    s23_earlier_child,
    s24_sibling_not_mirrored,
    s25_same_adult,
    s26_moves,
    s27_place_cluster,
    s28_peer_cluster,
    s29_missing,
    s30_exploitation_marker,
    s31_domestic_abuse,
    s32_parental_needs,
    s33_childs_words,
    s34_access_refused,
    s35_after_return,
    s36_pregnancy,
    s37_fgm,
    s38_step_overdue,
)
from safeguard.risk.signals.alone import weighed
from safeguard.risk.signals.finding import Evidence, Finding, Group, Severity, SignalCard
from safeguard.risk.timeline import ChildTimeline

__all__ = ["SIGNALS", "SIGNAL_CARDS", "Evidence", "Finding", "Group", "Severity", "SignalCard", "evaluate_all", "weighed"]


class Signal(Protocol):
    """What every signal's module offers."""

    CODE: str
    CARD: SignalCard

    @property
    def Settings(self) -> type[SignalSettings]: ...  # noqa: N802  the name of its class

    def find(self, timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None: ...


SIGNALS: tuple[Signal, ...] = (
    s01_re_referral,
    s02_accelerating,
    s03_several_professions,
    s04_family_reports,
    s05_after_closure,
    s06_up_the_ladder,
    s07_closed_over_history,
    s08_child_not_seen,
    s09_not_mobile,
    s10_repeat_injuries,
    s11_explanation,
    s12_site_or_pattern,
    s13_injury_then_withdrawal,
    s14_not_brought,
    s15_hunger,
    s16_long_neglect,
    s17_out_of_services,
    s18_attendance,
    s19_home_education,
    s20_exclusion,
    s21_new_adult,
    s22_adult_prior_harm,
    s23_earlier_child,
    s24_sibling_not_mirrored,
    s25_same_adult,
    s26_moves,
    s27_place_cluster,
    s28_peer_cluster,
    s29_missing,
    s30_exploitation_marker,
    s31_domestic_abuse,
    s32_parental_needs,
    s33_childs_words,
    s34_access_refused,
    s35_after_return,
    s36_pregnancy,
    s37_fgm,
    s38_step_overdue,
)
OF_PREGNANCY = frozenset({"S36"})
SIGNAL_CARDS: Mapping[str, SignalCard] = {signal.CODE: signal.CARD for signal in SIGNALS}


def evaluate_all(timeline: ChildTimeline, *, at: date, policy: Policy) -> list[Finding]:
    """What every signal in use finds for one child on the day `at`, most serious first.

    For an adult with a pregnancy only the signals in `OF_PREGNANCY` speak.
    """
    speaking = [
        signal
        for signal in SIGNALS
        if policy.settings[signal.CODE].on and (not timeline.expecting or signal.CODE in OF_PREGNANCY)
    ]
    told = (signal.find(timeline, at=at, policy=policy) for signal in speaking)
    found = [weighed(finding, timeline, at=at, policy=policy) for finding in told if finding]
    return sorted(found, key=lambda finding: (-finding.severity, finding.signal))
