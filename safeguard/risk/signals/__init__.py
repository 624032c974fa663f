"""The signals: one pure rule a file. Each sees a child's frozen timeline and returns a finding with its facts, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
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

__all__ = ["SIGNALS", "SIGNAL_CARDS", "Evidence", "Finding", "Group", "Severity", "SignalCard", "evaluate_all", "find_by", "unread"]


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
# These ask where a child is: unseen, not brought, out of services or school, behind a closed door, a step not taken.
OF_THE_LIVING = frozenset({"S08", "S14", "S17", "S18", "S34", "S38"})
SIGNAL_CARDS: Mapping[str, SignalCard] = {signal.CODE: signal.CARD for signal in SIGNALS}


def evaluate_all(timeline: ChildTimeline, *, at: date, policy: Policy) -> list[Finding]:
    """What every signal in use finds for one child on the day `at`, most serious first.

    For an adult with a pregnancy only the signals in `OF_PREGNANCY` speak, and none in `OF_THE_LIVING` for a child who
    has died.
    """
    found = find_by(SIGNALS, timeline, at=at, policy=policy)
    return sorted(found, key=lambda finding: (-finding.severity, finding.signal))


def find_by(signals: Iterable[Signal], timeline: ChildTimeline, *, at: date, policy: Policy) -> list[Finding]:
    """What those of `signals` find that are in use and are read for this child."""
    silent = unread(timeline)
    speaking = (signal for signal in signals if policy.settings[signal.CODE].on and signal.CODE not in silent)
    told = (signal.find(timeline, at=at, policy=policy) for signal in speaking)
    return [_with_doubt(weighed(finding, timeline, at=at, policy=policy), timeline) for finding in told if finding]


def unread(timeline: ChildTimeline) -> frozenset[str]:
    """The signals that are not read for this child, or this adult with a pregnancy."""
    if timeline.expecting:
        return frozenset(SIGNAL_CARDS) - OF_PREGNANCY
    return OF_THE_LIVING if timeline.child.died else frozenset()


def _with_doubt(finding: Finding, timeline: ChildTimeline) -> Finding:
    """A child some say has died is read as living, and the finding says what they say."""
    said = timeline.child.death_disputed
    if not said or finding.signal not in OF_THE_LIVING:
        return finding
    return replace(finding, gaps=(*finding.gaps, f"{said}. Until that is settled the child is read as living."))
