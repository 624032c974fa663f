"""A finding that only repeats what one report says, on a child of whom nothing else is known. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from safeguard.risk.categories import is_worry
from safeguard.risk.course import known
from safeguard.risk.incidents import incidents_of
from safeguard.risk.policy import Policy
from safeguard.risk.signals.finding import Finding, Severity
from safeguard.risk.timeline import ChildTimeline

_YEAR = 365


def weighed(finding: Finding, timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding:
    """The finding, AMBER in place of RED where the policy asks for company and there is none.

    Whoever screens the one report reads it the same day anyway. What a flag adds is that it is not the first.
    """
    if finding.severity is not Severity.RED or finding.signal not in policy.amber_alone:
        return finding
    worries = [one for one in known(timeline.events, at, _YEAR) if is_worry(one)]
    if len(incidents_of(worries, policy.same_incident_days)) > 1:
        return finding
    gap = "Nothing else worrying is known of the child in the last 12 months, so it is Amber for now."
    return replace(finding, severity=Severity.AMBER, gaps=(*finding.gaps, gap))
